"""The Answer as JSON: the public contract, one shape for the terminal, the API and the evaluation."""

from typing import Any

from bot.answer import Answer, Citation
from bot.text_fragment import text_fragment_link

CONTRACT_VERSION = 1


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Give ``answer`` in the contract's shape, ready for ``json.dumps``; offsets are code points unless said."""
    return {
        "contract": CONTRACT_VERSION,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "found": answer.found,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation_to_dict(citation) for citation in answer.citations],
        "nearest": [_citation_to_dict(citation) for citation in answer.nearest],
        "timing_ms": {
            "total": round(answer.timing.total, 2),
            "encode": round(answer.timing.encode, 2),
            "search": round(answer.timing.search, 2),
            "read": round(answer.timing.read, 2),
        },
    }


def utf16_offset(text: str, offset: int) -> int:
    """Give the UTF-16 code units before code point ``offset``: what browsers and JavaScript count."""
    return offset + sum(character > "\uffff" for character in text[:offset])


def _citation_to_dict(citation: Citation) -> dict[str, Any]:
    article, sentence = citation.article, citation.sentence
    answer = citation.answer
    return {
        "article": {
            "id": article.id,
            "title": article.title,
            "url": article.url,
            "fingerprint": article.fingerprint,
            "version": article.version,
        },
        "sentence": {"index": sentence.index, "start": sentence.start, "end": sentence.end},
        "quote": citation.quote,
        "answer": answer
        and {"start": answer.start, "end": answer.end, "text": article.text[answer.start : answer.end]},
        "utf16": {
            "start": utf16_offset(article.text, sentence.start),
            "end": utf16_offset(article.text, sentence.end),
        },
        "score": round(citation.score, 4),
        "speaker": citation.speaker and {"name": citation.speaker.name, "mode": citation.speaker.mode},
        "link": text_fragment_link(sentence),
    }

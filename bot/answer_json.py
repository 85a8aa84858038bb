"""The Answer as JSON: the public contract, one shape for the terminal, the API and the evaluation."""

from typing import Any
from urllib.parse import quote

from bot.answer import Answer, Citation
from corpus import Article

CONTRACT_VERSION = 1
_LONGEST_LINK_TEXT = 300


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


def text_fragment_link(article: Article, text: str) -> str | None:
    """Give a link that opens the publisher's page at ``text``, or None when the article has no url.

    See the WICG draft "URL Fragment Text Directives": commas, ampersands and hyphens are percent-encoded.
    """
    if article.url is None or not article.url.startswith(("https://", "http://")):
        return None
    words = " ".join(text.split())
    if len(words) > _LONGEST_LINK_TEXT:
        parts = words.split(" ")
        directive = f"{_percent_encode(' '.join(parts[:6]))},{_percent_encode(' '.join(parts[-6:]))}"
    else:
        directive = _percent_encode(words)
    joint = ":~:" if "#" in article.url else "#:~:"
    return f"{article.url}{joint}text={directive}"


def _percent_encode(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


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
        "link": text_fragment_link(article, citation.quote),
    }

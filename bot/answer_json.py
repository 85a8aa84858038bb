"""The Answer as JSON: the public contract, one shape for the terminal, the API and the evaluation."""

import math
from typing import Any

from bot.answer import Answer, Citation
from bot.quantities import Quantity
from bot.text_fragment import text_fragment_link
from corpus import Sentence

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
        "groups": [
            {
                "kind": group.kind,
                "heading": group.heading,
                "citations": [_citation_to_dict(citation) for citation in group.citations],
            }
            for group in answer.groups
        ],
        "partial": answer.partial,
        "conflict": [_citation_to_dict(citation) for citation in answer.conflict],
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
        "sentence": _place(sentence),
        "quote": citation.quote,
        "answer": answer
        and {"start": answer.start, "end": answer.end, "text": article.text[answer.start : answer.end]},
        "utf16": _utf16(sentence),
        "score": round(citation.score, 4),
        "speaker": citation.speaker and {"name": citation.speaker.name, "mode": citation.speaker.mode},
        "context": citation.context
        and {**_place(citation.context), "text": citation.context.text, "utf16": _utf16(citation.context)},
        "dates": [value_to_dict(value) for value in citation.dates],
        "values": [value_to_dict(value) for value in citation.values],
        "page": citation.page,
        "link": text_fragment_link(sentence),
    }


def value_to_dict(value: Quantity) -> dict[str, Any]:
    """Give a number or date with its place, in code points, and what it means; days as YYYY-MM-DD."""
    return {
        "kind": value.kind,
        "text": value.text,
        "start": value.start,
        "end": value.end,
        "low": _finite(value.low),
        "high": _finite(value.high),
        "bound": value.bound or None,
        "unit": value.unit or None,
        "first": value.first and value.first.isoformat(),
        "last": value.last and value.last.isoformat(),
        "time": value.time or None,
        "resolved": value.resolved,
    }


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None  # JSON knows no infinity


def _place(sentence: Sentence) -> dict[str, int]:
    return {"index": sentence.index, "start": sentence.start, "end": sentence.end}


def _utf16(sentence: Sentence) -> dict[str, int]:
    text = sentence.article.text
    return {"start": utf16_offset(text, sentence.start), "end": utf16_offset(text, sentence.end)}

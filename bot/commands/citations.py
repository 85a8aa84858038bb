"""Citations as JSON: read from an Answer, and what became of them."""

import json
import sys
from pathlib import Path
from typing import Any

from bot.commands.shared import plain
from corpus.article import Sentence
from corpus.citation_check import CitationCheck, CitedQuote
from corpus.errors import CitationError

MOST_BYTES = 10_000_000


def read_cited(where: str) -> list[CitedQuote]:
    """Read the citations in ``where``: JSON itself, the path of a file with it, or ``-`` for what comes in on stdin.

    It may be one citation, a list of them, or an Answer, as ``askarticle ask --json`` prints it.

    Raises:
        CitationError: it cannot be read, or is none of these.
    """
    try:
        value = json.loads(_json(where))
    except (ValueError, RecursionError) as error:
        raise CitationError(f"The citation is not JSON ({error}). Give one as `ask --json` prints it.") from error
    if isinstance(value, dict) and isinstance(value.get("citations"), list):
        value = value["citations"]
    return [_cited(one) for one in (value if isinstance(value, list) else [value])]


def _json(where: str) -> str | bytes:
    """Give the JSON; bytes may be UTF-8, UTF-16 (as some shells write what is sent to a file) or UTF-32."""
    if where.lstrip().startswith(("{", "[")):
        return where
    try:
        if where == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(where).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or error
        raise CitationError(f"{where[:200]!r} cannot be read: {reason}. Give JSON, a file or -.") from error
    if len(data) > MOST_BYTES:
        raise CitationError(f"There are more than {MOST_BYTES // 1_000_000} MB of citations. Give fewer at a time.")
    return data


def _cited(value: Any) -> CitedQuote:
    quote = _member(value, str, "quote")
    if not quote.strip():
        raise CitationError("The citation's 'quote' is empty. Give one as `ask --json` prints it.")
    start, end = _member(value, int, "sentence", "start"), _member(value, int, "sentence", "end")
    if not 0 <= start < end:
        raise CitationError(f"The citation's sentence runs from {start} to {end}. Its end must lie behind its start.")
    return CitedQuote(
        article_id=_member(value, str, "article", "id"),
        fingerprint=_member(value, str, "article", "fingerprint"),
        version=_member(value, int, "article", "version"),
        start=start,
        end=end,
        quote=quote,
    )


def _member(value: Any, kind: type, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, kind) or isinstance(value, bool):
        what = "a string" if kind is str else "a whole number"
        raise CitationError(f"The citation has no {'.'.join(path)} that is {what}. Give one as `ask --json` prints it.")
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def check_to_dict(check: CitationCheck) -> dict[str, Any]:
    """Give what became of a citation, ready for ``json.dumps``; offsets are code points."""
    cited = check.cited
    return {
        "status": check.status,
        "holds": check.holds,
        "article": {"id": cited.article_id, "title": check.title, "version": check.version},
        "cited": {"version": cited.version, "start": cited.start, "end": cited.end, "quote": cited.quote},
        "place": check.place and _sentence_to_dict(check.place),
        "before": check.before and _sentence_to_dict(check.before),
        "after": check.after and _sentence_to_dict(check.after),
    }


def _sentence_to_dict(sentence: Sentence) -> dict[str, Any]:
    return {
        "version": sentence.article.version,
        "index": sentence.index,
        "start": sentence.start,
        "end": sentence.end,
        "text": sentence.text,
    }


def check_lines(check: CitationCheck) -> list[str]:
    """Give what became of a citation in a few lines for a reader."""
    cited, title = check.cited, plain(check.title or "")
    quote = " ".join(cited.quote.split())
    article = f"{title} ({cited.article_id})"
    where = f"{article}, version {check.version}"
    lines = [f"{check.status:<9}{plain(quote)}"]
    if check.status == "gone":
        return [*lines, f"    there is no article {plain(cited.article_id)!r} in the library"]
    if check.status == "unknown":
        return [*lines, f"    no version of {article} has these words"]
    if check.place is not None:
        there = f"sentence {check.place.index + 1}, characters {check.place.start}-{check.place.end}"
        was = f"; it was at {cited.start}-{cited.end}" if check.status == "moved" else ""
        return [*lines, f"    {where}, {there}{was}"]
    assert check.before is not None
    lines.append(f"    before (version {check.before.article.version}): {check.before.text}")
    after = check.after.text if check.after else "(nothing like it)"
    return [*lines, f"    now (version {check.version}): {after}", f"    {where}"]

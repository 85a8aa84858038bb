"""DOCX files (Word, LibreOffice, Google Docs), by python-docx."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

from corpus.errors import UnreadableArticleError
from corpus.readers.drafts import Draft

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says the same once more
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# Taken out by the author, or no text: deletions and moves that are tracked, hidden field codes.
_LEFT_OUT = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", _FALLBACK})
# What python-docx's own template says, and so every file that a program made with it and named nobody.
_TEMPLATE_AUTHOR = "python-docx"
_TEMPLATE_DATE = date(2013, 12, 23)


def read_docx(data: bytes, name: str) -> Draft:
    """Read a DOCX file: paragraphs, headings, tables and text boxes in order; insertions taken, deletions left out.

    A row of a table is a line, its cells apart by tabs. ``data`` was checked by ``open_packed``. The date is the day
    the file was made, as it says.

    Raises:
        UnreadableArticleError: it is broken.
    """
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        facts = document.core_properties
        body = document.element.body
        blocks = [] if body is None else list(_blocks(body))
        made = facts.created
    except Exception as error:  # a library over a stranger's XML: nearly every kind of error has been seen
        reason = type(error).__name__
        raise UnreadableArticleError(
            f"{name!r} is a broken DOCX file ({reason}). Open it in a word processor and save it again."
        ) from None
    return Draft(
        "\n\n".join(blocks),
        title=facts.title,
        author=facts.author if facts.author != _TEMPLATE_AUTHOR else None,
        published=made.date() if made and made.date() != _TEMPLATE_DATE else None,
        language=facts.language,
    )


def _blocks(body: Any) -> Iterator[str]:
    """Give the text of paragraphs and rows. Elements are walked without recursion: they may nest deeply."""
    stack = list(reversed(body))
    while stack:
        element = stack.pop()
        if element.tag == f"{_W}p":
            yield from filter(str.strip, _paragraph(element, stack))
        elif element.tag == f"{_W}tr" and (row := _row(element)):
            yield row
        elif element.tag not in _LEFT_OUT:
            stack.extend(reversed(element))


def _paragraph(paragraph: Any, outer: list[Any]) -> Iterator[str]:
    """Give the text of a paragraph; what stands in text boxes inside it is left to ``outer``, to come next."""
    parts: list[str] = []
    boxes: list[Any] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag == f"{_W}t":
            parts.append(element.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag == f"{_W}txbxContent":
            boxes.append(element)
        elif tag not in _LEFT_OUT:
            stack.extend(reversed(element))
    outer.extend(reversed(boxes))
    yield "".join(parts)


def _row(row: Any) -> str:
    """Give a row as one line; empty where a cell holds several paragraphs: then it is a page laid out by a table."""
    cells: list[str] = []
    for cell in row.iterchildren(f"{_W}tc"):
        paragraphs = [text.strip() for text in _blocks(cell) if text.strip()]
        if len(paragraphs) > 1:
            return ""
        cells.append(" ".join("".join(paragraphs).split()))
    return "\t".join(cells).strip()

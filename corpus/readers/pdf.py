"""PDF files, by PDFium."""

import re
from collections.abc import Iterator, Sequence
from ctypes import c_double
from statistics import median
from typing import Any

from corpus.errors import ArticleTooLargeError, EmptyArticleError, UnreadableArticleError
from corpus.readers.drafts import Draft, check_length
from corpus.readers.pdf_layout import Line, Page, lay_out
from corpus.readers.types import ReadLimits

_LINE_ENDS = frozenset({10, 13})
_BLANK = 32
_HYPHENS = frozenset({0x02, 0x2D, 0xAD, 0x2010, 0xFFFE})  # what PDFium may give where a word is broken
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_MADE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")  # D:YYYYMMDDHHmmSS; ISO 32000-1, 7.9.4
# Names that programs give: no title.
_NO_TITLE = re.compile(
    r"untitled|microsoft \w+ - |.*\.(?:docx?|dvi|tex|indd|qxd|rtf|pdf|pptx?|xlsx?|html?)$", re.IGNORECASE
)


def read_pdf(data: bytes, name: str, limits: ReadLimits) -> Draft:
    """Read a PDF's text, page by page, with where each page starts.

    It gets no date: a PDF tells the day its file was made, which for a printed page is another than it was published.

    Raises:
        UnreadableArticleError: it is broken or locked with a password.
        ArticleTooLargeError: it has more pages or text than ``limits`` allow.
        EmptyArticleError: its pages are pictures.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (_PASSWORD, _SECURITY):
            raise UnreadableArticleError(f"{name!r} is locked with a password. Save it without one.") from None
        raise UnreadableArticleError(f"{name!r} is a broken PDF file. Get it again whole.") from None
    try:
        if len(pdf) > limits.pages:
            raise ArticleTooLargeError(
                f"{name!r} has {len(pdf):,} pages; no more than {limits.pages:,} are read. Split it into several files."
            )
        text, starts = lay_out(_pages(pdf, name, limits))
        facts = pdf.get_metadata_dict()
    finally:
        pdf.close()
    if not text:
        raise EmptyArticleError(f"{name!r} has no text in it, only pictures. Give one that was run through OCR.")
    title = " ".join(facts.get("Title", "").split())
    return Draft(
        text,
        title="" if _NO_TITLE.match(title) else title,
        author=facts.get("Author"),
        pages=starts,
    )


def _pages(pdf: Any, name: str, limits: ReadLimits) -> list[Page]:
    from pypdfium2 import PdfiumError

    pages: list[Page] = []
    size = 0
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            letters = page.get_textpage()
        except PdfiumError:
            raise UnreadableArticleError(
                f"{name!r} is a broken PDF file: its page {number + 1} cannot be read. Get it again whole."
            ) from None
        pages.append(Page(tuple(_lines(letters.raw)), page.get_height()))
        size += sum(len(line.text) for line in pages[-1].lines)
        check_length(size, repr(name), limits)
        letters.close()
        page.close()
    return pages


def _lines(raw: Any) -> Iterator[Line]:
    """Give a page's lines in the order they were written into the file, which is the order they are read in."""
    from pypdfium2.raw import FPDFText_CountChars, FPDFText_GetUnicode, FPDFText_IsHyphen

    letters: list[str] = []
    seen: list[int] = []  # the indexes of those that leave ink
    for index in range(FPDFText_CountChars(raw)):
        code = FPDFText_GetUnicode(raw, index)
        # PDFium joins the broken word, but leaves a sign of its own.
        hyphen = code in _HYPHENS and FPDFText_IsHyphen(raw, index) == 1
        if code not in _LINE_ENDS:
            letters.append("-" if hyphen else chr(code))
        if code > _BLANK:
            seen.append(index)
        if code in _LINE_ENDS or hyphen:
            if seen:
                yield _line(raw, "".join(letters).strip(), seen)
            letters, seen = [], []
    if seen:
        yield _line(raw, "".join(letters).strip(), seen)


def _line(raw: Any, text: str, seen: Sequence[int]) -> Line:
    """Place a line by three of its letters: a call for each of them all would take most of the time."""
    from pypdfium2.raw import FS_RECTF, FPDFText_GetCharOrigin, FPDFText_GetLooseCharBox

    x, baseline, box = c_double(), c_double(), FS_RECTF()
    places = []
    for index in (seen[0], seen[len(seen) // 2], seen[-1]):
        FPDFText_GetLooseCharBox(raw, index, box)
        FPDFText_GetCharOrigin(raw, index, x, baseline)
        places.append((box.left, box.right, baseline.value, box.top - box.bottom))
    left, right, baselines, sizes = zip(*places, strict=True)
    return Line(text, min(left), max(right), median(baselines), max(median(sizes), 1.0))

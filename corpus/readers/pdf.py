"""PDF files, by PDFium."""

import ctypes
import re
from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Any

from corpus.errors import ArticleTooLargeError, EmptyArticleError, UnreadableArticleError
from corpus.readers.drafts import Draft, check_length
from corpus.readers.pdf_layout import Line, Page, lay_out
from corpus.readers.types import ReadLimits

_LINE_ENDS = (10, 13)
_PASSWORD, _SECURITY = 4, 5  # FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY
_MADE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")  # D:YYYYMMDDHHmmSS; ISO 32000-1, 7.9.4
# Names that programs give: no title.
_NO_TITLE = re.compile(
    r"untitled|microsoft \w+ - |.*\.(?:docx?|dvi|tex|indd|qxd|rtf|pdf|pptx?|xlsx?|html?)$", re.IGNORECASE
)


def read_pdf(data: bytes, name: str, limits: ReadLimits) -> Draft:
    """Read a PDF's text, page by page, with where each page starts. The date is the day the file was made, as it says.

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
        published=_day(facts.get("CreationDate", "")),
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


class _Letters:
    """The letters of the line that is being read."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.boxes: list[tuple[float, float, float, float]] = []  # left, right, baseline, size

    def line(self) -> Line:
        left, right, baseline, size = zip(*self.boxes, strict=True)
        return Line("".join(self.text).strip(), min(left), max(right), median(baseline), max(median(size), 1.0))


def _lines(raw: Any) -> Iterator[Line]:
    """Give a page's lines in the order they were written into the file, which is the order they are read in."""
    import pypdfium2.raw as pdfium

    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    letters = _Letters()
    for index in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        hyphen = pdfium.FPDFText_IsHyphen(raw, index) == 1  # PDFium joins the word, but leaves a sign of its own
        if code not in _LINE_ENDS:
            letters.text.append("-" if hyphen else chr(code))
        if code > 32 and pdfium.FPDFText_GetLooseCharBox(raw, index, box):
            pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
            letters.boxes.append((box.left, box.right, y.value, box.top - box.bottom))
        if code in _LINE_ENDS or hyphen:
            if letters.boxes:
                yield letters.line()
            letters = _Letters()
    if letters.boxes:
        yield letters.line()


def _day(made: str) -> date | None:
    match = _MADE.match(made)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None

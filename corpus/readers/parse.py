"""The parsers of the formats that a hostile file can do harm with, by kind: they run in a process of their own."""

from corpus.errors import NotTextError
from corpus.readers.drafts import Draft
from corpus.readers.kinds import Kind
from corpus.readers.types import ReadLimits


def parse(kind: Kind, data: bytes, name: str, limits: ReadLimits, charset: str | None, url: str | None) -> list[Draft]:
    """Parse a file of a kind other than plain text: one draft, or one for each entry of a feed.

    Raises:
        ArticleError: it cannot be taken in; the message says why.
    """
    # Each parser's library takes up to a second to load, and most runs need one or none.
    if kind == "pdf":
        from corpus.readers.pdf import read_pdf

        return [read_pdf(data, name, limits)]
    if kind == "html":
        from corpus.readers.html import read_html

        return [read_html(data, name, charset, url)]
    if kind == "markdown":
        from corpus.readers.markdown import read_markdown

        return [read_markdown(data, name)]
    if kind == "feed":
        from corpus.readers.feed import read_feed

        return read_feed(data, name, limits, charset)
    if kind == "packed":
        return [_parse_packed(data, name, limits)]
    raise ValueError(f"no parser for {kind}")


def _parse_packed(data: bytes, name: str, limits: ReadLimits) -> Draft:
    from corpus.readers.packed import open_packed

    with open_packed(data, name, limits) as archive:
        if "word/document.xml" in archive.NameToInfo:
            from corpus.readers.docx import read_docx

            return read_docx(data, name)
        if "META-INF/container.xml" in archive.NameToInfo:
            from corpus.readers.epub import read_epub

            return read_epub(archive, name)
    raise NotTextError(f"{name!r} is a zip archive, neither DOCX nor EPUB. Unpack it and give what is in it.")

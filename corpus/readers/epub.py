"""EPUB books: a zip archive of XHTML pages in the order of the book's spine, read as web pages are."""

import posixpath
import zipfile
from typing import Any
from urllib.parse import unquote

from corpus.errors import UnreadableArticleError
from corpus.readers.drafts import Draft
from corpus.readers.encodings import decode
from corpus.readers.html import as_date, parse_html, prune, said_charset, visible_text
from corpus.readers.packed import read_member

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_DC = "{http://purl.org/dc/elements/1.1/}"


def read_epub(archive: zipfile.ZipFile, name: str) -> Draft:
    """Read a book whole: its pages' text in order, without its table of contents.

    Raises:
        UnreadableArticleError: it is broken, or locked to a reading device.
        NotTextError: a page is in no known encoding.
    """
    root = next((element.get("full-path") for element in _xml(archive, _CONTAINER, name).iter("{*}rootfile")), None)
    if not root:
        raise _broken(name, "it names no package")
    package = _xml(archive, root, name)
    chapters = [_chapter(archive, path, name) for path in _spine(package, posixpath.dirname(root))]
    if not any(chapters) and _ENCRYPTION in archive.namelist():
        raise UnreadableArticleError(f"{name!r} is locked to a reading device (DRM). Give a book without it.")

    def fact(key: str) -> str | None:
        return next((element.text for element in package.iter(_DC + key) if element.text), None)

    return Draft(
        "\n\n".join(filter(None, chapters)),
        title=fact("title"),
        author=fact("creator"),
        published=as_date(fact("date")),
        language=fact("language"),
        source=fact("publisher"),
    )


def _spine(package: Any, folder: str) -> list[str]:
    """Give the paths of the book's pages inside the archive, in order. Nothing is ever looked up outside of it."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    paths = []
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and item.get("href") and "nav" not in (item.get("properties") or "").split():
            paths.append(posixpath.normpath(posixpath.join(folder, unquote(item.get("href").partition("#")[0]))))
    return list(dict.fromkeys(paths))


def _chapter(archive: zipfile.ZipFile, path: str, name: str) -> str:
    if path not in archive.NameToInfo:
        return ""  # books with a page missing are common, and the rest is worth reading
    data = read_member(archive, path, name)
    if _ENCRYPTION in archive.NameToInfo and b"<" not in data[:1000]:
        return ""
    tree = parse_html(decode(data, name, said_charset(data)), name, xml=True)
    if tree is None:
        return ""
    prune(tree)
    return visible_text(tree)


def _xml(archive: zipfile.ZipFile, path: str, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(read_member(archive, path, name), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise _broken(name, f"{path[:80]!r} cannot be read") from None


def _broken(name: str, reason: str) -> UnreadableArticleError:
    return UnreadableArticleError(f"{name!r} is a broken EPUB file: {reason}. Get it again whole.")

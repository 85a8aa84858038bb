"""Web pages: the main text by trafilatura; the whole text, as a browser would show it, by a walk over the elements."""

import re
from datetime import date
from typing import Any

from corpus.errors import UnreadableArticleError
from corpus.readers.drafts import Draft
from corpus.readers.encodings import decode


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


# Nothing of these is shown, or not as text.
_UNSEEN = _names(
    "script style template noscript title meta link svg math iframe object embed applet audio video canvas map "
    "select datalist textarea button dialog rp"
)
# These begin and end a line of their own; trafilatura's names among them.
_BLOCKS = _names(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hgroup hr html item legend li list main menu nav ol optgroup option p pre "
    "quote row search section summary table tbody tfoot thead tr ul"
)
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "lb"})
_VERBATIM = frozenset({"pre", "listing", "xmp"})
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(" +")
_GAPS = re.compile(" *\t *")
_META_CHARSET = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_EMPTY_ELEMENT = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)\b)([A-Za-z][\w:-]*)([^<>]*)/>"
)
_LOOKED_AT = 4096  # bytes in which a page says its encoding
_LEAST_SHARE = 0.5  # of a short page's text; where the main text is less, all of it is taken
_SHORT = 1000  # characters
_BOOK = 1_000_000  # characters; trafilatura would take a minute, and no page has menus as long as that
_DEEPEST = 250  # elements in one another; what is beyond, trafilatura copies by recursion


def read_html(data: bytes, name: str, charset: str | None = None, url: str | None = None) -> Draft:
    """Read a web page's main text, with title, author, date and the language it declares.

    ``charset`` is what the server said. Where there is too little of a page to tell what is its main text, it is all
    of it.

    Raises:
        NotTextError: the bytes are in no known encoding.
        UnreadableArticleError: its elements are nested too deeply.
    """
    text = decode(data, name, charset or said_charset(data))
    tree = parse_html(text, name)
    if tree is None:
        return Draft("")
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    facts = _facts(tree, url)
    prune(tree)
    whole = visible_text(tree)
    return Draft(_main_text(tree, whole, url), language=language, **facts)


def _main_text(tree: Any, whole: str, url: str | None) -> str:
    """Give the text without menus and footers; all of it where there is too little or too much to tell them by."""
    from trafilatura import bare_extraction

    if len(whole) > _BOOK or _is_deep(tree):
        return whole
    found = bare_extraction(tree, url=url, include_comments=False, include_formatting=True, include_tables=True)
    body = getattr(found, "body", None)
    main = visible_text(body) if body is not None else ""
    return whole if len(whole) < _SHORT and len(main) < _LEAST_SHARE * len(whole) else main


def _is_deep(tree: Any) -> bool:
    from lxml import etree

    depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > _DEEPEST:
            return True
    return False


def said_charset(data: bytes) -> str | None:
    """Give the encoding that a page says it is in, if it does."""
    match = _META_CHARSET.search(data[:_LOOKED_AT])
    return (match[1] or match[2]).decode("ascii") if match else None


def parse_html(text: str, name: str, *, xml: bool = False) -> Any:
    """Parse a page; None where nothing is in it. ``xml``: elements may be closed as XML closes them (``<p/>``).

    Raises:
        UnreadableArticleError: its elements are nested so deeply that the parser would leave some out.
    """
    from lxml import etree, html

    if xml:
        text = _EMPTY_ELEMENT.sub(r"<\1\2></\1>", text)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    data = text.encode("utf-8", "replace")
    tree = html.document_fromstring(data, parser=parser, ensure_head_body=True) if data.strip() else None
    if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log):
        raise UnreadableArticleError(f"{name!r} nests its elements too deeply. Save its text as a file of its own.")
    return tree


def prune(tree: Any) -> None:
    """Take out what a browser does not show."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        hidden = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if (element.tag in _UNSEEN or hidden) and element.getparent() is not None:
            element.drop_tree()


def visible_text(tree: Any) -> str:
    """Give the text of a pruned tree: a blank line between blocks, a newline for a line break, blanks joined."""
    from lxml import etree

    text = _Text()
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if event == "start":
            text.open(tag)
            text.add(element.text)
        else:
            text.close(tag)
            if element is not tree:
                text.add(element.tail)
    return text.done()


class _Text:
    """Text as it comes to stand on the page."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._line: list[str] = []
        self._verbatim = 0  # so many elements that keep blanks are open
        self._unseen = 0

    def open(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()
        elif tag in _BREAKS:
            self._line.append("\n")
        elif tag in _CELLS and self._line:
            self._line.append("\t")
        self._unseen += _is_unseen(tag)
        self._verbatim += tag in _VERBATIM

    def close(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()
        self._unseen -= _is_unseen(tag)
        self._verbatim -= tag in _VERBATIM

    def add(self, text: str | None) -> None:
        if text and not self._unseen:
            self._line.append(text if self._verbatim else _BLANKS.sub(" ", text))

    def done(self) -> str:
        self._end()
        return "\n\n".join(self._blocks)

    def _end(self) -> None:
        block = "".join(self._line)
        self._line = []
        if not self._verbatim:
            block = "\n".join(_GAPS.sub("\t", _SPACES.sub(" ", line)).strip(" \t") for line in block.split("\n"))
        if block.strip():
            self._blocks.append(block.strip("\n"))


def _is_unseen(tag: str) -> bool:
    return tag in _UNSEEN


def _facts(tree: Any, url: str | None) -> dict[str, Any]:
    """What the page says of itself. Its date is taken where it is marked up, never guessed from the text."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(tree, url, extensive=False)
    return {
        "title": found.title,
        "author": found.author,
        "published": as_date(found.date),
        "url": url or found.url,
        "source": found.sitename or found.hostname,
    }


def as_date(value: str | None) -> date | None:
    """Read the day out of an ISO date or time; None where it is none."""
    try:
        return date.fromisoformat((value or "").strip()[:10])
    except ValueError:
        return None

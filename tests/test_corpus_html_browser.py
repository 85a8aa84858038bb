"""What is read of a page, against what a real browser shows of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from corpus.readers.html import parse_html, prune, visible_text
from corpus.readers.sources import read_source
from corpus.readers.types import ReadArticle
from tests.test_corpus_readers import PAGE

pytestmark = pytest.mark.browser

PIECES = [
    "<p>The fer<b>ry</b> <i> sank </i>on\n   Friday.</p>",
    "<div>One<div>Two</div>Three</div>",
    "<ul><li>First</li><li>Second <ol><li>Inner</li></ol></li></ul>",
    "<table><tr><td>A</td><td>B</td></tr><tr><td>C</td><td>D</td></tr></table>",
    "<p>Line<br>break &amp; entity &mdash; caf&eacute;</p>",
    "<pre>code  here\n  and here</pre>",
    "<p hidden>Hidden.</p><p style='visibility:hidden'>Unseen.</p><p>Seen.</p>",
    "<script>x()</script><style>p {}</style><template><p>No</p></template><noscript>No</noscript><p>Yes.</p>",
    "<blockquote>Quoted.</blockquote><dl><dt>Term</dt><dd>Meaning</dd></dl>",
    "<p>Open <b>and <i>crossed</b> over</i>.<p>Next",
    "<button>Press</button><select><option>Pick</option></select><textarea>Type</textarea><p>Text.</p>",
    "<p>a<sup>2</sup>, H<sub>2</sub>O, un<wbr>broken, soft&shy;hyphen</p>",
]


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[[str], str]]:
    page = browser.new_page()

    def shown(html: str) -> str:
        page.set_content(html)
        return str(page.evaluate("document.body.innerText"))

    yield shown
    page.close()


def words(text: str) -> list[str]:
    return text.replace("\xad", "").split()


@pytest.mark.parametrize("piece", PIECES)
def test_the_text_is_what_a_browser_shows(piece: str, show: Callable[[str], str]) -> None:
    html = f"<!DOCTYPE html><html><body>{piece}</body></html>"
    tree = parse_html(html, "page")
    prune(tree)
    seen = [word for word in words(show(html)) if word not in {"Press", "Pick", "Type"}]  # controls, not text
    assert words(visible_text(tree)) == seen


def test_every_line_of_the_main_text_is_shown(show: Callable[[str], str], tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    (read,) = read_source(str(path))
    assert isinstance(read, ReadArticle)
    seen = " ".join(words(show(PAGE)))
    for line in read.article.text.split("\n\n"):
        assert " ".join(line.split()) in seen

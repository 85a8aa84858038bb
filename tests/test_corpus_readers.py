import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from corpus.readers.child import ChildParser
from corpus.readers.drafts import Draft, to_article
from corpus.readers.sources import read_source
from corpus.readers.types import LeftOut, ReadArticle, ReadLimits, Refused
from tests.reading import LIMITS, one_parser, read, read_one
from tests.source_files import docx, epub, lines, paragraphs, pdf


@pytest.fixture(scope="module", autouse=True)
def parser() -> Iterator[ChildParser]:
    with one_parser() as parser:
        yield parser


PAGE = """<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Ferry sinks | The Daily</title>
<meta name="author" content="Jane Doe"><meta property="og:site_name" content="The Daily">
<meta property="article:published_time" content="2024-03-05T10:00:00Z"><style>p { color: red }</style></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<article><h1>Ferry sinks off the coast</h1>
<p>The ferry <b>Mar</b>a sank on Friday&nbsp;night, offi<wbr>cials said.<!-- no --> It was
   carrying 120&thinsp;people &amp; 3 dogs.</p>
<p>Rescue teams saved 118 people within an hour; two are <i>missing</i>, the coast guard said on Saturday.</p>
<ul><li>The ferry was built in 1988 and repaired in 2019.</li><li>The captain left last, the company said.</li></ul>
<table><tr><th>Year</th><th>Accidents</th></tr><tr><td>2023</td><td>4</td></tr></table>
<p>Harbour Road 1<br>Port Town</p>
<script>track("words of the script")</script><template><p>Words of the template.</p></template>
<noscript>Enable scripts.</noscript><p style="display: none">Words that are hidden.</p><p hidden>More of them.</p>
</article><footer><p>Copyright 2024 The Daily. All rights reserved.</p></footer></body></html>"""

PAGE_TEXT = """Ferry sinks off the coast

The ferry Mara sank on Friday night, officials said. It was carrying 120 people & 3 dogs.

Rescue teams saved 118 people within an hour; two are missing, the coast guard said on Saturday.

The ferry was built in 1988 and repaired in 2019.

The captain left last, the company said.

Year\tAccidents

2023\t4

Harbour Road 1
Port Town"""


def test_html(tmp_path: Path) -> None:
    article = read_one(tmp_path / "page.html", PAGE.encode())
    assert article.text == PAGE_TEXT
    assert article.title == "Ferry sinks off the coast"
    assert (article.author, article.source) == ("Jane Doe", "The Daily")
    assert (article.published, article.language) == (date(2024, 3, 5), "en")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Hello <em>wo</em>rld.", "Hello world."),
        ("<div>One line.<div>Another.</div>And a third.</div>", "One line.\n\nAnother.\n\nAnd a third."),
        ("<p>Ein Café", "Ein Café"),
        ("<p>Only 2 &lt; 3 words.<script>var words;</script>", "Only 2 < 3 words."),
        ("<p>Never closed <b>and <i>crossed</b> tags</i> here.", "Never closed and crossed tags here."),
    ],
)
def test_a_short_page_is_taken_whole(page: str, text: str, tmp_path: Path) -> None:
    assert read_one(tmp_path / "page.html", f"<html><body>{page}".encode()).text == text


@pytest.mark.parametrize("how", ["<meta charset='%s'>", '<meta http-equiv=c content="text/html; charset=%s">'])
@pytest.mark.parametrize("encoding", ["iso-8859-9", "koi8-r", "utf-8", "shift_jis"])
def test_a_page_says_its_encoding(how: str, encoding: str, tmp_path: Path) -> None:
    text = {"iso-8859-9": "Şişli", "koi8-r": "Паром", "utf-8": "Café", "shift_jis": "渡船"}[encoding]
    page = f"<html><head>{how % encoding}</head><body><p>{text}</p></body></html>"
    assert read_one(tmp_path / "page.html", page.encode(encoding)).text == text


def test_markdown(tmp_path: Path) -> None:
    source = """---
title: "The ferry: a story"
author: [Jane Doe, Ali Baba]
date: 2024-03-05
---
# Ferry sinks

The *ferry* sank
on [Friday](http://example.com), at `10:00` &mdash; they said.

- first item
- second item

| Year | Accidents |
|------|-----------|
| 2023 | 4         |

> A quotation.

<script>words</script>
"""
    article = read_one(tmp_path / "note.md", source.encode())
    assert article.text == (
        "Ferry sinks\n\nThe ferry sank on Friday, at 10:00 — they said.\n\nfirst item\n\nsecond item\n\n"
        "Year\tAccidents\n\n2023\t4\n\nA quotation."
    )
    assert article.title == "The ferry: a story"
    assert (article.author, article.published) == ("Jane Doe, Ali Baba", date(2024, 3, 5))


@pytest.mark.parametrize(
    ("source", "title", "text"),
    [
        ('+++\ntitle = "Toml"\n+++\nThe text.', "Toml", "The text."),
        ("# A *heading*\n\nThe text.", "A heading", "A heading\n\nThe text."),
        ("Just one line.", "My note", "Just one line."),
        ("---\n- no\n- facts\n---\nThe text.", "no", "no\n\nfacts\n\nThe text."),
        ("---\n: [broken\n---\n\nThe text.", "broken", None),
        ("---\r\ntitle: Windows\r\n---\r\nThe text.\r\nOn.", "Windows", "The text. On."),
    ],
)
def test_markdown_front_matter(source: str, title: str, text: str | None, tmp_path: Path) -> None:
    article = read_one(tmp_path / "my_note.md", source.encode())
    if text is not None:
        assert (article.title, article.text) == (title, text)
    assert "The text" in article.text or "Just" in article.text


def test_docx(tmp_path: Path) -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Ferry sinks</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>The fer</w:t></w:r><w:r><w:t>ry sank</w:t><w:tab/><w:t>on</w:t><w:br/><w:t>Friday.</w:t></w:r>"
        "<w:ins><w:r><w:t xml:space='preserve'> All are safe.</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>Two are missing.</w:delText></w:r></w:del></w:p><w:p/>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Year</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Accidents</w:t></w:r></w:p>"
        "</w:tc></w:tr></w:tbl><w:sdt><w:sdtContent>" + paragraphs("In a field.") + "</w:sdtContent></w:sdt>"
        "<w:tbl><w:tr><w:tc>" + paragraphs("A page that", "a table lays out.") + "</w:tc></w:tr></w:tbl>"
        "<w:p><w:r><w:t>With a box.</w:t></w:r><w:r><w:txbxContent>"
        + paragraphs("In the box.")
        + "</w:txbxContent></w:r></w:p>"
    )
    core = (
        "<dc:title>The ferry</dc:title><dc:creator>Jane Doe</dc:creator><dc:language>en-GB</dc:language>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2024-03-05T10:00:00Z</dcterms:created>'
    )
    article = read_one(tmp_path / "story.docx", docx(body, core=core))
    assert article.text == (
        "Ferry sinks\n\nThe ferry sank\ton\nFriday. All are safe.\n\nYear\tAccidents\n\nIn a field.\n\nA page that\n\n"
        "a table lays out.\n\nWith a box.\n\nIn the box."
    )
    assert (article.title, article.author) == ("The ferry", "Jane Doe")
    assert (article.published, article.language) == (date(2024, 3, 5), "en")


def test_a_docx_file_that_the_library_made(tmp_path: Path) -> None:
    import docx as python_docx

    document = python_docx.Document()
    document.add_heading("Ferry sinks")
    document.add_paragraph("The ferry sank on Friday.")
    document.add_table(1, 2).rows[0].cells[1].text = "4"
    document.save(str(tmp_path / "made.docx"))
    article = read_one(tmp_path / "made.docx", (tmp_path / "made.docx").read_bytes())
    assert article.text == "Ferry sinks\n\nThe ferry sank on Friday.\n\n4"
    assert (article.title, article.author, article.published) == ("Ferry sinks", None, None)


def test_epub(tmp_path: Path) -> None:
    facts = (
        "<dc:title>The Ferry</dc:title><dc:creator>Jane Doe</dc:creator><dc:language>de</dc:language>"
        "<dc:date>1924-01-02</dc:date><dc:publisher>Harbour Press</dc:publisher>"
    )
    chapters = [
        '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>'
        "<h1>Eins</h1><p>Die Fähre&#160;sank am <i>Frei</i>tag,<br/>sagte er.</p><p/></body></html>",
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><script src="a"/></head><body><p>Der Kapitän ging.</p>'
        "</body></html>",
    ]
    article = read_one(tmp_path / "book.epub", epub(chapters, facts=facts))
    assert article.text == "Eins\n\nDie Fähre sank am Freitag,\nsagte er.\n\nDer Kapitän ging."
    assert (article.title, article.author, article.source) == ("The Ferry", "Jane Doe", "Harbour Press")
    assert (article.published, article.language) == (date(1924, 1, 2), "de")


RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>The Daily</title><language>en-gb</language>
<item><title>Ferry &amp; storm</title><guid>g1</guid><link>http://example.com/1</link>
<author>jane@example.com (Jane)</author>
<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>
<description>&lt;p&gt;The ferry sank.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;
&lt;p&gt;All are &lt;b&gt;safe&lt;/b&gt;.&lt;/p&gt;</description></item>
<item><title>No date</title><link>http://example.com/2</link><pubDate>the day after</pubDate>
<description>AT&amp;amp;T said so.</description></item>
<item><title>Bad date</title><guid>g3</guid><pubDate>99 Foo 20240 99:99</pubDate>
<description>Another story.</description></item>
<item><title>Nothing in it</title><guid>g4</guid></item>
</channel></rss>"""


def test_rss(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    reads = read(path)
    assert [found.origin for found in reads] == [f"{path}#{key}" for key in ("g1", "http://example.com/2", "g3", "g4")]
    articles = [found.article for found in reads if isinstance(found, ReadArticle)]
    assert [article.text for article in articles] == [
        "The ferry sank.\n\nAll are safe.",
        "AT&T said so.",
        "Another story.",
    ]
    assert [article.published for article in articles] == [date(2024, 3, 5), None, None]
    assert articles[0].title == "Ferry & storm"
    assert (articles[0].url, articles[0].source) == ("http://example.com/1", "The Daily")
    assert len({article.id for article in articles}) == 3
    assert isinstance(reads[3], Refused)
    assert "no words" in reads[3].reason


def test_atom(tmp_path: Path) -> None:
    path = tmp_path / "feed"
    path.write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Daily</title><entry><id>urn:1</id><title>Ferry</title>'
        '<updated>2024-03-05T10:00:00Z</updated><summary>Short.</summary><content type="html">&lt;p&gt;The whole '
        "story.&lt;/p&gt;</content><author><name>Jane Doe</name></author></entry></feed>"
    )
    (found,) = read(path)
    assert isinstance(found, ReadArticle)
    assert found.origin == f"{path}#urn:1"
    assert (found.article.text, found.article.author) == ("The whole story.", "Jane Doe")
    assert found.article.published == date(2024, 3, 5)


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "bulk.jsonl"
    full = {
        **{"text": "The ferry sank.", "title": "Ferry", "id": "f-1", "url": "https://example.com/1"},
        **{"author": "Jane", "published": "2024-03-05", "language": "fr", "source": "The Daily"},
    }
    lines: list[object] = [
        *(
            full,
            {"text": "Only text here, of which the language can be told."},
            {"title": "no text"},
            {"text": 3},
            ["text"],
        ),
        *({"text": "a", "published": "yesterday"}, {"text": "a", "language": "French"}, {"text": "a", "title": 5}),
        *({"text": "..."}, {"text": "a", "id": ""}, {"text": "x", "url": "javascript:alert(1)"}),
    ]
    path.write_text("\n".join(map(json.dumps, lines)) + "\n\nnot json\n")
    reads = read(path)
    assert [found.origin for found in reads] == [f"{path}#{n}" for n in [*range(1, 12), 13]]
    first, second, *others = reads
    assert isinstance(first, ReadArticle)
    assert first.has_own_id
    article = first.article
    assert (article.id, article.title, article.text) == ("f-1", "Ferry", "The ferry sank.")
    assert (article.url, article.author, article.source) == ("https://example.com/1", "Jane", "The Daily")
    assert (article.published, article.language) == (date(2024, 3, 5), "fr")
    assert isinstance(second, ReadArticle)
    assert not second.has_own_id
    assert second.article.language == "en"
    *refused, last, broken = others
    assert isinstance(last, ReadArticle)
    assert last.article.url is None
    for found, says in zip(
        [*refused, broken],
        ['a "text"', 'a "text"', 'a "text"', "no date", "ISO 639-1", "'title'", "no words", "'id'", "not JSON"],
        strict=True,
    ):
        assert isinstance(found, Refused)
        assert says in found.reason
        assert "line " in found.reason


def test_a_draft_survives_the_way_between_processes() -> None:
    draft = Draft("text", "title", "author", date(2024, 3, 5), "en", "http://a", "source", "id", (0, 2))
    assert Draft.from_json(json.loads(json.dumps(draft.as_json()))) == draft


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        ("The ferry sank on Friday, and the captain was the last to leave the ship.", None, "en"),
        ("Die Fähre sank am Freitag, und der Kapitän verließ das Schiff als Letzter.", "en-US", "de"),
        ("Feribot cuma günü battı ve kaptan gemiyi en son terk etti.", None, "tr"),
        ("Fergen sank på fredag, og kapteinen forlot skipet som den siste.", None, "no"),
        ("Kort.", "sv-SE", "sv"),
        ("Kort.", None, "en"),
        ("Kort.", "not a code", "en"),
        ("1, 2, 3 ... 4711", None, "en"),
    ],
)
def test_language(text: str, declared: str | None, language: str) -> None:
    assert to_article(Draft(text, language=declared), "a", LIMITS).language == language


def test_a_folder(tmp_path: Path) -> None:
    files: Mapping[str, str] = {
        **{"b.txt": "Story b.", "a/c.md": "Story c.", "a/d.html": "<p>Story d.", "z.png": "\x89PNG\r\n"},
        **{".hidden": "no", ".git/config": "no", "node_modules/x.txt": "no", "a/.x/y.txt": "no", "b.txt~": "no"},
        **{"drafts/e.txt": "Story e.", "keep.log": "Story k.", "report.pdf/f.txt": "Story f."},
    }
    for name, text in files.items():
        path = tmp_path / "all" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    limits = ReadLimits(ignore=("/drafts/", "*.log", "!keep.log"))
    reads = list(read_source(str(tmp_path / "all"), limits))
    found = [Path(read.origin).relative_to(tmp_path / "all").as_posix() for read in reads]
    assert found == ["b.txt", "keep.log", "z.png", "a/c.md", "a/d.html", "report.pdf/f.txt"]
    assert [isinstance(read, LeftOut) for read in reads] == [False, False, True, False, False, False]


def test_an_empty_folder(tmp_path: Path) -> None:
    (found,) = read(tmp_path)
    assert isinstance(found, Refused)
    assert "folder without files" in found.reason


def test_content_tells_the_kind_before_the_name(tmp_path: Path) -> None:
    assert read_one(tmp_path / "a.txt", pdf([lines("The ferry sank.")])).text == "The ferry sank."
    assert read_one(tmp_path / "b.pdf", b"The ferry sank.").text == "The ferry sank."
    assert read_one(tmp_path / "c.docx", epub(["<p>The ferry sank.</p>"])).text == "The ferry sank."
    assert read_one(tmp_path / "d.txt", b"<!-- a --><!DOCTYPE html><p>The ferry sank.").text == "The ferry sank."
    (tmp_path / "e.txt").write_text('{"text": "The ferry sank."}\n{"text": "It was late."}\n')
    assert len(read(tmp_path / "e.txt")) == 2

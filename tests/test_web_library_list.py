"""The library's list: what is there, searched, narrowed, sorted, in pages."""

import re
from contextlib import closing
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article
from corpus.library import open_library
from index.ingest import prepare
from tests.api_server import BRIDGE, FERRY, make_app, make_app_of_one_file
from tests.fakes import FakeEncoder
from web.library.listing import MOST_NEAR, PAGE, has_words
from web.library.wanted import read_wanted

ENCODER = FakeEncoder()


def store_all(folder: Path, *articles: Article, collection: str = "default") -> None:
    with closing(open_library(folder / "library.sqlite")) as store:
        for article in articles:
            store.upsert(prepare(article, article.id, ENCODER), encoder=ENCODER.name, collection=collection)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Three articles; the tests of this file that use it only read."""
    tmp_path = tmp_path_factory.mktemp("library")
    ferry = Article.create(
        FERRY, id="ferry", title="Fähre gesunken", source="Post", language="de", published=date(2024, 5, 1)
    )
    bridge = Article.create(BRIDGE, id="bridge", title="Bridge closed", source="Herald", published=date(2024, 3, 1))
    again = Article.create(f"{FERRY} Yes.", id="again", title="Ferry again", source="Post")
    store_all(tmp_path, ferry, again, collection="sea")
    store_all(tmp_path, bridge, collection="roads")
    return TestClient(make_app(tmp_path))


def titles(client: TestClient, **query: str) -> list[str]:
    page = client.get("/library", params=query)
    assert page.status_code == 200
    return [unescape(title) for title in re.findall(r'<a class="title"[^>]*>(.*?)</a>', page.text)]


def test_the_list_says_what_is_there(client: TestClient) -> None:
    page = client.get("/library").text
    assert titles(client) == ["Bridge closed", "Ferry again", "Fähre gesunken"]
    assert "3 articles in 2 collections." in page
    assert '<a class="ask-it" href="/?collection=sea">' in page
    assert "<span>3 sentences</span>" in page
    assert "1 May 2024" in page
    nearly = 'Nearly the same as <a href="/library/articles/ferry"><bdi>Fähre gesunken</bdi></a>, which answers'
    assert nearly in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"collection": "sea"}, ["Ferry again", "Fähre gesunken"]),
        ({"source": "Herald"}, ["Bridge closed"]),
        ({"language": "de"}, ["Fähre gesunken"]),
        ({"from": "2024-03-02"}, ["Fähre gesunken"]),
        ({"to": "2024-03-01"}, ["Bridge closed"]),
        ({"collection": "sea", "source": "Herald"}, []),
        ({"order": "title"}, ["Bridge closed", "Ferry again", "Fähre gesunken"]),
        ({"order": "published"}, ["Fähre gesunken", "Bridge closed", "Ferry again"]),
        ({"order": "nonsense", "page": "x"}, ["Bridge closed", "Ferry again", "Fähre gesunken"]),
        ({"q": "FAHRE"}, ["Fähre gesunken"]),
        ({"q": "ferry", "collection": "roads"}, []),
        ({"q": "again ferry"}, ["Ferry again"]),
    ],
)
def test_the_list_is_narrowed_and_sorted(client: TestClient, query: dict[str, str], found: list[str]) -> None:
    assert titles(client, **query) == found


def test_what_was_typed_stays_in_the_form(client: TestClient) -> None:
    page = client.get("/library", params={"q": '"x" <b>', "collection": "sea", "from": "2024-01-01"}).text
    assert 'value="&#34;x&#34; &lt;b&gt;"' in page
    assert '<option value="sea" selected>' in page
    assert 'value="2024-01-01"' in page
    assert '<details class="filters" open>' in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "yesterday"}, "“yesterday” is no day."),
        ({"to": "2024-13-01"}, "“2024-13-01” is no day."),
        ({"from": "2024-05-02", "to": "2024-05-01"}, "The last day is before the first."),
    ],
)
def test_a_date_that_is_none_is_told_in_its_place(client: TestClient, query: dict[str, str], said: str) -> None:
    page = client.get("/library", params=query)
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text


def test_texts_are_searched_too(client: TestClient) -> None:
    hits = client.get("/library", params={"q": "captain of the ferry"}).context["listed"].hits
    assert hits[0].passage.article.id == "ferry"
    page = client.get("/library", params={"q": "captain"}).text
    assert "No title has this word." in page
    assert '<a href="/library/articles/ferry#s1">' in page
    assert "Mara Voss" in page
    assert "Shares words: " in page
    narrowed = client.get("/library", params={"q": "captain", "collection": "roads"})
    assert {hit.passage.article.id for hit in narrowed.context["listed"].hits} == {"bridge"}
    assert "No text has this word. What follows is nearest in meaning" in narrowed.text


def test_few_passages_that_share_no_word_are_shown(tmp_path: Path) -> None:
    store_all(tmp_path, *(Article.create(f"Rain fell in town {n}.", id=str(n)) for n in range(9)))
    listed = TestClient(make_app(tmp_path)).get("/library?q=zebra").context["listed"]
    assert len(listed.hits) == MOST_NEAR


def test_a_search_that_is_too_long_is_told(client: TestClient) -> None:
    assert client.get("/library", params={"q": "w" * 5_000}).status_code == 200


def test_a_long_list_comes_in_pages(tmp_path: Path) -> None:
    many = (Article.create(f"Text number {n}.", id=f"a{n:03}", title=f"Title {n:03}") for n in range(2 * PAGE + 1))
    store_all(tmp_path, *many)
    client = TestClient(make_app(tmp_path))
    pages = [titles(client, order="title", page=str(number)) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [PAGE, PAGE, 1, 1]
    assert [*pages[0], *pages[1], *pages[2]] == [f"Title {n:03}" for n in range(2 * PAGE + 1)]
    second = client.get("/library?order=title&page=2").text
    assert "Page 2 of 3" in second
    assert 'rel="prev" href="/library?order=title"' in second
    assert 'rel="next" href="/library?order=title&amp;page=3"' in second
    assert titles(client, q="title 10") == ["Title 100", "Title 010"]


def test_an_empty_library_says_what_to_do(tmp_path: Path) -> None:
    page = TestClient(make_app(tmp_path)).get("/library").text
    assert "The library is empty." in page
    assert 'href="/library/add">Add articles</a>' in page
    assert "Austin confirms North Korean troops in Russia" in page


def test_a_server_of_one_file_says_what_to_do() -> None:
    client = TestClient(make_app_of_one_file())
    page = client.get("/library").text
    assert "start it without <code>--article</code>" in page
    assert "/library/add" not in page
    assert "Ask the article" in page
    assert "start it without" in client.get("/library/add").text.lower()
    assert client.post("/library/add/text", data={"text": "x"}).status_code == 409


def test_hostile_titles_are_text(tmp_path: Path) -> None:
    markup = "<script>alert(1)</script>{{7*7}}\u202e"
    hostile = Article.create("Some text.", id="a", title=markup, source=markup, author=markup, language="<b>")
    store_all(tmp_path, hostile, collection=markup)
    store_all(tmp_path, Article.create("Another text of it.", id="b"))
    client = TestClient(make_app(tmp_path))
    for page in (client.get("/library"), client.get("/library", params={"q": markup, "collection": markup})):
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page.text


@given(st.dictionaries(st.sampled_from(["q", "collection", "from", "to", "order", "page"]), st.text(max_size=30)))
def test_any_query_is_understood_or_told(query: dict[str, str]) -> None:
    wanted = read_wanted(query)
    again = wanted.address(wanted.page)
    assert wanted.page >= 1
    assert wanted.where is not None
    assert set(wanted.errors) <= {"from", "to"}
    assert "page=1&" not in again


def test_words_are_found_in_titles() -> None:
    assert has_words("Straße gesperrt", "STRASSE")
    assert has_words("anything", "")
    assert not has_words("Bridge", "bridge closed")

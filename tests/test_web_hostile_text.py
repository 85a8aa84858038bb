from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from corpus import Article
from corpus.sentences import split_sentences
from tests.web_bot import StubBot
from web import create_app
from web.article_view import ArticleView, view_article
from web.rendering import alone

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;{{7*7}}{% raw %}${1}"
RIGHT_TO_LEFT_OVERRIDE = "\u202e"


class Seen(HTMLParser):
    """The tags of a page, and the text of its story and its question."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def client_of(*texts: str, titles=()) -> TestClient:
    return TestClient(create_app(StubBot(*texts, titles=titles)), raise_server_exceptions=False)


CLIENT = client_of("Plain text. More of it.")


def test_markup_in_an_article_is_text():
    plain = Seen(client_of("Plain text.").get("/").text)
    hostile = Seen(client_of(MARKUP, titles=[MARKUP]).get("/").text)
    assert hostile.tags == plain.tags
    assert MARKUP in hostile.text
    assert "49" not in hostile.text


def test_markup_in_a_question_is_text():
    client = client_of("Plain text.")
    for path in ("/", "/answer"):
        plain = Seen(client.get(path, params={"q": "nothing"}).text)
        hostile = Seen(client.get(path, params={"q": MARKUP}).text)
        assert hostile.tags == plain.tags
        assert MARKUP in hostile.text


def test_markup_in_a_question_that_cannot_be_asked_stays_in_its_field():
    client = client_of("Plain text.")
    plain = Seen(client.get("/", params={"q": ""}).text)
    hostile = client.get("/", params={"q": MARKUP * 10})
    assert hostile.status_code == 422
    assert Seen(hostile.text).tags == plain.tags


def test_markup_in_metadata_is_text_and_only_web_addresses_are_linked():
    bot = StubBot()
    bot.articles = (Article.create("Text.", id=MARKUP, author=MARKUP, source=MARKUP, url="javascript:alert(1)"),)
    page = TestClient(create_app(bot)).get("/").text
    assert "<img" not in page
    assert "javascript:" not in page
    bot.articles = (Article.create("Text.", url="https://example.org/?a=1&b=2"),)
    page = TestClient(create_app(bot)).get("/").text
    assert '<a href="https://example.org/?a=1&amp;b=2" rel="noreferrer noopener">' in page


def test_text_that_turns_its_direction_cannot_turn_the_page():
    page = (
        client_of(f"Cats{RIGHT_TO_LEFT_OVERRIDE} sleep.").get("/", params={"q": f"cats{RIGHT_TO_LEFT_OVERRIDE}"}).text
    )
    assert f'<h3 class="question" dir="auto">cats{RIGHT_TO_LEFT_OVERRIDE}</h3>' in page
    assert f'class="sentence cited" data-citation="1">Cats{RIGHT_TO_LEFT_OVERRIDE} sleep.</span></p>' in page
    assert f"<title>\u2068cats{RIGHT_TO_LEFT_OVERRIDE}\u2069 –" in page


def test_a_word_of_a_hundred_thousand_letters_is_shown_whole():
    word = "x" * 100_000
    page = client_of(f"Before. {word} after.").get("/")
    assert page.status_code == 200
    assert f">{word} after.</span>" in page.text


@pytest.mark.parametrize(
    "query", ["%00", "a%00b", "%ED%A0%80", "%FF", "%E2%80%AE", "%0D%0A", "%", "a&q=b", "q=%00&article=%00"]
)
@pytest.mark.parametrize("path", ["/?q=", "/answer?q=", "/?article=", "/api/v1/articles/", "/static/", "/"])
def test_odd_bytes_in_an_address_are_never_a_fault(path, query):
    response = CLIENT.get(path + query)
    assert response.status_code in (200, 404, 422)
    assert "\0" not in response.text


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=150))
def test_any_question_is_answered_or_refused_by_page_and_api(question):
    for response in (
        CLIENT.get("/", params={"q": question}),
        CLIENT.post("/api/v1/ask", json={"question": question}),
    ):
        assert response.status_code in (200, 422)


@given(st.text(alphabet=st.sampled_from("ab.!?“” \n\t")).filter(str.strip))
def test_nothing_of_an_article_is_left_out_or_moved(text):
    article = Article.create(text)
    view = view_article(article, split_sentences(article))
    paragraphs = [view.headline, *view.paragraphs]
    shown = "".join(sentence.before + sentence.text for paragraph in paragraphs for sentence in paragraph)
    assert article.text.startswith(shown)
    assert not article.text[len(shown) :].strip()


def test_a_line_end_starts_a_paragraph_and_citations_are_numbered_in_their_order():
    article = Article.create("One. Two.\n\nThree.", title="Numbers")
    view: ArticleView = view_article(article, split_sentences(article), cited={2: 1, 0: 2})
    assert [[sentence.number for sentence in paragraph] for paragraph in view.paragraphs] == [[1, 2], [3]]
    assert [sentence.citation for paragraph in view.paragraphs for sentence in paragraph] == [2, None, 1]


@pytest.mark.parametrize(
    ("text", "title", "headline"),
    [
        ("Bridge closed. Again.\nIt fell.", "Bridge closed.  Again.", [1, 2]),
        ("Bridge closed.\nIt fell.", "The bridge closed.", []),
        ("Bridge closed.", "Bridge closed.", []),  # nothing would be left of the article
        ("Bridge closed. It fell.\nOn Monday.", "Bridge closed.", []),
    ],
)
def test_a_first_line_that_is_the_title_stands_there_once(text, title, headline):
    article = Article.create(text, title=title)
    view = view_article(article, split_sentences(article))
    assert [sentence.number for sentence in view.headline] == headline
    shown = [sentence.number for paragraph in view.paragraphs for sentence in paragraph]
    assert [*headline, *shown] == list(range(1, view.sentences + 1))


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("plain", ""),
        ("\u202eturned", "\u202c"),
        ("\u202eturned \u2067around \u2066and on", "\u2069\u2069\u202c"),
        ("\u2067closed\u2069 \u202eand again\u202c", ""),
        ("\u2067one \u202eends both\u2069 after", ""),
        ("\u2069\u202cnothing was open", ""),
        ("\u202eone \u2067within\u202c", "\u2069\u202c"),
    ],
)
def test_what_turns_the_direction_turns_it_no_further_than_its_own_end(text, added):
    assert alone(text) == text + added
    assert alone(alone(text)) == alone(text)

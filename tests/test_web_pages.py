import re

import pytest
from starlette.testclient import TestClient

from bot.question import MAX_CHARACTERS
from tests.web_bot import LONGEST, StubBot
from web import create_app
from web.pages import confidence_words
from web.rendering import percent


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(StubBot()), raise_server_exceptions=False)


def test_the_first_page_shows_the_article_and_no_answer(client):
    response = client.get("/")
    assert response.status_code == 200
    assert response.template.name == "chat.html"
    assert response.context["answer"] is None
    assert [len(paragraph) for paragraph in response.context["article"].paragraphs] == [2, 2]
    assert '<span id="s2" class="sentence">Engineers found cracks in two of its nine pillars.</span>' in response.text
    assert "cited" not in response.text


def test_a_question_is_a_link_that_answers_without_script(client):
    response = client.get("/?q=repairs")
    assert response.context["answer"].found
    assert "Very likely the answer" in response.text
    assert "(93\u00a0% sure)" in response.text
    assert '<a href="#s3" data-cites="s3">Sentence 3 of 4</a>' in response.text
    assert "Repairs will cost <strong>about 4 million euros</strong>, the mayor said.</blockquote>" in response.text
    assert '<span id="s3" class="sentence cited" data-citation="1">Repairs will cost' in response.text
    assert response.text.count("sentence cited") == 1
    assert "Attributed to <bdi>the mayor</bdi> (said)" in response.text


def test_an_unanswered_question_is_declined_in_words(client):
    response = client.get("/?q=what+is+the+capital+of+France")
    assert response.status_code == 200
    assert "I found no sure answer in the article." in response.text
    assert "which probably do not answer the question" in response.text
    assert "sentence cited" not in response.text
    assert "data-cites" not in response.text


@pytest.mark.parametrize("question", ["repairs", "what is the capital of France"])
def test_the_part_is_the_same_as_in_the_whole_page(client, question):
    part = client.get("/answer", params={"q": question})
    assert part.template.name == "_answer.html"
    assert part.text.strip()
    assert part.text in client.get("/", params={"q": question}).text


@pytest.mark.parametrize(("typed", "said"), [("", "is empty"), (" ", "is empty"), ("why? " * LONGEST, "the limit is")])
def test_what_cannot_be_asked_is_said_in_place_and_kept(client, typed, said):
    page = client.get("/", params={"q": typed})
    assert page.status_code == 422
    assert page.template.name == "chat.html"
    assert said in page.text
    assert f'value="{typed}" aria-invalid="true"' in page.text
    part = client.get("/answer", params={"q": typed})
    assert (part.status_code, part.template.name) == (422, "_error.html")
    assert part.text in page.text


def carried(page) -> list[str]:
    return re.findall(r'<input type="hidden" name="h" value="([^"]*)">', page.text)


def test_a_follow_up_is_understood_from_the_address(client):
    page = client.get("/", params={"q": "and euros?", "h": ["Who came?", "Will repairs cost?"]})
    assert "Understood as: <bdi>Will repairs cost? and euros?</bdi>" in page.text
    assert '<a class="alone" href="/?q=and+euros%3F">' in page.text
    assert page.context["answer"].found
    assert carried(page) == ["Who came?", "Will repairs cost?", "and euros?"]
    alone = client.get("/?q=and%20euros%3F")
    assert "Understood as" not in alone.text
    assert carried(alone) == ["and euros?"]


def test_an_address_carries_the_last_questions_that_can_be_asked(client):
    history = ["first", "second", "third", "fourth", "fifth", " ", "w" * (MAX_CHARACTERS + 1)]
    page = client.get("/", params={"q": "repairs", "h": history})
    assert carried(page) == ["second", "third", "fourth", "fifth", "repairs"]
    assert carried(client.get("/", params={"q": "", "h": history})) == history[:5]
    assert carried(client.get("/")) == []


def test_a_question_asked_on_its_own_stays_with_its_article():
    bot = StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))
    address = {"q": "and they?", "h": "What of cats?", "article": bot.articles[0].id}
    page = TestClient(create_app(bot)).get("/", params=address)
    assert f'href="/?article={bot.articles[0].id}&amp;q=and+they%3F"' in page.text


def test_an_answer_from_another_article_shows_that_article():
    client = TestClient(create_app(StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))))
    assert client.get("/").context["article"].article.title == "Cats"
    page = client.get("/?q=whales")
    assert page.context["article"].article.title == "Whales"
    assert 'class="sentence cited"' in page.text


def test_one_article_can_be_asked_alone():
    bot = StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))
    client = TestClient(create_app(bot))
    cats = bot.articles[0].id
    page = client.get("/", params={"q": "whales", "article": cats})
    assert not page.context["answer"].found
    assert page.context["article"].article.id == cats
    assert f'<input type="hidden" name="article" value="{cats}">' in page.text


def test_a_citation_of_an_article_not_shown_links_there():
    client = TestClient(create_app(StubBot("Cats sleep.", "Dogs sleep.", titles=("Cats", "Dogs"))))
    page = client.get("/?q=sleep")
    dogs = page.context["answer"].citations[1].article.id
    assert f'<a href="/?article={dogs}#s1">Sentence 1</a>' in page.text
    assert "in <bdi>Dogs</bdi>" in page.text
    assert page.text.count('class="sentence cited"') == 1


def test_an_unknown_article_is_a_page_not_found(client):
    response = client.get("/?article=nowhere")
    assert (response.status_code, response.template.name) == (404, "error.html")
    assert "No article &#39;nowhere&#39;." in response.text


def test_without_any_article_the_page_says_so():
    bot = StubBot()
    bot.articles = ()
    response = TestClient(create_app(bot)).get("/")
    assert (response.status_code, response.template.name) == (503, "error.html")
    assert "There is no article to ask yet." in response.text


def test_landmarks_and_headings_are_in_order(client):
    text = client.get("/?q=repairs").text
    levels = [int(level) for level in re.findall(r"<h([1-6])", text)]
    assert levels == [1, 2, 3, 2]
    assert text.count("<main") == text.count("<h1") == 1
    assert '<a class="skip" href="#main">' in text
    assert '<label for="q">' in text


def test_no_style_or_script_stands_in_a_page(client):
    for address in ("/?q=repairs", "/docs", "/nowhere"):
        text = client.get(address).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)


def test_a_page_works_under_a_root_path():
    client = TestClient(create_app(StubBot()), root_path="/ask")
    text = client.get("/ask/?q=repairs").text
    addresses = re.findall(r'(?:href|src|action|data-partial)="(/[^"]*)"', text)
    assert len(addresses) >= 6
    assert all(address.startswith("/ask/") for address in addresses)
    assert "curl -s http://testserver/ask/api/v1/ask" in client.get("/ask/docs").text
    assert client.get("/ask/openapi.json").json()["servers"] == [{"url": "/ask"}]
    assert client.get("/ask/api/nowhere").headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", ["/", "/answer?q=repairs", "/docs", "/healthz", "/readyz"])
def test_head_is_answered_like_get_without_a_body(client, address):
    response = client.head(address)
    assert response.status_code == client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "Very likely the answer"),
        (0.9, "Very likely the answer"),
        (0.89, "Likely the answer"),
        (0.5, "Possibly the answer"),
        (0.49, "Perhaps the answer; check it in the article"),
    ],
)
def test_confidence_is_said_in_words(confidence, words):
    assert confidence_words(confidence) == words


@pytest.mark.parametrize(
    ("probability", "figure"),
    [(0.934, "93 %"), (0.999, "over 99 %"), (1.0, "100 %"), (0.001, "under 1 %"), (0.0, "0 %")],
)
def test_per_cent_claims_no_false_certainty(probability, figure):
    assert percent(probability) == figure.replace(" %", "\u00a0%")

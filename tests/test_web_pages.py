import re
from dataclasses import replace
from datetime import date
from html import escape

import pytest
from starlette.testclient import TestClient

from bot.answer import Citation, Speaker
from bot.conversation import stand_alone
from bot.question import MAX_CHARACTERS
from corpus import Article, Sentence
from tests.web_bot import LONGEST, StubBot
from web import create_app
from web.asked_articles import MOST_LISTED
from web.rendering import percent
from web.wording import SAYS, attribution, reference, verdict

ARTICLE = StubBot().articles[0].id
PRINT = StubBot().articles[0].fingerprint[:12]


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
    assert "sentence cited" not in response.text


def test_a_question_is_a_link_that_answers_without_script(client):
    response = client.get("/?q=repairs")
    assert response.context["answer"].found
    assert '<span class="words">The article says</span> <span class="figure">(93\u00a0% sure)</span>' in response.text
    link = f'<a class="sentence-link" href="#s3" data-article="{ARTICLE}" data-print="{PRINT}" data-sentence="s3"'
    assert f'{link} data-cites="1">Sentence 3 of 4</a>' in response.text
    assert "Repairs will cost <strong>about 4 million euros</strong>, the mayor said.</blockquote>" in response.text
    assert '<span id="s3" class="sentence cited" data-citation="1">Repairs will cost' in response.text
    assert response.text.count("sentence cited") == 1
    assert "Said by <bdi>the mayor</bdi>" in response.text


def test_an_unanswered_question_is_declined_in_words(client):
    response = client.get("/?q=what+is+the+capital+of+France")
    assert response.status_code == 200
    assert "The article does not say." in response.text
    assert "Understood as: <bdi>what is the capital of France</bdi>" in response.text
    assert "which <strong>probably do not answer</strong> the question" in response.text
    assert "sentence cited" not in response.text
    assert "data-cites" not in response.text


@pytest.mark.parametrize("question", ["repairs", "what is the capital of France"])
def test_the_part_is_the_same_as_in_the_whole_page(client, question):
    part = client.get("/answer", params={"q": question})
    assert part.template.name == "_turn.html"
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


def answer_part(page) -> str:
    return page.text[page.text.index('<article class="turn"') : page.text.index("</article>")]


def carried(page) -> list[str]:
    return re.findall(r'<input type="hidden" name="h" value="([^"]*)">', page.text)


def test_a_follow_up_is_understood_from_the_address(client):
    page = client.get("/", params={"q": "and in euros?", "h": ["Who came?", "Will repairs cost?"]})
    understood = stand_alone("and in euros?", ["Who came?", "Will repairs cost?"])
    assert f"Understood as: <bdi>{understood}</bdi>" in page.text
    assert f'<a class="ask alone" href="/?article={ARTICLE}&amp;q=and+in+euros%3F">' in page.text
    assert page.context["answer"].found
    assert carried(page) == ["Who came?", "Will repairs cost?", "and in euros?"]
    alone = client.get("/?q=and%20in%20euros%3F")
    assert "Understood as" not in alone.text
    assert carried(alone) == ["and in euros?"]


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


def test_an_answer_shows_the_article_it_quotes():
    client = TestClient(create_app(StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))))
    page = client.get("/?q=whales")
    assert page.context["article"].article.title == "Whales"
    assert 'class="sentence cited"' in page.text
    assert '<a href="/">All 2 articles</a>' in page.text


def test_several_articles_are_listed_and_all_are_asked():
    client = TestClient(create_app(StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))))
    page = client.get("/")
    assert page.context["article"] is None
    assert [listed.title for listed in page.context["listing"].articles] == ["Cats", "Whales"]
    assert "<h1>2 articles</h1>" in page.text
    assert "Ask all 2 articles" in page.text
    declined = client.get("/?q=dogs+bark")
    assert "The articles do not say." in declined.text
    assert "<h1>2 articles</h1>" in declined.text


def test_a_long_list_says_how_many_more_there_are():
    texts = [f"Story {number}." for number in range(MOST_LISTED + 7)]
    page = TestClient(create_app(StubBot(*texts, titles=texts))).get("/")
    assert page.text.count("<li ") == MOST_LISTED
    assert "and 7 more, all of which are asked." in page.text


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
    assert re.search(
        rf'<a class="sentence-link" href="/\?article={dogs}#s1"[^>]* data-cites="2">Sentence 1</a>', page.text
    )
    assert (
        f'<a class="article-link" href="/?article={dogs}" data-article="{dogs}" lang="en"><bdi>Dogs</bdi></a>'
        in page.text
    )
    assert page.text.count('class="sentence cited"') == 1


def test_an_unknown_article_is_a_page_not_found(client):
    response = client.get("/?article=nowhere")
    assert (response.status_code, response.template.name) == (404, "error.html")
    assert "it was removed, or it was never there." in response.text


def test_without_any_article_the_page_says_so():
    bot = StubBot()
    bot.articles = ()
    response = TestClient(create_app(bot)).get("/")
    assert (response.status_code, response.template.name) == (503, "error.html")
    assert "There is no article to ask yet." in response.text


def test_landmarks_and_headings_are_in_order(client):
    text = client.get("/?q=repairs").text
    main = text[text.index("<main") :]
    assert [int(level) for level in re.findall(r"<h([1-6])", main)] == [1, 2, 3, 3, 2]  # the second 3: a template
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
    ("found", "confidence", "words"),
    [
        (True, 1.0, "The article says"),
        (True, SAYS, "The article says"),
        (True, SAYS - 0.01, "Probably"),
        (False, 0.3, "The article does not say."),
    ],
)
def test_confidence_is_said_in_words(found, confidence, words):
    answer = StubBot().ask("repairs" if found else "France")
    assert verdict(replace(answer, confidence=confidence)) == words


def test_who_says_it_is_said_in_words():
    assert attribution(Speaker("Ida", "estimated")) == "Estimated by"
    assert attribution(Speaker("Ida", "hinted")) == "Attributed to"


def test_a_quote_is_copied_with_its_reference(client):
    article = Article.create(
        "Cats sleep. Dogs\nbark.", title="Pets", url="https://example.org/", author="A. B.", source="The Globe",
        published=date(2024, 10, 3),
    )  # fmt: skip
    citation = Citation(Sentence(article, 1, 12, 22), 0.9)
    assert (
        reference(citation) == "Dogs bark.\n— Pets, A. B., The Globe, 3 October 2024, sentence 2\nhttps://example.org/"
    )
    text = "Repairs will cost about 4 million euros, the mayor said.\n— Arnfels bridge closed, sentence 3</textarea>"
    assert text in client.get("/?q=repairs").text


def test_the_publishers_page_is_linked_at_the_sentence():
    bot = StubBot()
    bot.articles = (Article.create("Cats sleep. Dogs bark.", title="Pets", url="https://example.org/pets"),)
    page = TestClient(create_app(bot)).get("/?q=dogs")
    assert '<a class="publisher" href="https://example.org/pets#:~:text=Dogs%20bark." rel="noreferrer noopener">' in (
        page.text
    )
    assert 'class="publisher"' not in TestClient(create_app(StubBot())).get("/?q=repairs").text


def test_an_answers_link_carries_its_article_and_what_it_leans_on(client):
    page = client.get("/", params={"q": "and euros?", "h": ["Who came?", "Will repairs cost?"]})
    link = f"/?article={ARTICLE}&h=Who+came%3F&h=Will+repairs+cost%3F&q=and+euros%3F"
    assert f'<a class="permalink" href="{escape(link)}">' in page.text
    again = client.get(link)
    assert answer_part(again) == answer_part(page)
    alone = client.get("/", params={"q": "What will repairs cost?", "h": "Who came?"})
    assert f'<a class="permalink" href="/?article={ARTICLE}&amp;q=What+will+repairs+cost%3F">' in alone.text


@pytest.mark.parametrize(
    ("probability", "figure"),
    [(0.934, "93 %"), (0.999, "over 99 %"), (1.0, "100 %"), (0.001, "under 1 %"), (0.0, "0 %")],
)
def test_per_cent_claims_no_false_certainty(probability, figure):
    assert percent(probability) == figure.replace(" %", "\u00a0%")

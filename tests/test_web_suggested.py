"""Questions to suggest: worked out beside the answering; no page waits for them."""

import re
import threading
import time

import pytest
from starlette.testclient import TestClient

from corpus import Article, default_article
from corpus.errors import NoSuchArticleError
from tests.web_bot import StubBot
from web import create_app
from web.suggested import MOST_WAITING, NEWEST, Suggested


class Slow(StubBot):
    """Suggests only when it may; counts what it is asked for."""

    def __init__(self, *texts: str) -> None:
        super().__init__(*(texts or ("Cats sleep. Dogs bark.",)))
        self.may, self.wanted = threading.Event(), []

    def suggestions(self, article_id: str) -> tuple[str, ...]:
        self.wanted.append(article_id)
        assert self.may.wait(30)
        return (f"What of {article_id}?", "<b>Who</b> & why?")


def known(suggested: Suggested, article: Article, *, among_all: bool = False) -> tuple[str, ...]:
    until = time.monotonic() + 30
    while (found := suggested.known(article, among_all=among_all)) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert found is not None
    return found


def test_they_are_worked_out_once_and_then_known():
    bot = Slow()
    suggested, (article, *_) = Suggested(bot), bot.articles
    assert suggested.known(article) is None
    assert suggested.known(article) is None
    bot.may.set()
    assert known(suggested, article) == (f"What of {article.id}?", "<b>Who</b> & why?")
    suggested.close()
    assert bot.wanted == [article.id]


def test_only_so_many_articles_wait():
    bot = Slow(*(f"Cat {number} sleeps." for number in range(MOST_WAITING + 5)))
    suggested = Suggested(bot)
    for article in bot.articles:
        assert suggested.known(article) is None
    bot.may.set()
    known(suggested, bot.articles[MOST_WAITING - 1])
    suggested.close()
    assert len(bot.wanted) == MOST_WAITING


def test_a_removed_article_ends_nothing():
    class Removed(Slow):
        def suggestions(self, article_id: str) -> tuple[str, ...]:
            if article_id == self.articles[0].id:
                raise NoSuchArticleError("It is gone.")
            return super().suggestions(article_id)

    bot = Removed("Cats sleep.", "Dogs bark.")
    bot.may.set()
    suggested = Suggested(bot)
    suggested.known(bot.articles[0])
    assert known(suggested, bot.articles[1])
    assert suggested.known(bot.articles[0]) is None
    suggested.close()


def test_what_fails_does_not_end_what_follows(monkeypatch):
    failures = []
    monkeypatch.setattr(threading, "excepthook", failures.append)

    class Failing(Slow):
        def suggestions(self, article_id: str) -> tuple[str, ...]:
            if not failures:
                raise ZeroDivisionError
            return super().suggestions(article_id)

    bot = Failing()
    bot.may.set()
    suggested = Suggested(bot)
    assert known(suggested, bot.articles[0])
    suggested.close()
    assert [failure.exc_type for failure in failures] == [ZeroDivisionError]


def test_a_page_does_not_wait_and_its_script_gets_them_when_they_are_known():
    bot = Slow()
    client, (article, *_) = TestClient(create_app(bot)), bot.articles
    page = client.get("/")
    assert f'<div class="suggestions awaited" data-from="/suggestions?article={article.id}">' in page.text
    address = f"/suggestions?article={article.id}"
    assert client.get(address).status_code == 202
    bot.may.set()
    known(client.app.state.suggested, article)
    part = client.get(address)
    assert part.status_code == 200
    link = f'<a class="chip ask" href="/?article={article.id}&amp;q=%3Cb%3EWho%3C%2Fb%3E+%26+why%3F" dir="auto">'
    for text in (part.text, client.get("/").text, client.get("/?q=nothing+of+the+sort").text):
        assert f"{link}&lt;b&gt;Who&lt;/b&gt; &amp; why?</a>" in text
    assert client.get("/suggestions?article=nowhere").status_code == 404


class Several(Slow):
    """Suggests two questions of each article; every one but the second's last is its own where all are asked."""

    def suggestions(self, article_id: str) -> tuple[str, ...]:
        super().suggestions(article_id)
        number = [article.id for article in self.articles].index(article_id)
        return (f"Cat{number} sleeps?", "Cat0 sleeps?" if number == 1 else f"Cat{number} purrs?")


def test_a_list_suggests_questions_of_its_first_articles_that_hold_among_all():
    bot = Several(*(f"Cat{number} sleeps. Cat{number} purrs." for number in range(NEWEST + 2)))
    client = TestClient(create_app(bot))
    page = client.get("/")
    assert '<div class="suggestions awaited" data-from="/suggestions?">' in page.text
    assert client.get("/suggestions").status_code == 202
    bot.may.set()
    for article in bot.articles[:NEWEST]:
        known(client.app.state.suggested, article, among_all=True)
    part = client.get("/suggestions")
    assert part.status_code == 200
    chips = ["Cat0 sleeps?", "Cat1 sleeps?", "Cat2 sleeps?", "Cat0 purrs?"]
    for text in (part.text, client.get("/").text, client.get("/?q=nothing+of+the+sort").text):
        assert "Questions the articles answer" in text
        assert re.findall(r'href="/\?q=[^"]*" dir="auto">(.+?)</a>', text)[-4:] == chips
    assert sorted(bot.wanted) == sorted(article.id for article in bot.articles[:NEWEST])
    assert client.get("/suggestions?collection=nowhere").status_code == 404


def test_those_of_the_shipped_article_are_there_at_once():
    bot = StubBot()
    bot.articles = (default_article(),)
    client = TestClient(create_app(bot))
    for page in (client.get("/"), client.get("/?q=nothing+of+the+sort")):
        assert 'href="/?article=default&amp;q=How+many+troops+might+be+involved%3F"' in page.text


@pytest.mark.parametrize("address", ["/story?article=nowhere", "/?article=nowhere", "/answer?article=nowhere&q=why"])
def test_what_is_not_there_is_not_found(address):
    assert TestClient(create_app(StubBot())).get(address).status_code == 404


def test_an_article_comes_with_an_answer_where_another_one_is_shown():
    bot = StubBot("Cats sleep.", "Whales sing.", titles=("Cats", "Whales"))
    client, (cats, whales) = TestClient(create_app(bot)), bot.articles
    assert '<template class="view">' not in client.get("/answer", params={"q": "whales"}).text
    assert '<template class="view">' not in client.get("/answer", params={"q": "whales", "shown": whales.id}).text
    for shown in ("", cats.id):
        part = client.get("/answer", params={"q": "whales", "shown": shown}).text
        assert "Whales</h1>" in part.partition('<template class="view">')[2]
    declined = client.get("/answer", params={"q": "dogs bark", "shown": cats.id}).text
    assert "2 articles</h1>" in declined.partition('<template class="view">')[2]
    assert "Whales</h1>" in client.get("/story", params={"article": whales.id}).text
    assert "2 articles</h1>" in client.get("/story").text

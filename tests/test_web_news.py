"""The page shows what a sense for news adds to an answer."""

from datetime import date

import pytest
from starlette.testclient import TestClient

from bot import Bot
from corpus import Article
from index import PassageIndex
from tests.fakes import FakeEncoder
from web import create_app

NEWS = Article.create(
    "The agency put the number of missing people at 23. The mayor, Rolf Hadley, spoke of “about 40.” He said on Monday "
    "that it was <b>late</b>.",
    id="news",
    title="Flood",
    published=date(2026, 1, 14),
)


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(Bot(PassageIndex.build([NEWS], FakeEncoder()))))


def test_a_list_stands_in_groups(client: TestClient) -> None:
    page = client.get("/", params={"q": "Who said what?"}).text
    assert '<h4 class="group"><bdi>The agency</bdi></h4>' in page
    assert page.index("<bdi>The agency</bdi></h4>") < page.index("<bdi>Rolf Hadley</bdi></h4>")
    assert "there is more text" not in page


def test_context_and_dates_stand_beside_the_quote_and_markup_is_text(client: TestClient) -> None:
    page = client.get("/", params={"q": "What happened when?"}).text
    assert "He said on Monday that it was &lt;b&gt;late&lt;/b&gt;.</blockquote>" in page
    assert 'Before it: <q dir="auto" lang="en">The mayor, Rolf Hadley, spoke of “about 40.”</q>' in page
    assert "“<bdi>Monday</bdi>”, worked out from the article’s dates: 12 January 2026" in page


def test_two_values_stand_together(client: TestClient) -> None:
    page = client.get("/", params={"q": "How many missing people is the number put at?"}).text
    assert "The article gives different figures:" in page
    assert "Claimed by" not in page
    assert "<bdi>Rolf Hadley</bdi>" in page

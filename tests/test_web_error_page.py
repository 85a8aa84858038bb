"""Errors as readers see them: their words, the way on, and the question that they had typed."""

import pytest
from starlette.testclient import TestClient

from tests.web_bot import StubBot
from web import create_app
from web.problems import Problem


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(StubBot("Cats sleep.", "Dogs bark.")), raise_server_exceptions=False)


def test_the_question_to_what_is_gone_can_be_put_to_the_others(client: TestClient) -> None:
    page = client.get("/", params={"article": "gone", "q": '"Who" & <why>?', "h": "Before?"})
    assert (page.status_code, page.template.name) == (404, "error.html")
    assert "it was removed, or it was never there." in page.text
    assert 'value="&#34;Who&#34; &amp; &lt;why&gt;?">' in page.text
    assert "Before?" not in page.text.partition("<main")[2]


@pytest.mark.parametrize("address", ["/nowhere?q=why", "/?article=gone", "/library/articles/gone?q=why"])
def test_where_no_question_was_asked_none_is_offered(client: TestClient, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 404
    assert '<label for="q">' not in page.text
    assert "Go to the articles" in page.text


@pytest.mark.parametrize(("headers", "said"), [({"retry-after": "7"}, "after 7 seconds."), ({}, "after some seconds.")])
def test_a_passing_error_says_when_and_links_to_the_very_page(headers: dict[str, str], said: str) -> None:
    class Busy(StubBot):
        def ask(self, *args, **kwargs):
            raise Problem("busy", "Too many ask. Try again after Retry-After seconds.", headers=headers)

    client = TestClient(create_app(Busy()))
    page = client.get("/?article=x&q=why+%26+when")
    assert page.status_code == 503
    assert f"Too many ask. Try again {said}" in page.text
    assert '<a href="/?article=x&amp;q=why+%26+when">Try again</a>' in page.text
    assert "Try again</a>" not in client.get("/answer?q=why").text


def test_programs_get_the_error_in_its_own_words(client: TestClient) -> None:
    assert "gone" in client.get("/api/v1/articles/gone").json()["detail"]

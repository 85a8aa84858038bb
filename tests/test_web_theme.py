import gzip

import pytest
from starlette.testclient import TestClient

from tests.web_bot import StubBot
from web import create_app


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(StubBot()), follow_redirects=False)


def choose(client: TestClient, **fields: str):
    return client.post("/theme", data=fields)


@pytest.mark.parametrize("choice", ["light", "dark", "system"])
def test_a_choice_is_kept_and_leads_back(client, choice):
    response = choose(client, theme=choice, back="/?article=a&q=why%3F")
    assert (response.status_code, response.headers["location"]) == (303, "/?article=a&q=why%3F")
    assert response.headers["set-cookie"] == f"theme={choice}; Max-Age=31536000; Path=/; SameSite=lax"
    page = client.get("/")
    assert f'<html lang="en" data-theme="{choice}">' in page.text
    assert f'value="{choice}" aria-pressed="true"' in page.text
    assert page.text.count('aria-pressed="true"') == 1


@pytest.mark.parametrize("choice", ["", "mauve", '"><script>'])
def test_what_is_no_choice_changes_nothing(client, choice):
    assert "set-cookie" not in choose(client, theme=choice, back="/").headers
    client.cookies.set("theme", choice)
    assert 'data-theme="system"' in client.get("/").text


@pytest.mark.parametrize(
    "back", ["", "//evil.example/", "/\\evil.example", "https://evil.example/", "/\t/evil.example", "a"]
)
def test_the_way_back_never_leaves_the_site(client, back):
    assert choose(client, theme="dark", back=back).headers["location"] == "/"


def test_a_form_of_another_site_chooses_nothing(client):
    fields = {"theme": "dark", "back": "/"}
    response = client.post("/theme", data=fields, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


def test_it_works_under_a_root_path():
    client = TestClient(create_app(StubBot()), root_path="/ask", follow_redirects=False)
    assert '<input type="hidden" name="back" value="/?q=repairs">' in client.get("/ask/?q=repairs").text
    response = client.post("/ask/theme", data={"theme": "dark", "back": "/docs"})
    assert response.headers["location"] == "/ask/docs"
    assert "Path=/ask;" in response.headers["set-cookie"]


def test_pages_and_files_are_compressed_for_those_who_take_it(client):
    for address in ("/", "/static/chat.css", "/openapi.json"):
        plain = client.get(address, headers={"accept-encoding": "identity"})
        packed = client.get(address, headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert int(packed.headers["content-length"]) < len(plain.content) / 2
        assert packed.content == plain.content
        assert len(gzip.compress(plain.content, 6)) == pytest.approx(int(packed.headers["content-length"]), abs=30)


def test_components_are_shown_only_to_developers(client):
    assert client.get("/components").status_code == 404
    page = TestClient(create_app(StubBot(), develop=True)).get("/components")
    assert page.status_code == 200
    names = [state["name"] for state in page.context["states"]]
    assert len(names) == len(set(names)) >= 15
    assert "<script>alert" not in page.text

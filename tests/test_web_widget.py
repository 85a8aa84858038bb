"""The widget's script as it is served, and that its words are the page's."""

import gzip
import re
from importlib.resources import files

import pytest
from starlette.testclient import TestClient

from bot.answer import Answer, Timing
from tests.web_bot import StubBot
from web import create_app, wording
from web.security import SECURITY_HEADERS
from web.widget_words import NEAREST, ON_THE_PAGE, widget_words

MOST_BYTES = 12_000  # of everything, each file compressed by itself


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(StubBot(), develop=True))


@pytest.fixture(scope="module")
def parts(client) -> list[str]:
    return ["/" + path for path in re.findall(r'"\./(widget/[^"]+)"', client.get("/widget.js").text)]


def test_the_entry_names_every_part(client, parts):
    version = client.app.state.widget.version
    assert {path.rpartition("/")[2] for path in parts} == set(client.app.state.widget.parts)
    assert all(path.startswith(f"/widget/{version}/") for path in parts)
    imported = {name for path in parts for name in re.findall(r'from "\./(\w+\.js)"', client.get(path).text)}
    assert imported <= set(client.app.state.widget.parts)


def test_all_of_it_is_light(client, parts):
    sizes = {path: len(gzip.compress(client.get(path).content, 6)) for path in ["/widget.js", *parts]}
    assert sum(sizes.values()) < MOST_BYTES, sizes
    assert client.get(parts[0]).headers["content-encoding"] == "gzip"


def test_pages_of_every_origin_may_load_it(client, parts):
    for path in ["/widget.js", *parts]:
        response = client.get(path, headers={"origin": "https://anywhere.example"})
        assert response.headers["content-type"] == "text/javascript; charset=utf-8"
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cross-origin-resource-policy"] == "cross-origin"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in response.headers


def test_nothing_else_is_relaxed_for_it(client):
    for path in ("/", "/static/chat.js", "/api/v1/articles", "/widget/none/none.js", "/widget.css"):
        response = client.get(path, headers={"origin": "https://anywhere.example"})
        assert SECURITY_HEADERS.items() <= dict(response.headers).items()
        assert "access-control-allow-origin" not in response.headers


def test_the_entry_is_checked_now_and_then_and_the_parts_are_kept_for_good(client, parts):
    entry = client.get("/widget.js")
    assert entry.headers["cache-control"] == "public, max-age=300"
    for path in parts:
        assert client.get(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ["/widget.js", parts[0]]:
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["access-control-allow-origin"] == "*"
        assert client.get(path, headers={"if-none-match": '"old"'}).status_code == 200
        assert client.head(path).headers["etag"] == tag


def test_an_old_entry_still_finds_parts_but_keeps_them_not(client, parts):
    name = parts[-1].rpartition("/")[2]
    old = client.get(f"/widget/0123456789ab/{name}")
    assert old.content == client.get(parts[-1]).content
    assert old.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["/widget/x/widget.css", "/widget/x/../app.py", "/widget/x/%2e%2e%2fapp.py", "/widget/x/"]
)
def test_nothing_but_the_parts_is_served(client, path):
    assert client.get(path).status_code == 404


def test_another_text_or_look_is_another_version(monkeypatch):
    before = create_app(StubBot()).state.widget
    monkeypatch.setattr(wording, "SAYS", 0.7)
    after = create_app(StubBot()).state.widget
    assert after.version != before.version
    assert after.entry.content != before.entry.content


def test_no_part_could_have_markup_read_or_run_text():
    for name, part in create_app(StubBot()).state.widget.parts.items():
        text = part.content.decode()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            name
        )
        assert not re.search(r"\.style\b|setAttribute\(\"style|cssText|on\w+=", text), name
        assert not re.search("https?://", text), name


def test_every_word_of_the_widgets_is_in_the_pages_templates():
    templates = " ".join(file.read_text("utf-8") for file in files("web").joinpath("templates").iterdir())
    shown = " ".join(re.sub(r"<[^>]*>|{%.*?%}", " ", templates).split())
    attributes = " ".join(re.findall(r'(?:placeholder|aria-label)="([^"]*)"', templates))
    for words in [*ON_THE_PAGE.values(), *NEAREST]:
        assert re.search(rf"(?<!\w){re.escape(words)}(?!\w)", f"{shown} {attributes}"), words


def test_its_words_hold_the_thresholds_and_the_speakers():
    words = widget_words()
    assert words["says"] == wording.SAYS
    assert words["speakers"] == wording.SPEAKERS
    answer = Answer("q", "q", True, wording.SAYS, [], [], Timing(0, 0, 0, 0))
    assert wording.verdict(answer) == words["articleSays"]
    assert words["months"][0] == "January"
    assert len(words["months"]) == 12

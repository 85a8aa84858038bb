"""Adding on pages: a text, files, a web address; nothing that was typed is lost."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.api_server import BRIDGE, FERRY, make_app
from web.library import forms
from web.library.forms import key_of, read_address, read_text


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(make_app(tmp_path), raise_server_exceptions=False)


def send(client: TestClient, form: str, fields: dict[str, str] | None = None, **more: object):
    return client.post(f"/library/add/{form}", data=fields or {}, follow_redirects=False, **more)


def ended(client: TestClient, response) -> str:
    """Follow a form to its job's page, and give that as it is in the end."""
    assert response.status_code == 303, response.text
    job = response.headers["location"].rpartition("/")[2]
    client.app.state.jobs.get(job).finished.result(60)  # type: ignore[attr-defined]
    return client.get(response.headers["location"]).text


def test_a_text_is_added(client: TestClient) -> None:
    fields = {
        "text": FERRY,
        "title": "Ferry sank",
        "author": "Ida Brandt",
        "source": "The Post",
        "published": "2024-10-23",
        "language": "en",
        "url": "https://example.org/ferry",
        "new_collection": " sea  news ",
    }
    page = ended(client, send(client, "text", fields))
    assert '<span class="outcome">Added</span>' in page
    assert "<bdi>Ferry sank</bdi>" in page
    assert "Ask this article" in page
    (article,) = client.get("/api/v1/articles").json()["articles"]
    assert {name: article[name] for name in fields if name in article} == {
        name: value for name, value in fields.items() if name in article
    }
    assert article["collection"] == "sea news"


def test_the_same_form_sent_twice_is_one_job_and_a_changed_one_another(client: TestClient) -> None:
    fields = {"text": FERRY, "once": "token"}
    first, again = send(client, "text", fields), send(client, "text", fields)
    other = send(client, "text", fields | {"text": BRIDGE})
    assert first.headers["location"] == again.headers["location"] != other.headers["location"]
    assert "Known already" in ended(client, send(client, "text", fields | {"once": "another"}))


def test_a_refused_text_is_still_there(client: TestClient) -> None:
    fields = {
        "text": "\n … \n",
        "title": '"Bridge" <closed>',
        "author": "x" * 301,
        "published": "1 May",
        "language": "english",
        "url": "example.org",
        "new_collection": "y" * 65,
    }
    page = send(client, "text", fields)
    assert page.status_code == 422
    assert "Nothing was added yet." in page.text
    for said in (
        "There are no words in it.",
        "at most 300",
        "This is no day.",
        "Choose a language",
        "begins with http",
    ):
        assert said in page.text
    assert "A collection&#39;s name has 1 to 64 characters" in page.text
    assert page.text.count('aria-invalid="true"') == 6
    shown = unescape(page.text)
    for name in ("title", "author", "url", "new_collection"):
        assert f'value="{fields[name]}"' in shown, name
    assert ">\n\n … \n</textarea>" in page.text
    assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_files_are_added_in_one_job(client: TestClient) -> None:
    files = [
        ("files", ("ferry.txt", FERRY.encode())),
        ("files", ("ferry.txt", b"# Bridge\n\nAnother text under the same name.")),
        ("files", ("photo.png", b"\x89PNG\r\n\x1a\n")),
    ]
    page = ended(client, send(client, "files", {"collection": "sea"}, files=files))
    assert "2 added, 1 refused" in page
    assert "<bdi>photo.png</bdi>" in page
    assert "is a PNG image. Give its text." in page
    assert client.get("/api/v1/collections").json()["collections"] == [{"name": "sea", "articles": 2}]


def test_nothing_of_an_upload_is_left_behind(client: TestClient, tmp_path: Path, monkeypatch) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    files = [("files", ("a.txt", FERRY.encode()))]
    first = send(client, "files", {"once": "a"}, files=files)
    ended(client, first)
    again = send(client, "files", {"once": "a"}, files=files)
    assert again.headers["location"] == first.headers["location"]
    assert list(folder.iterdir()) == []


def test_no_file_is_told(client: TestClient) -> None:
    empty = [("files", ("", b""))]
    for page in (send(client, "files"), send(client, "files", files=empty)):
        assert page.status_code == 422
        assert "Choose a file, or drop some here." in page.text
        assert "they have to be chosen again" in page.text


def test_what_is_too_large_is_told(client: TestClient, monkeypatch) -> None:
    monkeypatch.setattr(forms, "MOST_FILE_BYTES", 10)
    page = send(client, "files", files=[("files", ("<b>.txt", FERRY.encode()))])
    assert page.status_code == 422
    assert "“&lt;b&gt;.txt” is larger than" in page.text
    many = [("files", (f"{n}.txt", b"x")) for n in range(forms.MOST_FILES + 1)]
    page = send(client, "files", files=many)
    assert page.status_code == 400
    assert "Too many files" in page.text
    page = send(client, "text", {"text": "x" * (forms.MOST_TEXT_BYTES + 1)})
    assert page.status_code == 413
    assert "The text is larger than 12 MB" in page.text


def test_an_address_is_checked_and_kept(client: TestClient) -> None:
    page = send(client, "address", {"address": "not an address", "collection": "sea"})
    assert page.status_code == 422
    assert 'value="not an address"' in page.text
    assert '<option value="sea" selected>' in page.text
    page = ended(client, send(client, "address", {"address": "http://127.0.0.1:9/story"}))
    assert "1 refused" in page
    again = re.search(r'href="([^"]+)">Change the address', page)
    assert again
    kept = client.get(unescape(again[1])).text
    assert 'value="http://127.0.0.1:9/story"' in kept


@pytest.mark.parametrize(
    ("typed", "url"),
    [("example.org/a", "https://example.org/a"), (" http://example.org ", "http://example.org"), ("", None)],
)
def test_an_address_may_lack_its_scheme(typed: str, url: str | None) -> None:
    shown, body = read_address({"address": typed})
    assert (body and body.url) == url
    assert bool(shown.errors) == (url is None)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "ftp://example.org/", "https://a b"])
def test_other_addresses_are_refused(url: str) -> None:
    assert read_address({"address": url})[1] is None


def test_a_text_is_kept_as_it_is() -> None:
    typed, body = read_text({"text": "  One.\r\n\r\nTwo. ", "title": " T "})
    assert body is not None
    assert (body.text, body.title, body.collection) == ("  One.\r\n\r\nTwo. ", "T", None)
    assert typed["text"] == "  One.\r\n\r\nTwo. "


def test_a_key_tells_forms_apart() -> None:
    keys = {key_of({"a": "b"}), key_of({"a": "b\0c=d"}), key_of({"a": "b", "once": "x"}), key_of({"a": "b"}, "file")}
    assert len(keys) == 4
    assert all(len(key) <= 200 for key in keys)


def test_the_addresses_of_forms_lead_to_the_forms(client: TestClient) -> None:
    for form in ("text", "files", "address"):
        response = client.get(f"/library/add/{form}", follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (303, "/library/add")


def test_too_many_jobs_are_told_in_place(client: TestClient, monkeypatch) -> None:
    monkeypatch.setattr("web.jobs.MOST_WAITING", 0)
    page = send(client, "text", {"text": FERRY, "title": "Kept"})
    assert page.status_code == 503
    assert "additions wait already. Try again later." in page.text
    assert 'value="Kept"' in page.text


def test_a_foreign_page_cannot_add(client: TestClient) -> None:
    response = client.post("/library/add/text", data={"text": FERRY}, headers={"origin": "https://evil.example"})
    assert response.status_code == 403
    assert client.get("/api/v1/jobs").json()["jobs"] == []


def test_a_mounted_server_keeps_its_prefix(tmp_path: Path) -> None:
    client = TestClient(make_app(tmp_path), root_path="/news", base_url="http://testserver/news")
    response = client.post("/library/add/text", data={"text": FERRY}, follow_redirects=False)
    assert urlsplit(response.headers["location"]).path.startswith("/news/library/jobs/")
    assert 'href="/news/library/add"' in client.get("/library").text

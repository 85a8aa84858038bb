"""The pages and the API over a library that another process changes all the while."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot import Bot
from corpus import Article
from corpus.library import open_library
from index.ingest import prepare
from index.library_index import LibraryIndex
from tests.fakes import FakeEncoder
from web import create_app

ROOT = Path(__file__).parent.parent
ENCODER = FakeEncoder(dim=64)
HERON = "The heron flew over the marsh of Arden. It was counted there by the warden."
CHANGES = """
import sys
from pathlib import Path
from corpus import Article
from corpus.library import open_library
from index.ingest import prepare
from tests.fakes import FakeEncoder
encoder, store = FakeEncoder(dim=64), open_library(Path(sys.argv[1]))
print("ready", flush=True)
for n in range(60):
    article = Article.create(f"The heron number {n} flew over the marsh. It was {'seen ' * (n % 3)}seen.", id="a")
    store.upsert(prepare(article, "a", encoder), encoder=encoder.name)
    if n % 2:
        store.delete("a")
"""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.sqlite"
    with closing(open_library(path)) as store:
        store.upsert(prepare(Article.create(HERON, id="b", title="Herons"), "b", ENCODER), encoder=ENCODER.name)
    return path


def client_of(index: LibraryIndex) -> TestClient:
    return TestClient(create_app(Bot(index)), raise_server_exceptions=True)


def test_pages_and_api_serve_a_library(library: Path) -> None:
    with closing(open_library(library)) as store, client_of(LibraryIndex(store, ENCODER, None)) as client:
        assert client.get("/readyz").json() == {"status": "ready", "articles": 1}
        assert [article["title"] for article in client.get("/api/v1/articles").json()["articles"]] == ["Herons"]
        assert client.get("/api/v1/articles/b").json()["text"] == HERON
        assert "The heron flew over the marsh of Arden." in client.get("/").text
        answer = client.post("/api/v1/ask", json={"question": "Where did the heron fly?", "article": "b"}).json()
        assert {each["article"]["id"] for each in answer["citations"] + answer["nearest"]} == {"b"}
        store.delete("b")
        assert client.get("/readyz").status_code == 503
        assert client.get("/api/v1/articles/b").status_code == 404
        assert client.post("/api/v1/ask", json={"question": "heron?", "article": "b"}).status_code == 404
        answer = client.post("/api/v1/ask", json={"question": "Where did the heron fly?"}).json()
        assert (answer["citations"], answer["nearest"]) == ([], [])


def test_handlers_run_while_another_process_adds_and_removes(library: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHANGES, str(library)]
    asked = 0
    with (
        closing(open_library(library)) as store,
        client_of(index := LibraryIndex(store, ENCODER, tmp_path / "index")) as client,
        subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as other,
    ):
        assert other.stdout
        other.stdout.readline()
        while other.poll() is None:
            answer = client.post("/api/v1/ask", json={"question": "Which heron was seen flying?"}).json()
            for cited in answer["citations"] + answer["nearest"]:
                assert cited["quote"] in HERON or cited["article"]["id"] == "a"
            page = client.get("/", params={"q": "Which heron was seen flying?"})
            whole = client.get("/api/v1/articles/a")
            assert page.status_code == 200
            assert whole.status_code in (200, 404)
            if whole.status_code == 200:
                last = whole.json()["sentences"][-1]
                assert whole.json()["text"][last["start"] : last["end"]].endswith("seen.")
            asked += 1
        assert other.returncode == 0
        index.close()
    assert asked > 3


def test_an_answer_is_shown_with_the_text_it_quotes_though_its_article_changed_since(library: Path) -> None:
    with closing(open_library(library)) as store:
        bot = Bot(LibraryIndex(store, ENCODER, None))
        real = bot.sentences
        for change in ("replaced", "removed"):
            article = Article.create(HERON + " It is well.", id="b")
            store.upsert(prepare(article, "b", ENCODER), encoder=ENCODER.name)

            def meddle(article_id: str, change: str = change) -> object:
                if change == "removed":
                    store.delete("b")
                else:
                    other = Article.create("A dog.", id="b")
                    store.upsert(prepare(other, "b", ENCODER), encoder=ENCODER.name)
                return real(article_id)

            bot.sentences = meddle  # type: ignore[assignment, method-assign]
            with TestClient(create_app(bot)) as client:
                page = client.get("/", params={"q": "Was it counted there by the warden?"})
            assert page.status_code == 200
            assert "It was counted there by the warden." in page.text
            assert "A dog." not in page.text
            bot.sentences = real  # type: ignore[method-assign]

"""Bodies that cannot be read, told in words that help; and a disk that is full, told as that."""

import errno
import gzip
import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.api_server import make_app

ASKED = {"question": "who was the captain?"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(make_app(tmp_path_factory.mktemp("data")), raise_server_exceptions=False)


@pytest.mark.parametrize(
    "body",
    [
        b'{"question": "\xff\xfe"}',
        b"[" * 100_000,
        b'{"question": "who?", "filter":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"question": "who?", "k": ' + b"9" * 10_000 + b"}",
        gzip.compress(json.dumps(ASKED).encode()),
    ],
    ids=["bytes", "brackets", "brackets within", "digits", "compressed"],
)
def test_a_body_that_cannot_be_read_is_told_so_with_what_would_do(client: TestClient, body: bytes) -> None:
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code == 400
    assert response.json()["type"] == "urn:askarticle:problem:bad-request"
    assert "JSON" in response.json()["detail"]
    assert "UTF-8" in response.json()["detail"]


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["web.api.changing.keep_upload", "tempfile.SpooledTemporaryFile.write"])
def test_a_full_disk_is_no_fault_of_the_clients_nor_of_the_programs(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(where, full)
    response = client.post("/api/v1/imports/file", files={"file": ("a.txt", b"The ferry sank.")})
    assert response.status_code == 503
    assert response.json()["type"] == "urn:askarticle:problem:library-unavailable"
    assert response.headers["retry-after"]
    page = (
        client.post("/library/add/files", files={"files": ("a.txt", b"The ferry sank.")})
        if "Spooled" in where
        else None
    )
    assert page is None or (page.status_code == 503 and page.headers["content-type"].startswith("text/html"))


def test_other_errors_of_the_system_are_faults(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("web.api.changing.keep_upload", broken)
    response = client.post("/api/v1/imports/file", files={"file": ("a.txt", b"The ferry sank.")})
    assert response.status_code == 500
    assert Path("a.txt").name not in response.text

"""A library in a folder that cannot be written: read as it lies there, and nothing is put beside it."""

import os
from pathlib import Path

import pytest

from corpus.errors import StoredDataError
from corpus.library import open_library
from corpus.library.verify import verify_library
from tests.library_articles import add, assert_whole, prepare, story


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "a folder, 100% read only?" / "library.sqlite"
    path.parent.mkdir()
    with open_library(path) as store:
        add(store, "one", story(1))
    before = os.access

    def access(asked: os.PathLike[str], mode: int, **options: bool) -> bool:
        return Path(asked) != path.parent and before(asked, mode, **options)

    monkeypatch.setattr(os, "access", access)  # the superuser may write everywhere
    return path


def test_it_is_read_and_nothing_is_put_beside_it(path: Path) -> None:
    with open_library(path) as store:
        assert_whole(store, prepare("one", story(1)), version=1)
        assert verify_library(store) == []
        assert store.health().articles == 1
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_it_cannot_be_changed(path: Path) -> None:
    before = path.read_bytes()
    with open_library(path) as store:
        with pytest.raises(StoredDataError, match="Make its file and its folder writable"):
            add(store, "two", story(2))
        with pytest.raises(StoredDataError, match="cannot be written"):
            store.delete("one")
        assert store.count() == 1
    assert path.read_bytes() == before


def test_changes_left_beside_it_are_not_passed_over(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as allowed:
        allowed.setattr(os, "access", lambda *_: True)
        with open_library(path) as writer:
            add(writer, "two", story(2))
            copied = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    for name, content in copied.items():  # as a killed writer leaves them
        (path.parent / name).write_bytes(content)
    (path.parent / f"{path.name}-shm").unlink(missing_ok=True)
    with open_library(path) as store:
        assert store.count() == 2

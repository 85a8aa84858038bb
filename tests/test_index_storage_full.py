"""A disk without room for so much as a lock."""

import sqlite3
from pathlib import Path

import pytest

from corpus.errors import BusyError, StoredDataError
from index.storage import locked


def test_a_full_disk_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object, **__: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr(sqlite3, "connect", connect)
    with pytest.raises(StoredDataError, match="Make room") as caught, locked(tmp_path):
        pass
    assert not isinstance(caught.value, BusyError)
    assert "delete" not in str(caught.value)

import json
from pathlib import Path

import pytest

from bot import Settings, open_bot, start
from corpus.errors import StoredDataError
from index import PassageIndex
from tests.fakes import FakeEncoder


@pytest.fixture(autouse=True)
def fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "open_encoder", lambda *_, **__: FakeEncoder())


def test_the_default_index_is_saved_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_bot(Settings(data=tmp_path)).ask("how many troops?")
    monkeypatch.setattr(PassageIndex, "build", lambda *_: pytest.fail("built anew"))
    assert open_bot(Settings(data=tmp_path)).ask("how many troops?").citations == first.citations


@pytest.mark.parametrize("fault", [PermissionError(13, "Permission denied"), OSError(28, "No space left on device")])
def test_an_index_that_cannot_be_kept_still_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError
) -> None:
    def refuse(*_: object) -> None:
        raise fault

    monkeypatch.setattr(PassageIndex, "save", refuse)
    said: list[str] = []
    assert open_bot(Settings(data=tmp_path), say=said.append).articles
    assert len(said) == 1
    assert str(fault.strerror) in said[0]


@pytest.mark.parametrize("fault", [FileNotFoundError("taken away"), StoredDataError("damaged")])
def test_an_index_that_cannot_be_read_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def refuse(*_: object) -> PassageIndex:
        raise fault

    open_bot(Settings(data=tmp_path))
    with monkeypatch.context() as broken:
        broken.setattr(PassageIndex, "load", refuse)
        assert open_bot(Settings(data=tmp_path)).articles
    assert open_bot(Settings(data=tmp_path)).articles


def test_a_long_file_is_announced_and_a_short_one_is_not(tmp_path: Path) -> None:
    said: list[str] = []
    for times in (1, 2_000):
        (tmp_path / "story.txt").write_text("The ferry sank. Its captain left last. " * times, "utf-8")
        open_bot(Settings(data=tmp_path), tmp_path / "story.txt", say=said.append)
    assert said == ["Reading 78,000 characters (a minute for each few hundred thousand) ..."]


def test_a_readers_own_file_is_kept_nowhere(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The ferry sank. Its captain left last.", "utf-8")
    open_bot(Settings(data=tmp_path / "data"), story)
    assert not list((tmp_path / "data").iterdir())


def test_an_index_cut_in_another_way_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr("corpus.passages._LEAST_FILL", 0.1)
        old = open_bot(Settings(data=tmp_path)).index.asked
    new = open_bot(Settings(data=tmp_path)).index.asked
    assert [p.start for p in new.passages("default")] != [p.start for p in old.passages("default")]
    assert json.loads((tmp_path / "indexes" / "default" / "manifest.json").read_text())["generation"] == 2

"""``askarticle migrate``, from one file to another: what it says as it goes on, stopped, and in the end."""

from pathlib import Path

import pytest

from bot.commands import migrate
from corpus.library import copying, schema
from tests.commands import FERRY, Run, ferry, flood, run

__all__ = ["ferry", "flood", "run"]  # the fixtures


@pytest.fixture
def filled(run: Run, ferry: Path, flood: Path, tmp_path: Path) -> Path:
    """Give a data folder of two articles and one that repeats the first."""
    (tmp_path / "copy.txt").write_text(FERRY, "utf-8")
    assert run("add", str(ferry), str(flood), str(tmp_path / "copy.txt")).out.endswith("2 added, 1 duplicate\n")
    return tmp_path / "data"


def test_its_counts_are_those_of_verify(run: Run, filled: Path, tmp_path: Path) -> None:
    done = run("migrate", str(filled), str(tmp_path / "new"))
    assert (done.status, done.err) == (0, "")
    counts = run("verify").out.removeprefix("The library is whole: ").removesuffix(".\n")
    assert counts.startswith("3 articles, 3 versions, ")
    assert done.out == f"Copied and compared: {counts}, 0 conversations, 0 pieces of feedback.\n"
    assert run("verify", "--data", str(tmp_path / "new")).out == run("verify").out


def test_a_long_copying_says_how_far_it_is_in_the_users_words(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_SHOWN_EVERY", 1)
    lines = run("migrate", str(filled), str(tmp_path / "new")).err.splitlines()
    assert "3 of 3 articles ..." in lines
    assert any(line.endswith(" marks of near-duplicates ...") for line in lines)
    assert lines[-1] == "Comparing the copy with the library ..."
    assert not [line for line in lines for table in ("bands", "contents", "rows") if table in line]


def test_every_table_has_a_name_for_users() -> None:
    assert {table.name for table in schema.metadata.sorted_tables} - {"library"} <= set(migrate._WORDS)


def test_stopped_it_says_so_and_goes_on_when_run_again(
    run: Run, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []

    def stopped(reader: object, writer: object, table: object, tell: object) -> None:
        if len(copied) == 4:
            raise KeyboardInterrupt
        copied.append(str(table))
        copy(reader, writer, table, tell)  # type: ignore[arg-type]

    copy = copying._copy
    with monkeypatch.context() as context:
        context.setattr(copying, "_copy", stopped)
        done = run("migrate", str(filled), str(tmp_path / "new"))
    assert (done.status, done.out) == (130, "")
    assert done.err.endswith("is no library yet. Run the same command again to go on.\n")
    monkeypatch.setattr(migrate, "_SHOWN_EVERY", 1)
    assert run("migrate", str(filled), str(tmp_path / "new")).out.startswith("Copied and compared: 3 articles, ")
    assert run("verify", "--data", str(tmp_path / "new")).status == 0

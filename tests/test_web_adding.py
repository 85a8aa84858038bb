"""Files that are uploaded one after the other are parsed by one process."""

from contextlib import closing
from pathlib import Path

import pytest

from bot.settings import Settings
from corpus.readers.child import ChildParser
from tests.fakes import FakeEncoder
from web import ServedLibrary
from web.adding import add_file
from web.jobs import Job


def test_one_parser_serves_all_files_and_ends_with_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    start = ChildParser._start

    def noted(parser: ChildParser) -> object:
        started.append(start(parser))
        return started[-1]

    monkeypatch.setattr(ChildParser, "_start", noted)
    with closing(ServedLibrary(Settings(data=tmp_path / "data"), FakeEncoder())) as library:
        for number in range(3):
            page = tmp_path / f"{number}.md"
            page.write_text(f"# Port {number}\n\nThe harbour of Vell was closed on day {number}.", "utf-8")
            job = Job("file", add_file(library, page, f"upload:{number}.md", None))
            job.run()
            assert (job.status, job.error, job.counts["refused"], len(job.taken)) == ("done", None, 0, 1)
        assert len(started) == 1
    assert started[0].poll() is not None  # type: ignore[attr-defined]

"""The progress of long work on stderr: on a terminal a line that moves, else only what must be said."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from bot.commands.shared import counted, plain

if TYPE_CHECKING:
    from index.ingest import Taken

LONG = 256  # texts; the encoding of an article with more of them gets a bar of its own


class AddProgress:
    """How far ``add`` is."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._all: TaskID = progress.add_task("", total=None)
        self._one: TaskID = progress.add_task("an article's passages and sentences", visible=False)
        self._read = 0

    def say(self, line: str) -> None:
        """Print a line above what moves."""
        self._progress.console.print(plain(line), markup=False, highlight=False, soft_wrap=True)

    def encoding(self, done: int, total: int) -> None:
        """Show how many of an article's texts are encoded."""
        self._progress.update(self._one, completed=done, total=total, visible=total > LONG)

    def note(self, taken: "Taken") -> None:
        """Count an article; say why it is refused, where it is."""
        if taken.outcome == "left_out":
            return
        self._read += 1
        self._progress.update(self._one, visible=False)
        self._progress.update(self._all, description=counted(self._read, "article"))
        if taken.outcome == "refused":
            self.say(f"refused: {taken.reason}" if _names(taken) else f"refused: {taken.origin}: {taken.reason}")


def _names(taken: "Taken") -> bool:
    """Whether the reason itself names what was refused."""
    return taken.origin in (taken.reason or "")


@contextmanager
def shown_progress() -> Iterator[AddProgress]:
    """Show the progress on stderr while the work goes on, and take it away at the end."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal, redirect_stdout=False
    ) as progress:
        yield AddProgress(progress)

"""A change of the library under way."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from corpus.library import reading
from corpus.library.schema import changes, library, passages

_KEPT = ("generation", "next_id", "floor", "encoder", "dim", "untidy")  # in the library's row
LOG_ROWS = 100_000  # of changes kept; half of them go when there are more


@dataclass(slots=True)
class Change:
    """A change under way: the library's row as it will be, and the passages that become or cease to be current."""

    connection: Connection
    generation: int
    next_id: int
    floor: int
    encoder: str | None
    dim: int | None
    untidy: bool
    runs: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def begin(cls, connection: Connection) -> "Change":
        """Start from the library's row."""
        now = reading.state(connection)
        return cls(connection, now.generation + 1, now.next_id, now.floor, now.encoder, now.dim, now.untidy)

    def take_ids(self, count: int) -> int:
        """Give the first of ``count`` ids that no passage has ever had."""
        first = self.next_id
        self.next_id += count
        return first

    def log(self, key: int, *, added: bool) -> None:
        """Say that an article's passages become current, or cease to be."""
        ids = passages.c.id
        query = select(func.min(ids), func.max(ids)).where(passages.c.article == key)
        first, last = self.connection.execute(query).one()
        if first is not None:
            run = {"generation": self.generation, "added": added, "first_id": first, "stop_id": last + 1}
            self.runs.append(run)

    def finish(self) -> None:
        """Write the library's row and the log."""
        if self.runs:
            self.connection.execute(insert(changes), self.runs)
        self._shorten_log()
        values = {name: getattr(self, name) for name in _KEPT}
        self.connection.execute(update(library).values(values))

    def _shorten_log(self) -> None:
        low, high = self.connection.execute(select(func.min(changes.c.key), func.max(changes.c.key))).one()
        if low is None or high - low < LOG_ROWS:
            return
        middle = select(func.max(changes.c.generation)).where(changes.c.key <= high - LOG_ROWS // 2)
        self.floor = self.connection.execute(middle).scalar_one()
        self.connection.execute(delete(changes).where(changes.c.generation <= self.floor))

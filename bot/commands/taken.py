"""What ``add`` prints in the end: how many articles came to what, and the first of each kind."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.commands.shared import plain

if TYPE_CHECKING:
    from index.ingest import Taken

FIRST = 20  # articles of each kind that are named
_FIRST_SUFFIXES = 10
_WORDS = {
    "added": "added",
    "replaced": "new version",
    "moved": "moved",
    "unchanged": "unchanged",
    "duplicate": "duplicate",
    "refused": "refused",
}
_NAMED = ("added", "replaced", "moved", "duplicate")  # what is refused is said at once, and what is unchanged not


class Summary:
    """The outcomes of one run."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.taken: list[Taken] = []
        self.left_out: list[Taken] = []

    def note(self, taken: "Taken") -> None:
        """Count one outcome."""
        self.counts[taken.outcome] += 1
        (self.left_out if taken.outcome == "left_out" else self.taken).append(taken)

    @property
    def changed(self) -> bool:
        """Whether anything in the library is not as it was."""
        return any(self.counts[outcome] for outcome in _NAMED)

    def counts_line(self) -> str:
        """Give such as ``3 added, 1 refused``."""
        parts = [f"{self.counts[outcome]:,} {word}" for outcome, word in _WORDS.items() if self.counts[outcome]]
        return ", ".join(parts) or "nothing"

    def lines(self) -> Iterator[str]:
        """Give the first articles of each kind, then the counts."""
        for outcome in _NAMED:
            of_it = [taken for taken in self.taken if taken.outcome == outcome]
            for taken in of_it[:FIRST]:
                yield f"{_WORDS[outcome]:<12}{_named(taken)}"
            if len(of_it) > FIRST:
                yield f"{'':<12}and {len(of_it) - FIRST:,} more"
        if self.left_out:
            yield f"{len(self.left_out):,} left out: {self._why_left_out()}"
        yield self.counts_line() if self.taken else "There was nothing to add."

    def to_dict(self) -> dict[str, Any]:
        """Give the counts and every article's outcome, ready for ``json.dumps``."""
        return {
            "counts": {outcome: self.counts[outcome] for outcome in (*_WORDS, "left_out")},
            "articles": [asdict(taken) for taken in self.taken],
            "left_out": {"reason": self._why_left_out(), "origins": [taken.origin for taken in self.left_out]},
        }

    def _why_left_out(self) -> str | None:
        """Give such as ``no format that is read: .ini, .png``, the most frequent first."""
        if not self.left_out:
            return None
        kinds = [suffix for suffix, _ in Counter(taken.reason or "" for taken in self.left_out).most_common()]
        shown = [(suffix if len(suffix) <= 20 else f"{suffix[:20]}…") or "no suffix" for suffix in kinds]
        more = [f"{len(kinds) - _FIRST_SUFFIXES:,} more"] if len(kinds) > _FIRST_SUFFIXES else []
        return f"no format that is read: {', '.join(shown[:_FIRST_SUFFIXES] + more)}"


def _named(taken: "Taken") -> str:
    version = f", version {taken.version}" if taken.outcome == "replaced" else ""
    repeats = f", repeats {taken.duplicate_of}" if taken.duplicate_of else ""
    return f"{taken.id}  {plain(taken.title or '')}{version}{repeats}"

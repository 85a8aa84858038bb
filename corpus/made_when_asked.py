"""A sequence of things that are made when they are asked for: of a long article's thousands, an answer needs a few."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, overload

Item = TypeVar("Item", covariant=True)


class MadeWhenAsked(Sequence[Item]):
    """``count`` items, each made by ``make`` from its place whenever it is asked for; equal to a tuple of the same."""

    __slots__ = ("_count", "_make")

    def __init__(self, count: int, make: Callable[[int], Item]) -> None:
        """Make nothing yet. ``make`` gives equal items for equal places, from 0 to ``count - 1``."""
        self._count, self._make = count, make

    def __len__(self) -> int:
        """Give how many there are."""
        return self._count

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Item, ...]: ...

    def __getitem__(self, place: int | slice) -> Item | tuple[Item, ...]:
        """Make one, or a tuple of some; IndexError where there is none."""
        if isinstance(place, slice):
            return tuple(map(self._make, range(self._count)[place]))
        return self._make(range(self._count)[place])

    def __iter__(self) -> Iterator[Item]:
        """Make one after the other."""
        return map(self._make, range(self._count))

    def __eq__(self, other: object) -> bool:
        """Compare with any sequence of the same kind, or with a tuple."""
        if not isinstance(other, MadeWhenAsked | tuple):
            return NotImplemented
        return len(self) == len(other) and all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """Show what it holds."""
        return f"{type(self).__name__}({tuple(self)!r})"

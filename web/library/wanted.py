"""What the list's form asks for: words, a filter, an order, a page; whatever was typed is kept to be shown again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast, get_args
from urllib.parse import urlencode

from corpus.library.shelves import Order
from corpus.library.types import Filter

LONGEST = 200  # characters of a field
MOST_PAGES = 1_000_000
_FIELDS = ("q", "collection", "source", "language", "from", "to", "order")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The form's fields as typed, "" for one left empty, and what is wrong with them by field."""

    fields: Mapping[str, str]
    page: int = 1
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What is searched for, "" for nothing."""
        return self.fields["q"]

    @property
    def order(self) -> Order:
        """How the list is sorted."""
        return cast("Order", self.fields["order"])

    @property
    def narrowed(self) -> bool:
        """Whether anything but an order was asked for."""
        return any(value for name, value in self.fields.items() if name != "order")

    @property
    def filtered(self) -> bool:
        """Whether the list is narrowed, or sorted in another way than at first."""
        others = [value for name, value in self.fields.items() if name not in ("q", "order")]
        return any(others) or self.order != "added"

    @property
    def where(self) -> Filter:
        """The filter; a date that is none is left out."""
        return Filter(
            collections=self._set("collection"),
            sources=self._set("source"),
            languages=self._set("language"),
            published_from=_day(self.fields["from"]),
            published_to=_day(self.fields["to"]),
        )

    def address(self, page: int) -> str:
        """Give the query of the list's address that asks for another page of the same."""
        shown = {name: value for name, value in self.fields.items() if value and (name, value) != ("order", "added")}
        return urlencode(shown | ({"page": str(page)} if page > 1 else {}))

    def _set(self, name: str) -> frozenset[str] | None:
        return frozenset({self.fields[name]}) if self.fields[name] else None


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """Read an address's query; what cannot be understood is told in ``errors`` and else as if it were not there."""
    fields = {name: " ".join(query.get(name, "").split())[:LONGEST] for name in _FIELDS}
    if fields["order"] not in get_args(Order):
        fields["order"] = "added"
    errors = {
        name: f"“{fields[name]}” is no day. Write it as in 2024-10-23."
        for name in ("from", "to")
        if fields[name] and _day(fields[name]) is None
    }
    start, end = _day(fields["from"]), _day(fields["to"])
    if start and end and start > end:
        errors["to"] = "The last day is before the first."
    page = query.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
    return Wanted(fields, max(1, min(number, MOST_PAGES)), errors)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None

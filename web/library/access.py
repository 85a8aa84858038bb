"""Who may change the library on its pages, and why not: every changing action asks here."""

from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from corpus.library.types import DEFAULT_COLLECTION
from web.access.access import access_of
from web.access.access import may_change as key_may_change
from web.api.common import changed_library, library_of
from web.served_library import ServedLibrary


def may_change(request: Request) -> bool:
    """Say whether the actions that change the library are shown, and carried out."""
    return library_of(request) is not None and key_may_change(request)


@dataclass(frozen=True, slots=True)
class Choices:
    """The collections that something may be put into, and whether a new one may be named."""

    names: list[str]
    new: bool


def collections_to_choose(request: Request) -> Choices:
    """Give the collections there are, or those that the request's key is for."""
    allowed = access_of(request).collections
    if allowed is not None:
        return Choices(sorted(allowed), new=False)
    library = library_of(request)
    store = library.reading() if library else None
    return Choices(sorted({DEFAULT_COLLECTION, *(store.collections() if store else ())}), new=True)


def library_to_change(request: Request) -> ServedLibrary:
    """Give the library to change it.

    Raises:
        Problem: there is none.
        HTTPException: whoever asks may not change it.
    """
    library = changed_library(request)
    if not key_may_change(request):
        raise HTTPException(403, "You may read this library, but not change it. Sign in with a key that may.")
    return library

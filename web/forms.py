"""What the pages' forms send, read without a parser of file uploads: none of them sends a file."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

_MOST_FIELDS = 200


async def _read(request: Request) -> "Form":
    try:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(422, f"The form has more than {_MOST_FIELDS} fields.") from error
    return Form(fields)


class Form:
    """The fields of a form; one that is empty is as one that is not there."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        """Hold ``fields``."""
        self._fields = fields

    def one(self, name: str) -> str:
        """Give a field's first value, "" where there is none."""
        return self._fields.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Give a field's values."""
        return self._fields.get(name, [])

    @property
    def part(self) -> bool:
        """Whether a script sent it, which takes a part of a page."""
        return bool(self.one("part"))


SentForm = Annotated[Form, Depends(_read)]


def own_path(path: str) -> str:
    """Give ``path`` where it is one of this site, else that of the first page.

    >>> own_path("/?q=why"), own_path("//evil.example"), own_path("https://evil.example")
    ('/?q=why', '/', '/')
    """
    # "//host" and "/\\host" are addresses elsewhere.
    here = path.startswith("/") and path[1:2] not in ("/", "\\") and path.isprintable()
    return path if here else "/"

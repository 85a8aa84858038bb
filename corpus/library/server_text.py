"""Text as PostgreSQL can hold it: everything but the character of number 0, which is written as two others."""

import json
from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_MARK = "\ufdd0"  # no character: Unicode leaves it to programs' own use
_NONE, _ITSELF = _MARK + "0", _MARK + "1"


def to_server(text: str) -> str:
    """Give ``text`` without a character 0, so that ``of_server`` gives it back."""
    if _MARK in text:
        text = text.replace(_MARK, _ITSELF)
    return text.replace("\0", _NONE) if "\0" in text else text


def of_server(text: str) -> str:
    """Give back what ``to_server`` was given."""
    return text.replace(_NONE, "\0").replace(_ITSELF, _MARK) if _MARK in text else text


class ServerText(TypeDecorator[str]):
    """A column's text on a server: any string that UTF-8 can hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the text as stored."""
        return None if value is None else to_server(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Give the text back."""
        return None if value is None else of_server(value)


class TextList(TypeDecorator[list[str]]):
    """Any number of texts, sent to the database as one value."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        """Give them as JSON."""
        texts = value or []
        return json.dumps([to_server(text) for text in texts] if dialect.name == "postgresql" else texts)


class each_text(FunctionElement[str]):  # noqa: N801
    """A table of the texts of a ``TextList``, one a row, in the column ``value``."""

    inherit_cache = True
    name = "each_text"


@compiles(each_text)
def _for_sqlite(element: Any, compiler: Any, **named: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **named)})"


@compiles(each_text, "postgresql")
def _for_postgres(element: Any, compiler: Any, **named: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **named)} AS json))"

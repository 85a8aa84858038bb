"""Reading files of records: every complaint names the file, the line and the reason."""

import gzip
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import DataSetError, EvaluationError


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a record, for messages."""

    path: Path
    place: str  # "line 3", "data[0].paragraphs[2]"

    def error(self, reason: str) -> DataSetError:
        """Make the error to raise for this record."""
        return DataSetError(f"{self.path}, {self.place}: {reason}")

    def inside(self, part: str) -> "Where":
        """Give the place of a part of this record."""
        return Where(self.path, f"{self.place}, {part}")

    def text(self, record: dict[str, Any], key: str, default: str | None = None) -> str:
        """Give the string under ``key``; without ``default`` it must be there and hold more than blanks."""
        value = record.get(key, default)
        if not isinstance(value, str):
            raise self.error(f'"{key}" must be a string, not {describe(value)}.')
        if default is None and not value.strip():
            raise self.error(f'"{key}" is empty.')
        return value

    def whole(self, record: dict[str, Any], key: str) -> int:
        """Give the whole number under ``key``."""
        value = record.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f'"{key}" must be a whole number, not {describe(value)}.')
        return value

    def flag(self, record: dict[str, Any], key: str, default: bool) -> bool:
        """Give the true or false under ``key``."""
        value = record.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f'"{key}" must be true or false, not {describe(value)}.')
        return value

    def items(self, record: dict[str, Any], key: str) -> list[Any]:
        """Give the list under ``key``; a missing one is empty."""
        value = record.get(key, [])
        if not isinstance(value, list):
            raise self.error(f'"{key}" must be a list, not {describe(value)}.')
        return value

    def number(self, record: dict[str, Any], key: str) -> float | None:
        """Give the number under ``key``, or None when there is none."""
        value = record.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not -1e300 < value < 1e300:
            raise self.error(f"{key!r} must be a number, not {describe(value)}.".replace("'", '"'))
        return float(value)

    def id(self, record: dict[str, Any], key: str, default: str | None = None) -> str:
        """Give the id under ``key``, a string or a whole number; ``default`` where it is missing or empty."""
        value = record.get(key)
        if value is None or value == "":
            if default is not None:
                return default
        elif isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)
        raise self.error(f'"{key}" must be a string or a whole number, not {describe(value)}.')

    def record(self, value: Any) -> dict[str, Any]:
        """Hold ``value`` to be a JSON object."""
        if not isinstance(value, dict):
            raise self.error(f"expected a JSON object, found {describe(value)}.")
        return value


# What may be an escaped half of a character, or NUL; looked at closely only where it stands.
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_HALF_OR_NUL = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")


def describe(value: Any) -> str:
    """Name a JSON value in a few words."""
    if value is None:
        return "missing"
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def read_text(path: Path) -> str:
    """Give a file's text, unpacked when its name ends in .gz.

    Raises:
        DataSetError: it is not there, not UTF-8, or not gzip under that name.
    """
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except FileNotFoundError:
        raise DataSetError(f"No file {path}. Give the path of a data set, or of its folder.") from None
    except UnicodeDecodeError as error:
        raise DataSetError(f"{path}, byte {error.start}: not UTF-8 text. Save the file as UTF-8.") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise DataSetError(f"{path} is not a whole gzip file. Unpack it, or fetch it again.") from None
    except OSError as error:
        raise DataSetError(f"{path} cannot be read: {error.strerror}.") from None


def read_lines(path: Path) -> Iterator[tuple[Where, str]]:
    """Give the lines that are not blank, each with its place."""
    # Not splitlines: a JSON string may hold a bare U+2028.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield Where(path, f"line {number}"), line.rstrip("\r")


def read_json_lines(path: Path, kind: str = "record") -> Iterator[tuple[Where, dict[str, Any]]]:
    """Give one JSON object a line, each with its place; ``kind`` is what messages call it."""
    for where, line in read_lines(path):
        yield where, where.record(parse_json(line, where, kind))


def parse_json(text: str, where: Where, line_of: str = "") -> Any:
    """Give the JSON value in ``text``; ``line_of`` names what should stand whole on this one line, if it should."""
    try:
        value = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        at = f"line {error.lineno}, column {error.colno}" if "\n" in text else f"column {error.colno}"
        # A string without its end was cut in the middle; anything else that is cut goes wrong at the line's end.
        cut = error.msg.startswith("Unterminated string") or error.pos >= len(text.rstrip())
        cure = f" The line ends too early: one {line_of} must be on one line." if line_of and cut else ""
        raise where.error(f"not JSON: {error.msg} at {at}.{cure}") from None
    except RecursionError:
        raise where.error("not JSON that can be read: nested too deep.") from None
    except ValueError as error:  # NaN and its like, and whole numbers of thousands of digits
        raise where.error(f"not JSON that can be read: {error}.") from None
    if _HALF_OR_NUL.search(text) and any(map(_UNFIT.search, _strings(value))):
        raise where.error(r"it holds half a character (\ud800 to \udfff) or \u0000: take it out.")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _strings(item)


def replace_text(path: Path, text: str) -> None:
    """Put ``text`` at ``path``: whole, or not at all.

    Raises:
        EvaluationError: it cannot be written there.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", errors="replace")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise EvaluationError(f"{path} cannot be written: {error.strerror}. Name another file.") from None

"""What the forms of the library's pages hold: read, checked in plain words, and kept to be shown again."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from corpus.library.names import LONGEST_NAME, is_collection_name
from corpus.normalise import normalise
from web.library_schemas import LONGEST_TEXT, LONGEST_URL, AddArticleBody, AddUrlBody
from web.problems import printable

MOST_TEXT_BYTES = 12_000_000  # of the form with a text; as much as the API takes
MOST_FILES = 200  # at a time
MOST_FILE_BYTES = 50_000_000  # of one file
MOST_UPLOAD_BYTES = 201_000_000  # of all files at a time, and what a form has around them
LONGEST_LINE = 300  # characters of a title, an author, a source

_TEXT_FIELDS = ("title", "author", "source", "published", "language", "url", "text")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)  # and no host with a port
_SAID = {
    "title": f"A headline has at most {LONGEST_LINE} characters.",
    "author": f"Give at most {LONGEST_LINE} characters.",
    "source": f"Give at most {LONGEST_LINE} characters.",
    "published": "This is no day. Write it as in 2024-10-23.",
    "language": "Choose a language of the list.",
    "url": "Give an address that begins with http:// or https://, without blanks.",
    "text": f"The text is longer than {LONGEST_TEXT:,} characters. Split it into several articles.",
}


@dataclass(frozen=True, slots=True)
class CollectionChoice:
    """The collection that was chosen or newly named; ``name`` None for the default one."""

    chosen: str = ""
    new: str = ""
    error: str = ""

    @property
    def name(self) -> str | None:
        """What is meant: a new name counts before one that was chosen."""
        return self.new or self.chosen or None


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was typed, and what is wrong with it by field."""

    fields: Mapping[str, str] = field(default_factory=dict)
    collection: CollectionChoice = field(default_factory=CollectionChoice)
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_wrong(self) -> bool:
        """Whether anything has to be mended before it can be sent."""
        return bool(self.errors or self.collection.error)

    def __getitem__(self, name: str) -> str:
        """Give what was typed in a field, "" for nothing."""
        return self.fields.get(name, "")


async def fields_of(request: Request) -> dict[str, str]:
    """Read the text fields of a form.

    Raises:
        HTTPException: the body is too long, or no form.
    """
    return texts_of(await request.form(max_part_size=MOST_TEXT_BYTES))


def texts_of(form: FormData) -> dict[str, str]:
    """Give the text fields of a form."""
    return {name: printable(value) for name, value in form.multi_items() if isinstance(value, str)}


def files_of(form: FormData) -> list[UploadFile]:
    """Give the files of a form; a file field that was left empty is none."""
    uploads = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    return [upload for upload in uploads if upload.filename or upload.size]


def read_collection(fields: Mapping[str, str]) -> CollectionChoice:
    """Read which collection is meant."""
    chosen, new = fields.get("collection", ""), " ".join(fields.get("new_collection", "").split())
    error = ""
    if (new or chosen) and not is_collection_name(new or chosen):
        error = f"A collection's name has 1 to {LONGEST_NAME} characters, all of them visible."
    return CollectionChoice(chosen, new, error)


def read_text(fields: Mapping[str, str]) -> tuple[Typed, AddArticleBody | None]:
    """Read the form with a text; the body is None where something is wrong."""
    collection, errors = read_collection(fields), {}
    given: dict[str, Any] = {name: fields[name].strip() for name in _TEXT_FIELDS if fields.get(name, "").strip()}
    given["text"] = fields.get("text", "")  # as it is
    if not any(map(str.isalnum, normalise(given["text"]))):
        errors["text"] = "There are no words in it. Paste the article's text."
    body = _validated(AddArticleBody, given | {"collection": collection.name}, errors)
    return Typed(fields, collection, errors), None if errors or collection.error else body


def read_address(fields: Mapping[str, str]) -> tuple[Typed, AddUrlBody | None]:
    """Read the form with an address on the web; one without a scheme gets https."""
    collection, errors = read_collection(fields), {}
    url = fields.get("address", "").strip()
    if url and not _SCHEME.match(url):
        url = f"https://{url}"
    try:
        body = None if collection.error else AddUrlBody(url=url, collection=collection.name)
    except ValidationError:
        body, errors["address"] = None, _SAID["url"]
        if len(url) > LONGEST_URL:
            errors["address"] = f"The address is longer than {LONGEST_URL:,} characters."
    return Typed(fields, collection, errors), body


def read_files(fields: Mapping[str, str], files: Sequence[UploadFile]) -> Typed:
    """Read the form with files; these are not in what is shown again, as no page can choose a reader's files."""
    errors = {}
    if not files:
        errors["files"] = "Choose a file, or drop some here."
    elif large := [upload for upload in files if (upload.size or 0) > MOST_FILE_BYTES]:
        name = large[0].filename or "A file"
        most = MOST_FILE_BYTES // 1_000_000
        errors["files"] = f"“{name}” is larger than {most} MB. Nothing was taken in: choose the files without it."
    return Typed(fields, read_collection(fields), errors)


def key_of(fields: Mapping[str, str], *contents: str) -> str:
    """Give the key that tells the same form sent twice from another one: "once" is new for each page."""
    said = "\0".join([*(f"{name}={value}" for name, value in sorted(fields.items())), *contents])
    return f"page:{fields.get('once', '')[:64]}:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}"


def _validated(shape: type[AddArticleBody], given: dict[str, Any], errors: dict[str, str]) -> AddArticleBody | None:
    """Make the body; what is wrong is told by field."""
    try:
        return shape(**given)
    except ValidationError as error:
        for item in error.errors():
            name = str(item["loc"][0])
            errors.setdefault(name, _SAID.get(name, str(item["msg"])))
    return None

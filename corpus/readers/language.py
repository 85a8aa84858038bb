"""Which language a text is in, by py3langid: offline, its model is 4.6 MB."""

import re
from functools import cache
from typing import Any

from corpus.errors import StoredDataError

_SAMPLE = 20_000  # characters; more make it no surer
_LEAST_LETTERS = 20
_SURE = 0.5
_POSSIBLE = 0.1  # enough for what the article itself says it is in
_CODE = re.compile(r"([a-z]{2})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_NORWEGIAN = {"nb": "no", "nn": "no"}  # written forms; a reader looks for the language
DEFAULT = "en"


def tell_language(text: str, declared: str | None = None) -> str:
    """Give the ISO 639-1 code of the language that ``text`` is in.

    ``declared`` is what the article says of itself (``en-GB`` will do). It is believed where it is likely at all: pages
    often declare their template's language. A text too short or odd to tell is taken to be in it, else in English.
    """
    said = _code(declared)
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _LEAST_LETTERS:
        return said or DEFAULT
    likely = {_NORWEGIAN.get(code, code): share for code, share in reversed(_identifier().rank(sample))}
    best = max(likely, key=lambda code: likely[code])
    if said and likely.get(said, 0.0) >= _POSSIBLE:
        return said
    return best if likely[best] >= _SURE and len(best) == 2 else said or DEFAULT


def likeliest(text: str) -> tuple[str, float]:
    """Give the code of the likeliest language and how sure that is, 0 to 1."""
    code, share = _identifier().classify(text)
    return str(code), float(share)


def _code(declared: str | None) -> str | None:
    match = _CODE.fullmatch((declared or "").strip())
    return _NORWEGIAN.get(match[1].lower(), match[1].lower()) if match else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # a second to load

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError as error:  # it unpacks its model into a temporary file
        raise StoredDataError(
            f"No temporary file can be written ({error.strerror or error}). Make room in the folder of such files, "
            "or name another one in TMPDIR."
        ) from error

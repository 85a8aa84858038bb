"""Bytes to text: UTF-8, a byte order mark, or else the encoding whose language the text then is in."""

import codecs
import unicodedata
from collections.abc import Iterator

from corpus.errors import NotTextError
from corpus.readers.language import likeliest

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16's, which it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CYRILLIC = "ru uk bg be sr mk"
# The encodings that texts are still found in, the most used first, and the languages they were made for.
_ENCODINGS = {
    "cp1252": "en fr de es pt it nl sv da no nb nn fi is ca eu gl ga cy af sq fo id ms sw tl la lb",
    "cp1250": "pl cs sk hu sl hr bs ro",
    "iso8859_2": "pl cs sk hu sl hr bs ro",
    "cp1254": "tr az ku",
    "cp1257": "lt lv et",
    "cp1251": _CYRILLIC,
    "koi8_r": "ru",
    "koi8_u": "ru uk",
    "iso8859_5": _CYRILLIC,
    "cp866": "ru be",
    "mac_cyrillic": _CYRILLIC,
    "cp1253": "el",
    "cp1255": "he yi",
    "cp1256": "ar fa ur",
    "iso8859_6": "ar",
    "shift_jis": "ja",
    "euc_jp": "ja",
    "gb18030": "zh",
    "big5": "zh",
    "cp949": "ko",
    "cp874": "th",
}
_SAMPLE = 20_000  # bytes
_CLOSE = 0.02  # no surer than that: the more used encoding is taken
_WEIGHT = 10  # of oddities, as a share of the foreign letters: a right text has next to none
_ODD = {"Sm", "So", "Sk", "No", "Co", "Cn", "Cc"}  # kinds of signs that stand beside no letter


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """Decode a file's or a page's bytes; ``declared`` is the encoding it is said to be in, tried after UTF-8.

    Raises:
        NotTextError: the bytes are not text in any known encoding.
    """
    mark = next((mark for mark in _BYTE_ORDER_MARKS if data.startswith(mark)), b"")
    marked = _BYTE_ORDER_MARKS.get(mark)
    for encoding in [marked] if marked else ["utf-8", *_known(declared)]:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        if marked and mark != codecs.BOM_UTF8:
            raise NotTextError(f"{name!r} is not text in a known encoding. Save it as UTF-8.")
        text = _guess(data.removeprefix(mark), name)
    if "\0" in text:
        raise NotTextError(f"{name!r} is not plain text: it holds NUL bytes. Save its text as UTF-8.")
    return text


def _known(declared: str | None) -> Iterator[str]:
    try:
        encoding = codecs.lookup(declared or "").name
    except (LookupError, ValueError):
        return
    if encoding in ("iso8859-1", "ascii"):
        yield "cp1252"  # as browsers read it
    if codecs.lookup(encoding)._is_text_encoding:
        yield encoding


def _guess(data: bytes, name: str) -> str:
    """Take the encoding in which the text is the likeliest to be in one of the languages that it was made for."""
    if b"\0" not in data:
        for encoding in _by_likelihood(_sample(data)):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        from charset_normalizer import from_bytes  # for all the others; slow to import

        if best := from_bytes(data).best():
            return str(best)
    raise NotTextError(f"{name!r} is not text in a known encoding. Save it as UTF-8.")


def _sample(data: bytes) -> bytes:
    """Some of the lines that need an encoding; the others say nothing of it."""
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines(keepends=True):
        if not line.isascii():
            lines.append(line[:_SAMPLE])
            size += len(lines[-1])
        if size >= _SAMPLE:
            break
    return b"".join(lines)


def _by_likelihood(data: bytes) -> list[str]:
    scores: dict[str, float] = {}
    for encoding, languages in _ENCODINGS.items():
        try:
            text = codecs.getincrementaldecoder(encoding)().decode(data)
        except UnicodeDecodeError:
            continue
        language, share = likeliest(text)
        foreign = sum(character > "\x7f" for character in text) or 1
        score = (share if language in languages.split() else 0.0) - _WEIGHT * _oddities(text) / foreign
        if score > 0:
            scores[encoding] = score - _CLOSE * list(_ENCODINGS).index(encoding) / len(_ENCODINGS)
    return sorted(scores, key=lambda encoding: -scores[encoding])


def _oddities(text: str) -> int:
    """How often letters stand together as in no language: signs in words, capitals in them, two scripts in one."""
    odd = 0
    before, before_is_letter = " ", False
    for character in text:
        is_letter = character.isalpha()
        if character > "\x7f" or before > "\x7f":
            if is_letter and before_is_letter:
                odd += (character.isupper() and before.islower()) or _script(character) != _script(before)
            elif is_letter or before_is_letter:
                odd += _is_odd(before) or _is_odd(character)
            else:
                odd += character in "×÷" and not before.isdigit()
        before, before_is_letter = character, is_letter
    return odd


def _is_odd(character: str) -> bool:
    return character > "\x7f" and unicodedata.category(character) in _ODD


def _script(letter: str) -> str:
    """The first word of a letter's Unicode name; Japanese writes three scripts in one word."""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "CJK" if script in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA") else script

"""Text is normalised once, here, before any offset is taken, and never after."""

import re
import unicodedata

_LINE_ENDS = {
    "\r\n": "\n",
    "\r": "\n",
    "\u0085": "\n",
    "\u2028": "\n",
    "\u2029": "\n\n",
    "\u000b": "\n",
    "\u000c": "\n",
}
# Spaces that only differ in width or in whether a line may break there.
_SPACES: dict[int, str | None] = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
# Invisible: byte order mark, zero-width space, word joiner, soft hyphen. The zero-width (non-)joiners stay: scripts
# such as Persian and emoji sequences spell with them.
_INVISIBLE: dict[int, str | None] = dict.fromkeys(map(ord, "\ufeff\u200b\u2060\u00ad"))
# Control characters other than tab and newline, and lone surrogates, cannot be shown or encoded.
_CONTROLS: dict[int, str | None] = dict.fromkeys(c for c in [*range(0x20), *range(0x7F, 0xA0)] if chr(c) not in "\t\n")
_SURROGATES: dict[int, str | None] = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
# Combining marks are sorted when a text is brought to NFC, by an algorithm that takes time by the square of their
# number: a file of nothing else would take hours. A letter of any language carries less than ten.
_MOST_MARKS = 30
# No mark is a word character; some, and the letter before, hold two or three.
_MAYBE_MARKS = re.compile(rf"\w?[^\w\s\0-\u02ff]{{{_MOST_MARKS // 3},}}")
_GRAPHEME_JOINER = "\u034f"  # invisible, and no mark crosses it when they are sorted


def normalise(text: str) -> str:
    """Give ``text`` in Unicode NFC with plain newlines and spaces and without invisible characters.

    Idempotent: ``normalise(normalise(text)) == normalise(text)``.
    """
    for line_end, newline in _LINE_ENDS.items():
        text = text.replace(line_end, newline)
    text = text.translate(_SPACES | _INVISIBLE | _CONTROLS | _SURROGATES)
    return unicodedata.normalize("NFC", _MAYBE_MARKS.sub(_part_marks, text))


def _part_marks(run: re.Match[str]) -> str:
    """Put a joiner after every ``_MOST_MARKS`` combining marks in a row.

    The stream-safe text process of Unicode Standard Annex 15, section 13.
    """
    parts: list[str] = []
    marks = 0
    for character in run[0]:
        whole = unicodedata.normalize("NFD", character)
        size = sum(unicodedata.combining(part) > 0 for part in whole)
        if size < len(whole):
            marks = 0  # begins with a letter or sign of its own
        elif marks + size > _MOST_MARKS:
            parts.append(_GRAPHEME_JOINER)
            marks = 0
        marks += size
        parts.append(character)
    return "".join(parts)

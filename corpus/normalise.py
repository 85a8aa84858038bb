"""Text is normalised once, here, before any offset is taken, and never after."""

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


def normalise(text: str) -> str:
    """Give ``text`` in Unicode NFC with plain newlines and spaces and without invisible characters.

    Idempotent: ``normalise(normalise(text)) == normalise(text)``.
    """
    for line_end, newline in _LINE_ENDS.items():
        text = text.replace(line_end, newline)
    text = text.translate(_SPACES | _INVISIBLE | _CONTROLS | _SURROGATES)
    return unicodedata.normalize("NFC", text)

"""The words of a text as lexical search sees them."""

import re
import unicodedata

import Stemmer  # type: ignore[import-not-found]  # PyStemmer has no types

_WORD = re.compile(
    r"(?:\b[^\W\d_]\.){2,}"  # U.S. is one word, and the same as US
    r"|[^\W_]+(?:[.,]\d+)*(?:'[^\W_]+)?"  # 3,000 and 2.5 stay whole
)
STOP_WORDS = frozenset(
    re.findall(
        r"\S+",
        """a about an and any are as at be been but by can could did do does for from had has have he her his how i in
        into is it its may me my of on or our she should so some than that the their them then there these they this
        those to was we were what when where which who whom whose why will with would you your""",
    )
)
_STEMMER = Stemmer.Stemmer("english", 20_000)  # Snowball's English stemmer; it remembers that many words


def terms(text: str) -> list[str]:
    """Give the stems of the words that carry meaning, in order: lower case, without accents, numbers as written."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.replace("’", "'"))
        text = "".join(character for character in text if not unicodedata.combining(character))
    words = (_plain(word) for word in _WORD.findall(text.lower()))
    return list(_STEMMER.stemWords([word for word in words if word not in STOP_WORDS]))


def _plain(word: str) -> str:
    return word.replace(".", "") if word.endswith(".") else word.removesuffix("'s")

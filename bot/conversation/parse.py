"""A question as the rules for follow-ups see it: its words, and where its wh-phrase and its verb stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversation.words import AUXILIARIES, DETERMINERS, JOINERS, PREPOSITIONS, PRONOUNS, WH, is_verb

LONGEST = 1_000  # characters of a text that are read
# Every alternative starts differently or ends at a fixed mark, so no text makes it go back over itself.
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)*%?|\w+(?:[’'\-]\w+)*(?:(?<=s)[’'](?!\w))?|[^\w\s]")
OPENERS = frozenset(
    [
        "and",
        "but",
        "so",
        "or",
        "also",
        "ok",
        "okay",
        "well",
        "yes",
        "no",
        "yeah",
        "hmm",
        "um",
        "oh",
        "then",
        "now",
        "thanks",
        "please",
        "right",
        "great",
        "sure",
        "hello",
        "hi",
    ]
)
_ENDERS = frozenset(["exactly", "though", "then", "please", "again", "anyway", "precisely"])
MOST_OF_WH = 8  # words of a wh-phrase: "how many of the North Korean troops"


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of a text; ``low`` is in lower case with straight apostrophes."""

    text: str
    low: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is no mark."""
        return self.text[0].isalnum() or self.text[0] == "_"

    @property
    def stem(self) -> str:
        """The word in lower case without 's."""
        return self.low.removesuffix("'s").removesuffix("'")


def words_of(text: str) -> list[Word]:
    """Give the words and marks of ``text``, of its first ``LONGEST`` characters."""
    return [
        Word(match[0], match[0].lower().replace("’", "'"), match.start(), match.end())
        for match in _WORD.finditer(text[:LONGEST])
    ]


def joined(words: Sequence[Word], text: str) -> str:
    """Give the part of ``text`` that ``words``, a run of its own, take."""
    return text[words[0].start : words[-1].end] if words else ""


def without_opening(words: Sequence[Word]) -> list[Word]:
    """Drop "and", "so," and the like before a question, and marks and "exactly" after it."""
    left = list(words)
    while left and (left[-1].low in _ENDERS or not left[-1].is_word) and left[-1].text not in ')%"”':
        left.pop()
    place = 0
    while place < len(left) and (left[place].low in OPENERS or not left[place].is_word):
        place += 1
    return left[place:]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in parts: ``[preposition] wh-phrase, auxiliary, rest``; any of them may be missing."""

    text: str
    wh: tuple[Word, ...]  # "in which year", "how many troops"; empty in "did it rain?"
    auxiliary: Word | None
    rest: tuple[Word, ...]

    @property
    def noun(self) -> str:
        """What a wh-phrase asks about: "troops" of "how many troops"; empty for "who" and "when"."""
        return joined(self.noun_words, self.text)

    @property
    def noun_words(self) -> tuple[Word, ...]:
        """The words of ``noun``."""
        place = next((i for i, word in enumerate(self.wh) if word.low in WH), len(self.wh))
        head = self.wh[place].low if place < len(self.wh) else ""
        skipped = 2 if head == "how" else 1
        words = self.wh[place + skipped :]
        while words and (
            words[0].low in PREPOSITIONS | DETERMINERS or words[0].low in {"else", "kind", "sort", "type"}
        ):
            words = words[1:]
        return words if head in {"what", "which", "whose", "how"} else ()

    @property
    def word(self) -> str:
        """The wh-word, in lower case; for "how" with what follows: "how many". Empty where there is none."""
        place = next((i for i, word in enumerate(self.wh) if word.low in WH), len(self.wh))
        if place == len(self.wh):
            return ""
        head = self.wh[place].low
        return f"how {self.wh[place + 1].low}" if head == "how" and place + 1 < len(self.wh) else head

    @property
    def governed(self) -> bool:
        """Whether a preposition stands before the wh-word: "by whom", "in which year"."""
        return bool(self.wh) and self.wh[0].low in PREPOSITIONS


def last_question(text: str) -> str:
    """Give the last sentence of ``text`` that ends in a question mark; all of it where there is none."""
    asked = [part for part in re.split(r"(?<=[.!?])\s+", text[:LONGEST].strip()) if part.endswith("?")]
    return asked[-1] if asked else text


def parse(text: str) -> Asked:
    """Take a question apart; what is no question has all its words in ``rest``."""
    words = without_opening(words_of(text))
    start = 1 if len(words) > 1 and words[0].low in PREPOSITIONS and words[1].low in WH else 0
    if not words or words[start].low not in WH:
        if words and words[0].low in AUXILIARIES:
            return Asked(text, (), words[0], tuple(words[1:]))
        return Asked(text, (), None, tuple(words))
    end = _end_of_wh(words, start)
    auxiliary = words[end] if end < len(words) and words[end].low in AUXILIARIES else None
    rest = words[end + 1 :] if auxiliary else words[end:]
    return Asked(text, tuple(words[:end]), auxiliary, tuple(rest))


def _end_of_wh(words: Sequence[Word], start: int) -> int:
    """Give the place after the wh-phrase that begins at ``start``."""
    head = words[start].low
    end = start + 1
    if end < len(words) and words[end].low == "else":
        return end + 1
    if head not in {"what", "which", "whose", "how"}:
        return end
    if head == "how":
        if (
            end == len(words)
            or words[end].low in AUXILIARIES | PRONOUNS | DETERMINERS - {"many"}
            or words[end].low == "to"
        ):
            return end
        if is_verb(words[end].low) and words[end].low not in {"many", "close", "open"}:
            return end
        end += 1
        if words[end - 1].low not in {"many", "much", "few", "little"}:
            return end
    while end < len(words) and end - start < MOST_OF_WH:
        low = words[end].low
        of = low in {"of", "the"} and end > start + 1
        stops = low in AUXILIARIES | PREPOSITIONS | DETERMINERS | JOINERS | PRONOUNS or not words[end].is_word
        first = end == start + (2 if head == "how" else 1)
        noun = first and (low in _NOUNS or (head == "how" and _before_verb(words, end)))
        if (stops and not of) or (is_verb(low) and not noun):
            break
        end += 1
    return end


def _before_verb(words: Sequence[Word], place: int) -> bool:
    """Say whether a verb follows, so that "stops" is what is counted in "how many stops will there be"."""
    after = words[place + 1] if place + 1 < len(words) else None
    return words[place].low.endswith("s") and (after is None or after.low in AUXILIARIES or is_verb(after.low))


_NOUNS = frozenset(["change", "cost", "damage", "release", "order", "report", "reply", "plan", "help", "control"])

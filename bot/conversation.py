"""A follow-up becomes a question that stands alone, by rule: the question before it is put in front.

Deterministic, and shown to the reader as ``standalone_question``.
"""

import re
from collections.abc import Sequence

from bot.question import MAX_CHARACTERS
from index.words import terms

# Words that point to something said before.
_POINTERS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|the same|"
    r"what else|who else|anything else|the others?)\b",
    re.IGNORECASE,
)
_OPENERS = re.compile(r"\s*(?:and|but|so|or|also|what about|how about|why not|really)\b", re.IGNORECASE)
_FEWEST_TERMS = 2  # a question with fewer words that carry meaning ("when?", "how many?") says too little alone


def leans(question: str) -> bool:
    """Say whether ``question`` can't be understood without what was asked before it."""
    return bool(_POINTERS.search(question) or _OPENERS.match(question) or len(set(terms(question))) < _FEWEST_TERMS)


def stand_alone(question: str, history: Sequence[str] = ()) -> str:
    """Give ``question`` as one that stands alone.

    A question that leans on earlier ones gets the last of ``history`` (oldest first) put before it; a new topic stays
    as it is.
    """
    earlier = [text.strip() for text in history if text.strip()]
    if not earlier or not leans(question):
        return question
    whole = f"{earlier[-1]} {question}"
    return whole if len(whole) <= MAX_CHARACTERS else question

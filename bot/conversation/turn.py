"""One earlier turn of a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked before, in the reader's words, and the sentences that were quoted for it.

    ``cited`` is best first; empty where nothing was found, or where it isn't known. ``answer`` is the part of the first
    that answers, where that is known. ``articles`` are the whole texts of the articles quoted, which tell whether
    somebody is he or she.
    """

    question: str
    cited: Sequence[str] = ()
    answer: str = ""
    articles: Sequence[str] = ()

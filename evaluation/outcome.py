"""What a system gave for one question, in a form that fits every system."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Ranked:
    """A span that a system gave; ``parts`` are the scores that its score was made of, for reading only."""

    article_id: str
    start: int
    end: int
    score: float  # higher is better, comparable within one question only
    parts: Mapping[str, float] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """Its id in runs and judgements: ``article:start-end``, blanks and the like percent-encoded."""
        return unit_id(self.article_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A system's answer to one question.

    ``ranked`` is best first; its first ``cited`` entries were shown as the answer. A system that declined still ranks
    the nearest, so that finding and declining can be scored apart. ``answer`` is the span that answers, as text:
    None from systems that give whole sentences.
    """

    question_id: str
    ranked: tuple[Ranked, ...]
    cited: int
    found: bool
    confidence: float | None = None  # higher is surer; a probability only if the system says so
    answer: str | None = None
    milliseconds: float | None = None
    trouble: str = ""  # why the question could not be asked


def unit_id(article_id: str, start: int, end: int) -> str:
    """Give the id of a span: ``article:start-end``."""
    return f"{quote(article_id, safe='@-._~')}:{start}-{end}"

"""Questions to suggest for an article: made from it, and answered by the bot with the sentence they were made from."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import zip_longest
from threading import Lock

from bot.answer import Answer
from bot.attribution import Attribution
from bot.made_questions import Made, made_questions
from corpus import Sentence

MOST = 5  # questions
MOST_OF_A_KIND = 2
MOST_ASKED = 12  # questions that are tried, so that it takes a few seconds at most
MADE_FROM = 400  # first sentences of an article
SURE = 0.7  # the confidence from which an answer is sure enough


KEPT = 1_000  # articles whose questions are remembered


class Suggestions:
    """The questions to suggest, worked out once for each version of an article. Safe to share between threads."""

    def __init__(self) -> None:
        """Begin with nothing kept."""
        self._kept: OrderedDict[tuple[str, str], tuple[str, ...]] = OrderedDict()
        self._lock = Lock()

    def of(
        self,
        ask: Callable[[str], Answer],
        sentences: Sequence[Sentence],
        said: Callable[[], Sequence[Attribution | None]],
    ) -> tuple[str, ...]:
        """Give what ``suggest`` gives for the article of ``sentences``, from memory where it is known."""
        if not sentences:
            return ()
        article = sentences[0].article
        key = (article.id, article.fingerprint)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = suggest(ask, sentences, said())
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


def suggest(
    ask: Callable[[str], Answer], sentences: Sequence[Sentence], said: Sequence[Attribution | None]
) -> tuple[str, ...]:
    """Give at most ``MOST`` questions that ``ask`` answers surely with the very sentence they were made from.

    ``sentences`` are the article's, in text order, ``said`` who says each. Different kinds of question take turns; no
    sentence is asked for twice.
    """
    made = made_questions(sentences[:MADE_FROM], said[:MADE_FROM])
    chosen: list[Made] = []
    for one in _in_turns(made)[:MOST_ASKED]:
        if sum(other.kind == one.kind for other in chosen) >= MOST_OF_A_KIND:
            continue
        if any(other.sentence.index == one.sentence.index for other in chosen):
            continue
        if answers(ask(one.question), one):
            chosen.append(one)
            if len(chosen) == MOST:
                break
    return tuple(one.question for one in chosen)


def answers(answer: Answer, made: Made) -> bool:
    """Say whether an answer is sure, and is the sentence that the question was made from."""
    if not answer.found or answer.confidence < SURE or answer.conflict:
        return False
    first = answer.citations[0].sentence
    return (first.article.id, first.start) == (made.sentence.article.id, made.sentence.start)


def _in_turns(made: Sequence[Made]) -> list[Made]:
    """Give the questions so that kinds take turns, each in text order."""
    kinds: dict[str, list[Made]] = {}
    for one in made:
        kinds.setdefault(one.kind, []).append(one)
    return [one for turn in zip_longest(*kinds.values()) for one in turn if one is not None]

"""A follow-up becomes one question that stands alone, by rule: what it leaves out comes from the turns before it.

Deterministic, and shown to the reader as ``standalone_question``.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from bot.conversation import bare, ellipsis
from bot.conversation.antecedents import TURNS_BACK, Understood
from bot.conversation.correction import what_was_meant
from bot.conversation.ones import name_ones
from bot.conversation.parse import Asked, joined, last_question, parse
from bot.conversation.pronouns import points_back, resolve
from bot.conversation.turn import Turn
from bot.conversation.words import BE, POINTERS, PRONOUNS, is_verb
from bot.question import MAX_CHARACTERS, well_formed
from index.words import terms

# An earlier question, and as it was understood -> what was answered.
Ask = Callable[[str, str], Turn]
# "What else did he say?" wants another sentence than the one before.
_FURTHER = re.compile(r"\b(?:else|others?|another|besides|apart from that|more)\b", re.IGNORECASE)
MOST_TERMS = 2  # a question with more says enough alone, though "this" is in it
_FEWEST_TERMS = 2  # a question with fewer words that carry meaning says too little alone


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question that stands alone, and what was quoted before where it wants something else."""

    text: str
    besides: frozenset[str] = frozenset()


def stand_alone(question: str, history: Sequence[str | Turn] = (), ask: Ask | None = None) -> str:
    """Give ``question`` as one that stands alone: itself, where it does. See ``understand``."""
    return understand(question, history, ask).text


def understand(question: str, history: Sequence[str | Turn] = (), ask: Ask | None = None) -> Standalone:
    """Make ``question`` one that stands alone: itself, where it does.

    Args:
        question: the reader's words.
        history: the turns before it, oldest first; questions alone, or with the sentences quoted for them.
        ask: gives what was answered to an earlier question that came without it; called only where the questions
            leave open what is meant, and at most once for each.
    """
    turns: list[Understood] = []
    for turn in _recent(history):
        standalone = _rewrite(turn.question, turns)
        turns.append(Understood(standalone, _answered(turn, standalone, ask)))
    text = _rewrite(question, turns)
    further = text != question and _asks_for_more(question, turns[-1].question)
    besides = frozenset(turns[-1].answered().cited) if further else frozenset[str]()
    return Standalone(text, besides)


def _asks_for_more(question: str, earlier: str) -> bool:
    """Say whether it asks the question before once more: "what else did he say?", but not "what else did he buy?"."""
    if ellipsis.asks_for_more(question):
        return True
    return bool(_FURTHER.search(question)) and not set(terms(_FURTHER.sub(" ", question))) - set(terms(earlier))


def _recent(history: Sequence[str | Turn]) -> list[Turn]:
    turns = [turn if isinstance(turn, Turn) else Turn(turn) for turn in history]
    asked = [turn for turn in turns if terms(turn.question[:MAX_CHARACTERS]) or parse(turn.question).wh]
    return [replace(turn, question=well_formed(turn.question.strip()[:MAX_CHARACTERS])) for turn in asked[-TURNS_BACK:]]


def _answered(turn: Turn, standalone: str, ask: Ask | None) -> Callable[[], Turn]:
    @cache
    def answered() -> Turn:
        return ask(turn.question, standalone) if ask and not turn.cited else turn

    return answered


def _rewrite(question: str, turns: Sequence[Understood]) -> str:
    if not turns or not question.strip():
        return question
    whole = _one_question(question, turns)
    return whole if 0 < len(whole) <= MAX_CHARACTERS else question


def _one_question(question: str, turns: Sequence[Understood]) -> str:
    last, answered = last_question(turns[-1].question), turns[-1].answered
    earlier = parse(last)
    question, part = what_was_meant(question)
    if part:
        return _finish(ellipsis.fill(resolve(question, turns)[0], last, instead=True))
    asked = parse(question)
    if ellipsis.asks_for_more(question):
        return _finish(ellipsis.more_of(last))
    if bare.asks_who_said(asked, question):
        return _finish(bare.who_said(asked, question, earlier, answered))
    if bare.is_bare(asked):
        return _finish(bare.replace_wh(asked, question, earlier, answered))
    if fragment := ellipsis.fragment_of(question):
        return _finish(ellipsis.fill(resolve(fragment, turns)[0], last))
    question = name_ones(question, earlier)
    if counted := _counted(asked, question, earlier):
        question = counted
    resolved, left = resolve(question, turns)
    own = len(set(terms(question)))
    little = own < _FEWEST_TERMS and not _asks_what_is(asked)
    if resolved == question and (left or little or (own <= MOST_TERMS and points_back(question))):
        return _with_topic(resolved, earlier)
    return resolved


def _asks_what_is(asked: Asked) -> bool:
    """Say whether it is "what is Internet2" or the like, which stands alone, though short."""
    be = asked.auxiliary is not None and asked.auxiliary.low in BE
    return (
        be
        and len(asked.rest) == 1
        and not is_verb(asked.rest[0].low)
        and asked.rest[0].low not in PRONOUNS | POINTERS | {"there"}
    )


def _counted(asked: Asked, question: str, earlier: Asked) -> str:
    """Give "how many people were hurt?" for "and how many were hurt?" after "how many people came?"."""
    if asked.word != "how many" or asked.noun or not asked.rest or not earlier.noun or earlier.word != "how many":
        return ""
    if "of" in {asked.wh[-1].low, asked.rest[0].low}:  # how many of them
        return ""
    return f"{question[: asked.wh[-1].end]} {earlier.noun}{question[asked.wh[-1].end :]}"


def _with_topic(question: str, earlier: Asked) -> str:
    """Add what the earlier question was about, where nothing better is known."""
    held = set(terms(question))
    said = joined(earlier.rest, earlier.text).split(" (")[0]  # without what it was itself given
    parts = [part for part in (earlier.noun, said) if set(terms(part)) - held]
    if not parts:
        return question
    end = len(question.rstrip("?.! "))
    return f"{question[:end]} ({' '.join(parts)}){question[end:]}"


def _finish(text: str) -> str:
    text = " ".join(text.split()).rstrip("?.! ")
    return f"{text}?"

"""A bare question word takes the place of the earlier question's: "when?" after "what did Zelensky say?"."""

from collections.abc import Sequence

from bot.attribution import asks_for_speaker
from bot.conversation.antecedents import Answered
from bot.conversation.clauses import clause, indirect
from bot.conversation.mentions import Mention, mentions
from bot.conversation.parse import Asked, Word, joined
from bot.conversation.words import (
    ADVERBIAL,
    BE,
    DETERMINERS,
    DO,
    INDEFINITE,
    PARTICIPLES,
    POINTERS,
    PREPOSITIONS,
    base_form,
)

MOST_WORDS = 5  # of a bare question: "how many people exactly", "in which year"
_EVENT = frozenset(
    {"it", "that", "this", "so", "happen", "happened", "happening", "take", "took", "taking", "place", "occur", "go"}
    | {"occurred", "going", "do", "done", "be", "say", "said", "come"}
)
_REQUESTS = (
    "tell me more about", "tell me about", "tell me", "what about", "how about", "explain", "describe",
    "i want to know about", "what can you tell me about", "more about", "more on", "summarise", "summarize",
    "what is known about", "what do we know about", "give me details on",
)  # fmt: skip


def is_bare(question: Asked) -> bool:
    """Say whether it is only a question word: "when?", "how many people?", "by whom?", "why was that?"."""
    if not question.wh:
        return False
    if not question.rest and question.auxiliary is None:
        return len(question.wh) <= MOST_WORDS
    lows = [word.low for word in question.rest]
    if question.auxiliary is None and len(lows) == 1 and lows[0] in PREPOSITIONS | {"not", "so", "come"}:
        return not question.noun  # where from, why not
    if question.auxiliary and not lows:
        return True  # who has? what wasn't?
    if question.auxiliary and question.auxiliary.low in BE and lows == ["it"]:
        return False  # where is it?
    if question.word.startswith("how ") and question.auxiliary:
        return False  # how long is that?
    adverbial = question.word.split()[0] in ADVERBIAL and not question.noun
    return adverbial and len(lows) <= 3 and bool(lows) and all(low in _EVENT or low in POINTERS for low in lows)


def asks_who_said(question: Asked, text: str) -> bool:
    """Say whether it asks who said what was just asked or answered: "who estimates that?", "according to whom?"."""
    lows = [word.low for word in (*question.wh, *question.rest)]
    if lows[:1] == ["says"] or lows[:3] == ["according", "to", "whom"] or lows[:3] == ["according", "to", "who"]:
        return True
    object_ = lows[-1:] and lows[-1] in {"that", "this", "it", "so", "them", "these"}
    return bool(object_) and len(lows) <= 6 and asks_for_speaker(text)


def who_said(question: Asked, text: str, earlier: Asked, answered: Answered) -> str:
    """Put what was asked into "who estimates that?"."""
    verb = joined(question.rest[:-1], text) if question.rest and question.wh else "said"
    verb = verb if verb.lower().split()[:1] not in ([], ["says"], ["to"]) else "said"
    who = joined(question.wh, text) if question.wh and not question.governed else "who"
    auxiliary = f" {question.auxiliary.text}" if question.auxiliary else ""
    return f"{who}{auxiliary} {verb} {indirect(earlier, answered)}"


def replace_wh(question: Asked, text: str, earlier: Asked, answered: Answered) -> str:
    """Put the words of a bare ``question`` in the place of the wh-phrase of ``earlier``."""
    wh, low = _moved(question, text), question.word
    if _request(earlier):
        return _about_topic(wh, low, _request(earlier))
    if question.auxiliary and not question.rest and not earlier.wh:
        return _without_subject(f"{wh} {question.auxiliary.text}", earlier)
    if question.auxiliary and not question.rest:
        return _turned(question, wh, earlier)
    if low in {"who", "whom"} and question.governed is False and not question.noun:
        return _person(wh, earlier)
    if (question.governed or question.rest) and low.split()[0] not in ADVERBIAL and not _is_topic_of(earlier):
        return _adverbial(wh, earlier, answered) if earlier.wh else _of_yes_no(wh, earlier)
    if low in {"how many", "how much", "which"} and question.noun in {"", "one", "ones"}:
        return _count(wh.removesuffix(" ones").removesuffix(" one"), earlier)
    if question.noun and (held := _held(question.noun, earlier)):
        return _fronted(wh, held, earlier)
    if not earlier.wh:
        return _of_yes_no(wh, earlier)
    if low.split()[0] in {"what", "which"} or question.noun:
        return _same_place(wh, earlier)
    return _adverbial(wh, earlier, answered)


def _moved(question: Asked, text: str) -> str:
    """Give the question's words, "from where" for "where from"."""
    wh = joined(question.wh, text)
    last = question.rest[0].low if len(question.rest) == 1 and question.auxiliary is None else ""
    if last in PREPOSITIONS:
        return f"{last} {wh}"
    return f"{wh} not" if last == "not" else wh


def _is_topic_of(earlier: Asked) -> bool:
    return bool(_request(earlier))


def _without_subject(wh: str, earlier: Asked) -> str:
    """Give "who has signed it" for "who has?" after "has the mayor signed it?"."""
    subject = next((m for m in mentions(earlier.text) if m.subject), None)
    rest = [word for word in earlier.rest if subject is None or word.start >= subject.end]
    return f"{wh} {joined(rest, earlier.text)}"


def _turned(question: Asked, wh: str, earlier: Asked) -> str:
    """Give "how many people don't support it" for "how many don't?" after "how many people support it?"."""
    if question.word in {"how many", "how much", "which"} and not question.noun:
        wh = f"{wh} {earlier.noun}".strip()
    auxiliary = question.auxiliary.low if question.auxiliary else ""
    rest = list(earlier.rest)
    if earlier.auxiliary is None and rest and auxiliary in DO:
        return f"{wh} {auxiliary} {base_form(rest[0].low)} {joined(rest[1:], earlier.text)}"
    return f"{wh} {auxiliary} {joined(rest, earlier.text)}"


def _held(noun: str, earlier: Asked) -> Mention | None:
    """Find the thing that "which river?" asks about in the earlier question."""
    head = noun.lower().split()[-1]
    return next((m for m in mentions(earlier.text) if m.text.lower().split()[-1] == head), None)


def _fronted(wh: str, held: Mention, earlier: Asked) -> str:
    """Give "which river did burst its banks" for "which river?" after "when did the river burst its banks?"."""
    before = [word for word in earlier.rest if word.end <= held.start]
    after = [word for word in earlier.rest if word.start >= held.end]
    auxiliary = earlier.auxiliary.low if earlier.auxiliary else ""
    parts = [wh, auxiliary, joined(before, earlier.text), joined(after, earlier.text)]
    return " ".join(part for part in parts if part)


def _request(earlier: Asked) -> str:
    """Give the topic of "tell me about the strike" or of a few words without a question; else nothing."""
    text = earlier.text.strip().rstrip("?.! ")
    low = text.lower()
    for opening in _REQUESTS:
        if low.startswith(opening + " "):
            return text[len(opening) + 1 :].strip()
    if not earlier.wh and earlier.auxiliary is None:
        return text
    return ""


def _about_topic(wh: str, low: str, topic: str) -> str:
    plural = topic.lower().split()[-1].endswith("s") and not topic[0].isupper()
    if low in {"how many", "how much", "who", "whose", "which", "what"}:
        return f"{wh} {topic}"
    return f"{wh} {'were' if plural else 'was'} {topic}"


def _of_yes_no(wh: str, earlier: Asked) -> str:
    if earlier.auxiliary is None:
        return f"{wh} {joined(earlier.rest, earlier.text)}".strip()
    if wh.endswith(" not"):
        negated = {"can": "can't", "will": "won't"}.get(earlier.auxiliary.low, f"{earlier.auxiliary.low}n't")
        return f"{wh.removesuffix(' not')} {negated} {joined(earlier.rest, earlier.text)}"
    return f"{wh} {earlier.auxiliary.low} {joined(earlier.rest, earlier.text)}".strip()


def _same_place(wh: str, earlier: Asked) -> str:
    auxiliary = f"{earlier.auxiliary.low} " if earlier.auxiliary else ""
    return f"{wh} {auxiliary}{joined(earlier.rest, earlier.text)}".strip()


def _person(wh: str, earlier: Asked) -> str:
    """Give "who was arrested" after "was anyone arrested?", "by whom was it closed" after "when was it closed?"."""
    rest = list(earlier.rest)
    while rest and rest[0].low in INDEFINITE and earlier.auxiliary:
        rest = rest[1:]
    if len(rest) < len(earlier.rest):
        return f"{wh} {earlier.auxiliary.low if earlier.auxiliary else ''} {joined(rest, earlier.text)}"
    passive = any(word.low in PARTICIPLES or word.low.endswith("ed") for word in rest)
    if earlier.auxiliary and earlier.auxiliary.low in BE and passive and wh.lower() in {"who", "whom"}:
        return f"by whom {clause(earlier, None)}"
    return _same_place(wh, earlier)


def _count(wh: str, earlier: Asked) -> str:
    """Give "how many troops did they send" after "did they send troops?"."""
    if earlier.wh and earlier.noun and not earlier.governed:
        return _same_place(f"{wh} {earlier.noun}", earlier)
    rest, text = list(earlier.rest), earlier.text
    if not earlier.wh and earlier.auxiliary and rest and rest[0].low in INDEFINITE - {"there", "any", "anything"}:
        return f"{wh} people {earlier.auxiliary.low} {joined(rest[1:], text)}"
    plural = [m for m in mentions(text) if m.plural and not m.named]
    if earlier.auxiliary is None or not plural:
        return _same_place(wh, earlier)
    noun = plural[-1]
    held = [word for word in rest if noun.start <= word.start < noun.end]
    shown = joined([word for word in held if word.low not in DETERMINERS], text) or noun.text
    before = [word for word in rest if word.end <= noun.start and word.low not in INDEFINITE]
    after = [word for word in rest if word.start >= noun.end]
    parts = [wh, shown, earlier.auxiliary.low, _text(before, text), _text(after, text)]
    return " ".join(part for part in parts if part)


def _text(words: Sequence[Word], text: str) -> str:
    return " ".join(word.text for word in words if word.is_word) if words else ""


def _adverbial(wh: str, earlier: Asked, answered: Answered) -> str:
    """Give the earlier question with "when" in front, and what its own wh-phrase asked about in its place."""
    if (earlier.word.split()[0] in ADVERBIAL and not earlier.noun) or earlier.governed:
        return _same_place(wh, earlier)
    if earlier.auxiliary is None and not earlier.rest:
        return f"{wh} were {earlier.noun}" if earlier.noun else wh
    return f"{wh} {clause(earlier, answered)}"

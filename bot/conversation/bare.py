"""A bare question word takes the place of the earlier question's: "when?" after "what did Zelensky say?"."""

from collections.abc import Sequence

from bot.attribution import asks_for_speaker
from bot.conversation.antecedents import Answered
from bot.conversation.mentions import mentions
from bot.conversation.parse import Asked, Word, joined
from bot.conversation.words import (
    ADVERBIAL,
    ADVERBS,
    BE,
    DETERMINERS,
    DO,
    INDEFINITE,
    PARTICIPLES,
    POINTERS,
    PREPOSITIONS,
    WH,
    base_form,
    is_verb,
)

MOST_OF_ANSWER = 10  # words of an earlier answer put into a question
MOST_WORDS = 5  # of a bare question: "how many people exactly", "in which year"
_EVENT = frozenset(["it", "that", "this", "so", "happen", "happened", "happening", "take", "took", "taking", "place", "occur", "occurred", "go", "going", "do", "done", "be", "say", "said", "come", "be"])  # fmt: skip
_REQUESTS = (
    "tell me more about", "tell me about", "tell me", "what about", "how about", "explain", "describe", "i want to know about",
    "what can you tell me about", "more about", "more on", "summarise", "summarize", "what is known about",
    "what do we know about", "give me details on", "what happened to", "what happened with",
)  # fmt: skip


def is_bare(question: Asked) -> bool:
    """Say whether it is only a question word: "when?", "how many people?", "by whom?", "why was that?"."""
    if not question.wh:
        return False
    if not question.rest and question.auxiliary is None:
        return len(question.wh) <= MOST_WORDS
    lows = [word.low for word in question.rest]
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
    return f"{who}{auxiliary} {verb} {_indirect(earlier, answered)}"


def _indirect(earlier: Asked, answered: Answered) -> str:
    """Give a question as what somebody may say: "how many troops" as "the number of troops"."""
    rest = joined(earlier.rest, earlier.text)
    auxiliary = earlier.auxiliary.low if earlier.auxiliary else ""
    if not earlier.wh:
        return f"that {rest}" if auxiliary in DO else f"whether {auxiliary} {rest}" if auxiliary else rest
    if earlier.word == "how many" and not rest:
        return f"the number of {earlier.noun}" if earlier.noun else "how many"
    wh = _low_first(joined(earlier.wh, earlier.text))
    if not auxiliary or auxiliary in DO:
        return f"{wh} {rest}".strip()
    subject = next((m for m in mentions(earlier.text) if m.subject), None)
    if subject is None or earlier.word == "how many":
        return f"{wh} {auxiliary} {rest}".strip()
    after = joined([word for word in earlier.rest if word.start >= subject.end], earlier.text)
    return f"{wh} {subject.text} {auxiliary} {after}".strip()


def replace_wh(question: Asked, text: str, earlier: Asked, answered: Answered) -> str:
    """Put the words of a bare ``question`` in the place of the wh-phrase of ``earlier``."""
    wh = joined(question.wh, text)
    low = question.word
    if _request(earlier):
        return _about_topic(wh, low, _request(earlier))
    if low in {"who", "whom"} and question.governed is False and not question.noun:
        return _person(wh, earlier)
    if low in {"how many", "how much"} and not question.noun:
        return _count(wh, earlier)
    if not earlier.wh:
        return _of_yes_no(wh, earlier)
    if low.split()[0] in {"what", "which"} or question.noun:
        return _same_place(wh, earlier)
    return _adverbial(wh, earlier, answered)


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
        return f"by whom {_clause(earlier, None)}"
    return _same_place(wh, earlier)


def _count(wh: str, earlier: Asked) -> str:
    """Give "how many troops did they send" after "did they send troops?"."""
    if earlier.wh and earlier.noun and not earlier.governed:
        return _same_place(f"{wh} {earlier.noun}", earlier)
    rest, text = list(earlier.rest), earlier.text
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
    return f"{wh} {_clause(earlier, answered)}"


def _clause(earlier: Asked, answered: Answered | None) -> str:
    """Turn "how many troops did they send to Russia" into "did they send troops to Russia"."""
    text, rest = earlier.text, list(earlier.rest)
    noun, auxiliary = earlier.noun, earlier.auxiliary
    if not earlier.wh or (earlier.word.split()[0] in ADVERBIAL and not noun):
        return f"{auxiliary.low if auxiliary else ''} {joined(rest, text)}".strip()
    single = earlier.word in {"which", "what", "which one"} and noun and not noun.endswith("s")
    thing = f"the {noun}" if single else noun
    stand_in = thing or _given(answered) or ("someone" if earlier.word in {"who", "whom"} else "something")
    if auxiliary is None:  # who won the match
        verb = base_form(rest[0].low) if rest else ""
        return f"did {stand_in} {verb} {joined(rest[1:], text)}".strip()
    if auxiliary.low in DO:  # what did they say about it
        return f"{auxiliary.low} {_with_object(rest, text, stand_in)}"
    if _is_subject(earlier):
        return f"{auxiliary.low} {stand_in} {joined(rest, text)}"
    return f"{auxiliary.low} {joined(rest, text)}"


def _given(answered: Answered | None) -> str:
    """Give the earlier answer where it is short enough to stand in a question."""
    answer = answered().answer.strip(" .,;:!?“”\"'’") if answered else ""
    return answer if len(answer.split()) <= MOST_OF_ANSWER else ""


def _with_object(rest: Sequence[Word], text: str, thing: str) -> str:
    """Put the object after the verb: before the first preposition that follows one."""
    if not rest:
        return thing
    verb = max((i for i, word in enumerate(rest) if i and is_verb(word.low) and word.text[0].islower()), default=0)
    place = verb + 1 if verb else next((i for i, w in enumerate(rest) if i and w.low in PREPOSITIONS), len(rest))
    return f"{joined(rest[:place], text)} {thing} {joined(rest[place:], text)}".strip()


def _is_subject(earlier: Asked) -> bool:
    """Say whether the wh-phrase is the subject: "who was arrested", but not "who is Victor Cha"."""
    if earlier.noun:
        first = next((word for word in earlier.rest if word.low not in ADVERBS), None)
        named = first is not None and (first.low in DETERMINERS or first.text[0].isupper())
        return not named
    first = next((word for word in earlier.rest if word.low not in ADVERBS), None)
    if first is None or first.low in DETERMINERS or first.text[0].isupper():
        return False
    return is_verb(first.low) or first.low in PREPOSITIONS or first.low.endswith(("ing", "en"))


def _low_first(text: str) -> str:
    word = text.split(maxsplit=1)[0].lower() if text else ""
    return text[:1].lower() + text[1:] if word in WH or word in PREPOSITIONS else text

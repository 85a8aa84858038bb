"""An earlier question as part of a new one: without its question word, in the order of a statement, or indirect."""

from collections.abc import Sequence

from bot.conversation.antecedents import Answered
from bot.conversation.mentions import mentions
from bot.conversation.parse import Asked, Word, joined, words_of
from bot.conversation.words import ADVERBIAL, ADVERBS, DETERMINERS, DO, PREPOSITIONS, WH, base_form, is_verb

MOST_OF_ANSWER = 10  # words of an earlier answer put into a question


def indirect(earlier: Asked, answered: Answered) -> str:
    """Give a question as what somebody may say: "how many troops" as "the number of troops"."""
    rest = joined(earlier.rest, earlier.text)
    auxiliary = earlier.auxiliary.low if earlier.auxiliary else ""
    if not earlier.wh:
        return f"that {rest}" if auxiliary in DO else f"whether {straight(earlier)}" if auxiliary else rest
    if earlier.word == "how many" and not rest:
        return f"the number of {earlier.noun}" if earlier.noun else "how many"
    wh = _low_first(joined(earlier.wh, earlier.text))
    if not auxiliary or auxiliary in DO:
        return f"{wh} {rest}".strip()
    return f"{wh} {auxiliary} {rest}".strip() if earlier.word == "how many" else f"{wh} {straight(earlier)}"


def straight(earlier: Asked) -> str:
    """Give "the dam is safe" for "is the dam safe"."""
    auxiliary = earlier.auxiliary.low if earlier.auxiliary else ""
    subject = next((m for m in mentions(earlier.text) if m.subject), None)
    if subject is None:
        return f"{auxiliary} {joined(earlier.rest, earlier.text)}".strip()
    after = joined([word for word in earlier.rest if word.start >= subject.end], earlier.text)
    return f"{subject.text} {auxiliary} {after}".strip()


def clause(earlier: Asked, answered: Answered | None) -> str:
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
    complement = earlier.word == "who" and rest and rest[0].low in DETERMINERS
    if complement:  # who is the mayor: "since when is somebody the mayor"
        return f"{auxiliary.low} {stand_in} {joined(rest, text)}"
    if _is_subject(earlier):
        return f"{auxiliary.low} {stand_in} {joined(rest, text)}"
    return f"{auxiliary.low} {joined(rest, text)}"


def _given(answered: Answered | None) -> str:
    """Give the earlier answer where it is short enough to stand in a question."""
    answer = answered().answer.strip(" .,;:!?“”\"'’") if answered else ""
    words = [word for word in words_of(answer) if word.text[0].islower()]
    says = any(is_verb(word.low) for word in words[1:]) and not words[0].low.endswith("ing")
    return answer if len(answer.split()) <= MOST_OF_ANSWER and not says else ""


def _with_object(rest: Sequence[Word], text: str, thing: str) -> str:
    """Put the object after the verb: before the first preposition that follows one."""
    if not rest:
        return thing
    if rest[-1].low in PREPOSITIONS:  # vote for something
        return f"{joined(rest, text)} {thing}"
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

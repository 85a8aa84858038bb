"""What a pronoun most likely means: the nearest and most salient mention that fits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.attribution.gender import called
from bot.attribution.words import ORGANISATIONS, SOURCES
from bot.conversation.mentions import Mention, gender_of, mentions
from bot.conversation.parse import LONGEST, Asked, joined, parse
from bot.conversation.turn import Turn
from bot.conversation.words import DO, HE, IT, SHE, THEY, is_verb

TURNS_BACK = 5  # earlier turns that a pronoun may point into
MOST_WORDS = 6  # of a question put after its noun: "the company that bought the port"
SENTENCES = 2  # quoted sentences of each that are read

Answered = Callable[[], Turn]


@dataclass(frozen=True, slots=True)
class Understood:
    """An earlier turn: its question as it was understood, and what was answered, asked for only when it is needed."""

    question: str
    answered: Answered


def antecedents(
    pronoun: str, turns: Sequence[Understood], own: Sequence[Mention] = (), acts: bool = True
) -> Iterator[Mention]:
    """Find what ``pronoun`` (lower case, "there" too) may mean in the earlier ``turns``, oldest first: likeliest first.

    ``acts`` says that "they" do something, as things do not. Where the question's ``own`` words name something that
    fits, before the pronoun, nothing is looked for.
    """
    fits = _test(pronoun, acts)
    if any(fits(mention, sure=True) for mention in own):
        return
    nearest = list(reversed(turns))[:TURNS_BACK]
    given: set[str] = set()
    # A name in a question is what the talk is about; one in a quoted sentence may be anybody's.
    for passes in ((True, False), (False,)):
        for turn in nearest:
            for group, asked in _layers(turn, pronoun):
                for sure in passes if asked and gender_of(pronoun) else passes[:1]:
                    fitting = [mention for mention in group if fits(mention, sure=sure)]
                    known = [_known(mention, turn) for mention in fitting]
                    found = _best([mention for mention in known if fits(mention, sure=sure)], pronoun)
                    if found and found.text.lower() not in given:
                        given.add(found.text.lower())
                        yield found


def _known(mention: Mention, turn: Understood) -> Mention:
    """Give a name as that of a man or a woman, where the articles quoted in its turn call it he or she."""
    if not mention.named or mention.gender or mention.kind not in {"person", "name"}:
        return mention
    for text in turn.answered().articles:
        if gender := called(mention.text, text):
            return replace(mention, gender=gender, kind="person")
    return mention


def _layers(turn: Understood, pronoun: str) -> Iterator[tuple[Sequence[Mention], bool]]:
    """Give a turn's mentions, the likelier ones first: of the question (True), then of what was quoted (False).

    "Who leads the ministry?" wants a person, so "he" is in the answer before it is in the question.
    """
    asked = parse(turn.question)
    of_question = mentions(turn.question)
    wants_person = asked.word in {"who", "who's"} and pronoun in HE | SHE and not _by_do(asked)
    naming = asked.auxiliary is not None and asked.auxiliary.low in {"is", "was"}
    if wants_person and not (naming and any(m.named for m in of_question)):
        yield from _of_answer(turn)
        yield [*_asked_for(asked, "person"), *of_question], True
    elif asked.noun and (asked.auxiliary is None or _is_subject(asked)):
        yield [*_asked_for(asked), *(m for m in of_question if m.text != asked.noun)], True
        yield from _of_answer(turn)
    elif asked.noun and asked.word in {"which", "what"} and naming and pronoun in IT:
        named, *quoted = _of_answer(turn)  # "which painting is the dearest" wants the painting's name
        yield named
        yield of_question, True
        yield from quoted
    else:
        yield of_question, True
        yield from _of_answer(turn)


def _is_subject(asked: Asked) -> bool:
    return bool(asked.rest) and is_verb(asked.rest[0].low)


def _by_do(asked: Asked) -> bool:
    return asked.auxiliary is not None and asked.auxiliary.low in DO


def _asked_for(asked: Asked, stand_in: str = "") -> list[Mention]:
    """Give what a question asks for as something to point to: "the company that bought the port"."""
    own = [m for m in mentions(asked.text) if asked.noun and m.text == asked.noun] or list(mentions(f"the {stand_in}"))
    if not own:
        return []
    noun, rest = asked.noun or stand_in, joined(asked.rest, asked.text)
    by_subject = (asked.auxiliary is None or _is_subject(asked)) and len(asked.rest) <= MOST_WORDS
    if asked.auxiliary is not None and rest:
        rest = f"{asked.auxiliary.low} {rest}"
    if stand_in and not (rest and by_subject):
        return []
    clause = f" {'who' if stand_in else 'that'} {rest}" if rest and by_subject else ""
    return [replace(own[0], text=f"the {noun}{clause}", start=0)]


def _of_answer(turn: Understood) -> Iterator[tuple[Sequence[Mention], bool]]:
    """Give the mentions of what answers, then those of the sentences quoted."""
    answered = turn.answered()
    yield mentions(answered.answer), False
    yield (
        [
            replace(mention, start=mention.start + LONGEST * place)
            for place, text in enumerate(answered.cited[:SENTENCES])
            for mention in mentions(text)
        ],
        False,
    )


def _best(group: Sequence[Mention], pronoun: str) -> Mention | None:
    """Choose the subject first, then what has a name, then what comes first."""
    if not group:
        return None
    wanted = gender_of(pronoun)
    return min(
        group,
        key=lambda m: (
            not (wanted and m.gender == wanted),
            not m.subject,
            not m.named if pronoun != "it" else False,
            m.start,
        ),
    )


def _test(pronoun: str, acts: bool) -> Callable[..., bool]:
    wanted = gender_of(pronoun)

    def fits(mention: Mention, *, sure: bool) -> bool:
        if wanted:
            named = mention.kind == "name" and mention.named and not mention.text.lower().startswith("the ")
            person = (mention.kind == "person" and (mention.named or mention.subject or not sure)) or (
                not sure and named
            )
            return person and not mention.plural and mention.gender in {"", wanted}
        if pronoun == "there":
            return mention.kind == "place"
        if pronoun in THEY:
            several = mention.plural and (not acts or mention.kind in {"person", "group"})
            acting = mention.text.split()[-1].lower() in ORGANISATIONS | SOURCES
            group = acts and (acting if not mention.named else mention.kind in {"group", "name"})
            single = mention.kind == "thing" and not mention.plural
            return several or group or (not sure and mention.kind != "time" and not single)
        if pronoun in IT:
            return mention.kind not in {"time", "person"} and not (mention.plural and mention.kind != "group")
        return False

    return fits

"""Who says what a sentence says: rules over the sentence and its neighbours."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from bot.attribution.gender import gender
from bot.attribution.names import Name, head_of, name_of
from bot.attribution.stance import is_hedged, is_negated
from bot.attribution.subjects import persons, subject
from bot.attribution.text import Line, parse
from bot.attribution.verbs import Hit, find_hits
from bot.attribution.words import AUXILIARIES, MODES, PREPOSITIONS, ROLES, TITLES
from corpus import Sentence

BEFORE = 10  # sentences before and after the one asked about that are looked at
AFTER = 6
PART = 60  # sentences resolved together; bounds how deep one leans on another
_PARTS = frozenset({";", "but", "and", "while", "whereas", "although"})  # may part two voices
LOOK_BACK = 6  # sentences back to whom "he said" may point


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says what a sentence says, and how.

    ``name`` is ``article.text[start:end]``; it may stand in another sentence than the one attributed. ``mode`` is
    said, claimed, denied, estimated, quoted or reported.
    """

    name: str
    start: int
    end: int
    mode: str
    negated: bool
    hedged: bool


def attribute(sentence: Sentence, sentences: Sequence[Sentence]) -> Attribution | None:
    """Say who says ``sentence``; None where nobody does or it isn't sure.

    ``sentences`` are the article's, in text order, ``sentence`` among them. Only neighbours are read, so that the time
    taken doesn't grow with the article.
    """
    place = bisect_left(sentences, sentence.start, key=lambda other: other.start)
    if place == len(sentences) or sentences[place].start != sentence.start:
        return None
    first = max(0, place - BEFORE)
    return _attribution(_Window(parse(sentences[first : place + AFTER + 1])), place - first)


def attribute_all(sentences: Sequence[Sentence]) -> list[Attribution | None]:
    """Say of each of an article's ``sentences``, in text order, who says it: faster than one by one."""
    starts = range(0, len(sentences), PART)
    return [found for part in range(len(starts)) for found in attribute_part(sentences, part)]


def attribute_part(sentences: Sequence[Sentence], part: int) -> list[Attribution | None]:
    """Say of the sentences from ``part * PART`` on, ``PART`` of them or as many as there are, what all would say."""
    start = part * PART
    first, end = max(0, start - BEFORE), min(len(sentences), start + PART)
    window = _Window(parse(sentences[first : end + AFTER]))
    return [_attribution(window, place - first) for place in range(start, end)]


def _attribution(window: "_Window", place: int) -> Attribution | None:
    found = window.resolve(place)
    if found is None or found.name.pronoun:
        return None
    name, text = found.name, window.lines[place].sentence.text
    return Attribution(name.text, name.start, name.end, found.mode, is_negated(text), is_hedged(text))


@dataclass(frozen=True, slots=True)
class _Found:
    name: Name
    mode: str


class _Window:
    """Neighbouring sentences, each parsed and resolved at most once."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.known: dict[int, _Found | None] = {}
        self.busy: set[int] = set()
        self.voices: dict[int, list[Hit]] = {}

    def resolve(self, i: int) -> _Found | None:
        if i in self.known or i in self.busy or not 0 <= i < len(self.lines):
            return self.known.get(i)
        self.busy.add(i)
        line = self.lines[i]
        found = self._running_quote(i) if line.all_quoted else self._voiced(i)
        self.busy.discard(i)
        self.known[i] = found
        return found

    def _outer(self, i: int) -> list[Hit]:
        """Give the voices that carry the sentence: none that stands inside what another one says."""
        if i in self.voices:
            return self.voices[i]
        tokens, outer = self.lines[i].tokens, list[Hit]()
        for hit in find_hits(self.lines[i]):
            between = tokens[outer[-1].place : hit.start + 1] if outer else ()
            inside = outer and not outer[-1].tag and not hit.tag and not any(t.low in _PARTS for t in between)
            if not hit.nested and not inside:
                outer.append(hit)
        self.voices[i] = outer
        return outer

    def _voiced(self, i: int) -> _Found | None:
        """Resolve a sentence that has words outside quotation marks."""
        line = self.lines[i]
        introduced = _introduced(line)
        if introduced:
            return _Found(introduced, "quoted")
        hit = _chosen(self._outer(i))
        if hit is None:
            if line.starts_inside:
                return self._running_quote(i)
            return self._before_colon(i)
        name = hit.name if not hit.name.pronoun else self._antecedent(i, hit)
        return _Found(name, hit.mode) if name else None

    def _before_colon(self, i: int) -> _Found | None:
        """Resolve 'Ueda shrugged: "See you there."', whatever the verb."""
        tokens = self.lines[i].tokens
        ends = len(tokens) > 2 and tokens[-1].quote and tokens[-2].text == ":"
        name = subject(tokens, self.lines[i].sentence.article.text) if ends else None
        return _Found(name, "quoted") if name and name.person and " " in name.text else None

    def _running_quote(self, i: int) -> _Found | None:
        """Resolve a sentence that is all quotation: its speaker is named before it, or after."""
        line = self.lines[i]
        before = self.lines[i - 1] if i else None
        if before is not None and (line.continues or before.paragraph == line.paragraph):
            found = self.resolve(i - 1)
            if found and (before.quoted or before.ends_inside):
                return _Found(found.name, "quoted")
            if found and not before.quoted and _text(before).endswith((".", ":")):
                return _Found(found.name, "quoted")
        for j in range(i + 1, len(self.lines)):
            after = self.lines[j]
            if after.paragraph != line.paragraph or not after.quoted:
                return None
            if not after.all_quoted:
                found = self._voiced(j)
                return _Found(found.name, "quoted") if found and found.mode == "quoted" else None
        return None

    def _antecedent(self, i: int, hit: Hit) -> Name | None:
        """Find whom a pronoun means: the last who spoke or acted."""
        line = self.lines[i]
        text = line.sentence.article.text
        own = None if hit.tag else subject(line.tokens, text)
        if own and not own.pronoun and own.end < hit.name.start and _fits(hit.name.pronoun, own, text):
            return own
        told = any(t.low in {"him", "her"} for t in line.tokens[hit.place + 1 : hit.place + 2])
        inside = i > 1 and self.lines[i - 2].paragraph == line.paragraph
        for j in range(i - 1, max(-1, i - 1 - LOOK_BACK), -1):
            if inside and self.lines[j].paragraph != line.paragraph:
                return None  # two sentences into a paragraph, "he" is somebody in it
            found = self.resolve(j)
            last = _last_voice(self._outer(j))
            acting = None if self.lines[j].all_quoted else subject(self.lines[j].tokens, text)
            for name in (last, found.name if found else None, acting):
                if name and not name.pronoun and _fits(hit.name.pronoun, name, text):
                    return name if not told or gender(name, text) else None  # "she told him": which of the two?
            others = persons(self.lines[j].tokens, text)
            if others:  # somebody else came up since: he or she alone is meant, or nobody can tell
                return others[0] if len(others) == 1 and _fits(hit.name.pronoun, others[0], text) else None
        return None


def _chosen(outer: Sequence[Hit]) -> Hit | None:
    """Choose the voice that carries the sentence; None where two voices share it."""
    if not outer:
        return None
    named = {hit.name.text for hit in outer if not hit.name.pronoun}
    tags = [hit for hit in outer if hit.tag]
    if tags and (not tags[0].name.pronoun or len(named) != 1):
        return tags[0]
    return outer[0] if len(named) < 2 else None


def _last_voice(outer: Sequence[Hit]) -> Name | None:
    """Give the last voice that is named in a sentence: "he" in the next one means it first."""
    named = [hit.name for hit in outer if not hit.name.pronoun]
    return named[-1] if named else None


def _introduced(line: Line) -> Name | None:
    """Read 'Oona Prescott, nurse: “...”'."""
    tokens = line.tokens
    colon = next((i for i, token in enumerate(tokens[:14]) if token.text == ":"), -1)
    if colon < 1 or colon + 1 >= len(tokens) or not tokens[colon + 1].quote:
        return None
    comma = next((i for i, token in enumerate(tokens[:colon]) if token.text == ","), colon)
    if any(token.low in AUXILIARIES or token.low in MODES or token.low in PREPOSITIONS for token in tokens[:comma]):
        return None
    name = name_of(tokens[:comma], line.sentence.article.text)
    short = colon - comma <= 8 and not any(token.low in MODES for token in tokens[comma:colon])
    whole = comma < colon or (name is not None and name.end == tokens[colon - 1].end)
    return name if name and name.person and " " in name.text and short and whole else None


def _fits(pronoun: str, name: Name, text: str) -> bool:
    """Say whether a pronoun can mean the name: he and she mean people, it and they do not."""
    role = head_of(name)
    if pronoun in {"he", "she"} and gender(name, text) not in {"", pronoun}:
        return False
    single = (name.person and _whole_name(name, text) and not _thing(name, text)) or role in ROLES
    return single if pronoun in {"he", "she"} else not single


def _whole_name(name: Name, text: str) -> bool:
    """Say whether it is more than one word, or stands after a title: "Father Corin"."""
    before = text[max(0, name.start - 20) : name.start].split()
    return " " in name.text or (bool(before) and before[-1].lower() in TITLES)


def _thing(name: Name, text: str) -> bool:
    """Say whether the article calls it "the ..." or gives it an "Inc.": no person then."""
    return any(
        form in text for form in (f"the {name.text}", f"The {name.text}", f"{name.text} Inc", f"{name.text} Corp")
    )


def _text(line: Line) -> str:
    return line.sentence.text

"""Questions about speakers: "Who said ...?", "What did X say about Y?"."""

import re

from bot.attribution.attribute import Attribution
from bot.attribution.text import words
from bot.attribution.words import ALL_VERBS, DETERMINERS, FOUND, PRONOUNS, ROLES, TITLES

_LONGEST = 1_000  # characters of a question that are read
_BESIDE = 60  # characters on either side of a name that say who that is
_NOT_ASKED = {"did", "term", "terms", "label", "labels", "hint", "vow"}
_VERBS = "|".join(sorted(ALL_VERBS - FOUND - _NOT_ASKED, key=len, reverse=True))
_ROLES = "|".join(sorted(ROLES | {"organisation", "organization", "country", "agency"}))
_WHO = re.compile(
    rf"^\W*(?:and |but |so |also )?(?:who|which (?:\w+ )?(?:{_ROLES})|whose (?:words|opinion|view|estimate|claim)\w*)"
    rf"\s+(?:else |also |\w+ly |has |had |have |does |do |did |is |was |are |were |first |the article |it |to ){{0,3}}"
    rf"(?:{_VERBS}|quoted|cited|quote|cite)\b"
    r"|^\W*(?:and )?(?:according to who|by whom|says who|whose (?:words|opinion|view|estimate|claim|figure)s?\b"
    r"|who gave|who made the (?:claim|estimate|statement|accusation)|who is the source|what is the source)",
    re.IGNORECASE,
)
_WHAT = re.compile(
    rf"\b(?:what|how|why|when|where|how many [\w\s]{{1,30}}?|how much [\w\s]{{0,30}}?)\s+"
    rf"(?:else\s+)?(?:did|does|do|has|have|had|would)\s+(?P<name>.{{1,80}}?)\s+"
    rf"(?:\w+ly\s+|also\s+|just\s+|to\s+)?(?:{_VERBS}|react|quoted|commented|think|say)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"\baccording to\s+(?P<name>[^,?.;]{1,80})", re.IGNORECASE)
_VIEW = re.compile(
    r"\b(?P<name>[A-Z][\w.\-]*(?: [A-Z][\w.\-]*){0,4})['’]s? (?:\w+ )?(?:view|opinion|estimate|claim|comment|statement|"
    r"reaction|reply|response|explanation|answer)s?\b"
)


def asks_for_speaker(question: str) -> bool:
    """Say whether the question wants a speaker: "Who estimates that?", "Who is quoted?"."""
    return bool(_WHO.search(question[:_LONGEST]))


def speaker_asked_for(question: str) -> str | None:
    """Give whose words the question wants, as it is written there: "Zelensky" in "What did Zelensky say?"."""
    question = question[:_LONGEST]
    for pattern in (_WHAT, _ACCORDING, _VIEW):
        if match := pattern.search(question):
            name = match["name"].strip(" \t\n'’\"“”")
            if (
                name
                and name.lower()
                not in {"who", "whom", "we", "you", "i", "it", "the article", "anyone", "people"} | PRONOUNS
            ):
                return name
    return None


def same_speaker(asked: str, attribution: Attribution, text: str) -> bool:
    """Say whether ``asked`` can mean the speaker: their name, or words that stand beside it in the article's ``text``.

    So "the mayor" and "NATO" mean the mayor and NATO's spokesperson by name.
    """
    wanted, given = _content(asked), _content(attribution.name)
    if not wanted or not given:
        return False
    if set(wanted) <= set(given) or set(given) <= set(wanted) or wanted[-1] == given[-1]:
        return True
    place = text.find(attribution.name)
    around = text[max(0, place - _BESIDE) : place + len(attribution.name) + _BESIDE]
    return place >= 0 and set(wanted) <= set(_content(around))


def speaker_score(question: str, attribution: Attribution | None, text: str) -> float:
    """Score how well a sentence's attribution suits the question, for use as evidence; ``text`` is the article's.

    Returns:
        1.0 where the question wants this speaker's words, or a speaker and there is one; -1.0 where it wants words of
        somebody else, or a speaker and there is none; 0.0 where it says nothing of speakers.
    """
    if asked := speaker_asked_for(question):
        return 1.0 if attribution is not None and same_speaker(asked, attribution, text) else -1.0
    if asks_for_speaker(question):
        return 1.0 if attribution is not None else -1.0
    return 0.0


def _content(name: str) -> list[str]:
    return [word.removesuffix("'s") for word in words(name) if word[0].isalnum() and word not in DETERMINERS | TITLES]

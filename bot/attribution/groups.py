"""Sentences by who says them: "Who is quoted?", "Who said what?"."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.attribution.attribute import Attribution, attribute_all
from corpus import Sentence


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker with all that is said by them, in text order."""

    name: str
    said: tuple[tuple[Sentence, Attribution], ...]


def group_by_speaker(sentences: Sequence[Sentence]) -> list[Voice]:
    """Group the sentences of one article that have a speaker, by speaker, in the order of their first words.

    ``sentences`` are all of the article's, in text order. Speakers are told apart by name as ``attribute`` gives it.
    """
    voices: dict[str, list[tuple[Sentence, Attribution]]] = {}
    names: dict[str, str] = {}
    for sentence, found in zip(sentences, attribute_all(sentences), strict=True):
        if found is not None:
            key = found.name.casefold().removeprefix("the ").removeprefix("a ").removeprefix("an ")
            names.setdefault(key, found.name)
            voices.setdefault(key, []).append((sentence, found))
    return [Voice(names[key], tuple(said)) for key, said in voices.items()]

"""Questions about speakers: "Who said ...?" is answered by what somebody says, "What did X say?" by what X says."""

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.attribution import Attribution, asks_for_speaker, speaker_asked_for, speaker_score
from bot.evidence import Evidence, EvidenceModel, weigh
from bot.reader.reader import Reading
from corpus import Sentence

# Sentences with the speaker asked for answer in place of all, if the best is so much as likely as the best of all.
SHARE = 0.5
# Words in quotation marks, as one asks whose they are; a single word may stand anywhere.
_QUOTED = re.compile(r"[\"“”„«‘]([^\"“”„«»]{5,300})[\"”“»’]")


def weigh_speakers(
    question: str,
    sentences: Sequence[Sentence],
    matrix: NDArray[np.float64],  # (n_sentences, n_features)
    model: EvidenceModel,
    best: dict[tuple[str, int], Reading] | None,
    said: Callable[[Sentence], Attribution | None],
) -> list[Evidence]:
    """Weigh sentences as ``weigh`` does; for a question about a speaker, those alone that have one who suits it.

    Where none has, or they answer much worse, all are weighed. Those that hold the words that the question quotes go
    before all others. ``said`` tells who says a sentence.
    """
    whole = weigh(sentences, matrix, model, best)
    if not whole or not (speaker_asked_for(question) or asks_for_speaker(question)):
        return whole
    holding = quoted_in(question, sentences)
    rows = holding or _suiting(question, sentences, [said(each) for each in sentences])
    if not rows:
        return whole
    suited = weigh([sentences[row] for row in rows], matrix[rows], model, best)
    return suited if holding or suited[0].probability >= SHARE * whole[0].probability else whole


def _suiting(question: str, sentences: Sequence[Sentence], said: Sequence[Attribution | None]) -> list[int]:
    """Give the places of the sentences whose speaker suits the question; by name, where somebody has that name."""
    pairs = zip(sentences, said, strict=True)
    rows = [row for row, (each, by) in enumerate(pairs) if speaker_score(question, by, each.article.text) > 0]
    asked = _plain(speaker_asked_for(question) or "").split()[-1:]
    named = [row for row in rows if (by := said[row]) and asked and asked[0] in _plain(by.name).split()]
    return named or rows


def quoted_in(question: str, sentences: Sequence[Sentence]) -> list[int]:
    """Give the places of the sentences that hold what the question quotes: two words or more in quotation marks."""
    found = _QUOTED.search(question)
    words = _plain(found[1]) if found else ""
    return [row for row, each in enumerate(sentences) if words in _plain(each.text)] if " " in words.strip() else []


def _plain(text: str) -> str:
    """Give the words alone, so that case and punctuation do not matter."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "

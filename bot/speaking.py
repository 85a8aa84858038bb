"""Questions about speakers: "Who said ...?" is answered by what somebody says, "What did X say?" by what X says."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.attribution import Attribution, asks_for_speaker, speaker_asked_for, speaker_score
from bot.evidence import Evidence, EvidenceModel, weigh
from bot.reader.reader import Reading
from corpus import Sentence

# Sentences with the speaker asked for answer in place of all, if the best is so much as likely as the best of all.
SHARE = 0.5


def weigh_speakers(
    question: str,
    sentences: Sequence[Sentence],
    matrix: NDArray[np.float64],  # (n_sentences, n_features)
    model: EvidenceModel,
    best: dict[tuple[str, int], Reading] | None,
    said: Callable[[Sentence], Attribution | None],
) -> list[Evidence]:
    """Weigh sentences as ``weigh`` does; for a question about a speaker, those alone that have one who suits it.

    Where none has, or they answer much worse, all are weighed. ``said`` tells who says a sentence.
    """
    whole = weigh(sentences, matrix, model, best)
    if not whole or not (speaker_asked_for(question) or asks_for_speaker(question)):
        return whole
    rows = [row for row, each in enumerate(sentences) if speaker_score(question, said(each), each.article.text) > 0]
    if not rows:
        return whole
    suited = weigh([sentences[row] for row in rows], matrix[rows], model, best)
    return suited if suited[0].probability >= SHARE * whole[0].probability else whole

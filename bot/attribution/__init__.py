"""Who said it: the speaker of a sentence, by rule."""

from bot.attribution.attribute import PART, Attribution, attribute, attribute_all, attribute_part
from bot.attribution.questions import asks_for_speaker, same_speaker, speaker_asked_for, speaker_score
from bot.attribution.stance import is_hedged, is_negated

__all__ = [
    "PART",
    "Attribution",
    "asks_for_speaker",
    "attribute",
    "attribute_all",
    "attribute_part",
    "is_hedged",
    "is_negated",
    "same_speaker",
    "speaker_asked_for",
    "speaker_score",
]

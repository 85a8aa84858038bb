"""Who said it: the speaker of a sentence, by rule."""

from bot.attribution.attribute import Attribution, attribute
from bot.attribution.stance import is_hedged, is_negated

__all__ = ["Attribution", "attribute", "is_hedged", "is_negated"]

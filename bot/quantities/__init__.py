"""Numbers, units and dates in a sentence, typed."""

from bot.quantities.compare import bounds
from bot.quantities.find import quantities
from bot.quantities.quantity import KINDS, Kind, Quantity
from bot.quantities.questions import wanted_kinds

__all__ = ["KINDS", "Kind", "Quantity", "bounds", "quantities", "wanted_kinds"]

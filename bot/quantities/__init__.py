"""Numbers, units and dates in a sentence, typed."""

from bot.quantities.compare import Valued, bounds, conflicting_values, values_of_kind
from bot.quantities.find import quantities
from bot.quantities.quantity import KINDS, Kind, Quantity
from bot.quantities.questions import quantity_score, wanted_kind, wanted_kinds

__all__ = [
    "KINDS",
    "Kind",
    "Quantity",
    "Valued",
    "bounds",
    "conflicting_values",
    "quantities",
    "quantity_score",
    "values_of_kind",
    "wanted_kind",
    "wanted_kinds",
]

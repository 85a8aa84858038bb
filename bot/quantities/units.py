"""Words that say what a number counts or measures."""


def _both(words: str) -> dict[str, str]:
    """Give each word and its plural, both with the singular."""
    singular = {word: word for word in words.split()}
    return singular | {word + "s": word for word in singular}


MONEY = _both("dollar euro pound crown franc rouble ruble rupee peso krona cent dinar shekel dirham") | {
    word: word for word in ("yen", "yuan", "kronor", "sterling", "pence")
}  # fmt: skip
SIGNS = {"$": "dollar", "£": "pound", "€": "euro", "¥": "yen"}
DURATION = _both("second minute hour day week month year decade century night") | {"centuries": "century"}
MEASURE = _both(
    "metre meter kilometre kilometer millimetre millimeter centimetre centimeter mile inch yard kilogram kilogramme "
    "gram gramme milligram tonne ton litre liter gallon degree hectare acre megawatt gigawatt kilowatt volt watt knot"
) | {"feet": "foot", "foot": "foot", "inches": "inch", "km": "kilometre", "kg": "kilogram", "mph": "mile an hour",
     "cm": "centimetre", "mm": "millimetre"}  # fmt: skip
PERCENT = ("%", "percent", "per cent", "pct")
# Words before a number, longest first, and how they mean it.
BOUNDS = {
    "no more than": "at most", "not more than": "at most", "no fewer than": "at least", "no less than": "at least",
    "not less than": "at least", "as many as": "at most", "as much as": "at most", "more than": "at least",
    "less than": "at most", "fewer than": "at most", "at least": "at least", "at most": "at most", "up to": "at most",
    "an estimated": "about", "approximately": "about", "roughly": "about", "around": "about", "nearly": "about",
    "almost": "about", "about": "about", "some": "about", "over": "at least", "under": "at most",
}  # fmt: skip
# Words that end what is counted.
_NO_UNIT = (
    "of in on at to from for by with and or but is are was were has have had who which that than as a an the more less "
    "per into over under between after before since until so if when while because do does did will would can could "
    "may might not no years later ago earlier about out up down off against through during without within said"
)
NO_UNIT = frozenset(_NO_UNIT.split())

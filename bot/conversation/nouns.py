"""The nouns, names' words and adjectives that the rules for what a question speaks of read."""

from bot.attribution.words import FEMALE, MALE, ROLES


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What a person may be called by.
PEOPLE = (
    (ROLES - _set("operator newspaper group police survivor"))
    | MALE
    | FEMALE
    | _set("artist author boss candidate ceo executive hero inventor person politician singer suspect victim winner")
    | _set(
        "admiral apprentice athlete attacker baby baker bishop boxer bride burglar champion child climber composer "
        "conductor cook councillor councilwoman critic customer cyclist dealer defendant deputy detective firefighter "
        "fisherman general groom guard guest gunman hiker hostage inspector jockey journalist killer monk murderer "
        "musician nun opponent painter paramedic patient pensioner pharmacist photographer pianist poet pope "
        "predecessor priest prisoner pupil rabbi referee refugee reporter rescuer rival robber runner sailor sergeant "
        "shooter skipper smuggler student successor surgeon survivor swimmer teenager tenant thief tourist treasurer "
        "volunteer writer"
    )
)
# Nouns that mean several without an s at their end.
MANY = _set(
    "army band board children company council crew family forces government group media men ministers officials "
    "people police public staff team troops women"
)
# Nouns for places, and words that mark a name as a place's.
LOCAL = _set(
    "area bridge building church city country county hospital house island lake mountain museum park port "
    "province region river school square stadium state station street town university village"
)
NAMED_PLACES = _set("port airport cape fort island islands lake mount mountains park province region river square")
# Nouns that nothing said later points to.
NO_ANTECEDENT = _set(
    "amount anything article date day detail details everything fact facts figure information kind lot month "
    "more name nothing number part percentage reason share something sort story text thing things time type way "
    "year"
)
# At the end of what looks like a noun phrase these are what is asked of it: "was the album successful".
ADJECTIVE_ENDS = ("ful", "ous", "able", "ible", "less", "ular", "ical")
ADJECTIVES = _set(
    "alive bad better big bigger certain clear closed controversial dead different effective free full good "
    "guilty high higher hurt ill important low lower new old open ready real right safe small sure true worse "
    "wrong"
)
# "That company" is one named before, of this kind.
CLASSES = {
    **dict.fromkeys(
        _set("company firm organisation organization agency group ministry bank union party team band club university"),
        "group",
    ),
    **dict.fromkeys(_set("country city town place area region village state island"), "place"),
    **dict.fromkeys(_set("man woman person minister president leader official author politician"), "person"),
}

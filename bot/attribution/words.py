"""The English word lists that the rules of attribution read: reporting verbs by mode, hedges, negators, titles."""


def _forms(*verbs: str) -> frozenset[str]:
    """Give the forms of each verb: written out after it ("tell tells told telling"), else by the regular rule."""
    forms: set[str] = set()
    for verb in verbs:
        given = verb.split()
        stem = given[0]
        if len(given) > 1:
            forms.update(given)
        elif stem.endswith("e"):
            forms.update({stem, stem + "s", stem + "d", stem[:-1] + "ing"})
        elif stem.endswith("y") and stem[-2] not in "aeou":
            forms.update({stem, stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing"})
        else:
            plural = "es" if stem.endswith(("s", "sh", "ch")) else "s"
            forms.update({stem, stem + plural, stem + "ed", stem + "ing"})
    return frozenset(forms)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Verbs that report by themselves, whatever follows.
SAID = _forms(
    "say says said saying", "tell tells told telling", "add", "note", "state", "reply", "comment", "remark", "affirm",
    "confirm", "acknowledge", "admit admits admitted admitting", "concede", "mention", "warn", "testify", "announce",
    "stress", "emphasise", "emphasize", "complain", "reiterate", "caution", "conclude",
)  # fmt: skip
# Verbs that report only with what is said after them: "that ...", "whether ..." or a quotation.
SAID_WITH_CONTENT = _forms(
    "ask", "answer", "write writes wrote written writing", "promise", "pledge", "vow", "declare", "explain", "recall",
    "respond", "repeat", "joke", "agree", "reveal", "disclose", "continue", "urge", "shout", "recount", "insist",
    "hint", "boast",
)  # fmt: skip
# Verbs that report only with a quotation: "called the result “...”".
SAID_WITH_QUOTE = _forms("call", "describe", "characterise", "characterize", "term", "label", "speak speaks spoke")
CLAIMED = _forms("claim", "allege", "insist", "argue", "maintain", "assert", "contend", "accuse", "blame")
DENIED = _forms("deny", "reject", "dispute", "dismiss", "refute", "contradict")
ESTIMATED = _forms(
    "estimate", "expect", "believe", "think thinks thought thinking", "predict", "suspect", "fear", "reckon",
    "forecast forecasts forecasting", "suggest",
)  # fmt: skip
REPORTED = _forms("report")
# Found that, showed that: only what searches or counts can be their subject.
FOUND = frozenset({"found", "finds", "showed", "shows"})
FINDERS = frozenset({"survey", "study", "poll", "report", "inquiry", "investigation", "audit", "researchers", "review"})
# Verbs that report only before "that", "to" or a quotation, or as a tag: "claimed the land" reports nothing.
STRICT = _forms("claim", "maintain", "assert", "suggest", "reveal", "conclude")
MODALS = frozenset({"can", "could", "may", "might", "must", "should", "shall", "will", "would"})
# Participles that go on in the subject's voice: "..., saying that".
GOING_ON = _set("saying adding telling noting stating warning arguing claiming insisting stressing")
PUT = frozenset({"put", "puts"})
# Forms that are nouns as often as verbs.
NOUNS_TOO = _set(
    "claim claims report reports estimate estimates state states comment comments forecasts reply answer "
    "fear fears note notes promise promises dispute disputes remark remarks pledge pledges call calls say warning "
    "caution stress thought thinking saying term terms label labels joke shout vow hint question"
)
MODES = {
    **dict.fromkeys(SAID | SAID_WITH_CONTENT | SAID_WITH_QUOTE, "said"),
    **dict.fromkeys(ESTIMATED, "estimated"),
    **dict.fromkeys(CLAIMED, "claimed"),
    **dict.fromkeys(DENIED, "denied"),
    **dict.fromkeys(REPORTED | FOUND, "reported"),
    **dict.fromkeys(PUT, "estimated"),
    "view": "estimated",
    "views": "estimated",
}
ALL_VERBS = frozenset(MODES) | {"welcomed", "wants", "hopes", "did", "thanked"}

PASSIVE = frozenset({"is", "are", "was", "were", "be", "been", "being", "gets", "got"})
AUXILIARIES = PASSIVE | _set("has have had do does did will would can could may might must should shall")
NEGATORS = _set(
    "not no never none nobody nothing neither nor cannot nowhere can't won't don't doesn't didn't isn't aren't wasn't "
    "weren't wouldn't couldn't shouldn't hasn't haven't hadn't mustn't mightn't ain't"
)
# Between a subject and its verb.
BETWEEN = _set(
    "has have had also now later then again however often once himself herself itself themselves still already so far "
    "since only both all each would will just too even soon first yesterday today nonetheless nevertheless further "
    "instead"
)
HEDGES = _set(
    "might may could perhaps maybe possibly probably likely unlikely apparently reportedly allegedly supposedly "
    "presumably purportedly seem seems seemed unclear uncertain rumoured rumored"
)
_THOUGHT = ("said to", "thought to", "believed to", "understood to")
HEDGE_PHRASES = (
    "remains to be seen", "remain to be seen", "not clear", "not certain", "not yet clear", "is disputed",
    "are disputed", "appear to", "appears to", "appeared to", "appears that", "appeared that",
    *(f"{was} {thought}" for was in ("is", "are", "was", "were") for thought in _THOUGHT),
)  # fmt: skip

PRONOUNS = frozenset({"he", "she", "it", "they"})
NOT_SPEAKERS = _set(
    "i we you who which that what there this these those everyone everybody nobody neither none someone anyone one "
    "whoever"
)
DETERMINERS = _set("the a an its his her their this that these those our my your every some any")
PREPOSITIONS = _set(
    "in on at of from for by with about after before during under over near against into to without since until "
    "within outside inside between among through around across"
)
# A clause that begins with one of these says something on the side; its verb does not report the sentence.
SUBORDINATORS = _set("that which whom whose where when because since after before if as than what until unless")
JOINERS = _set("and but or while although though whereas yet so")
TIMES = _set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december jan. feb. mar. apr. jun. jul. aug. sept. sep. oct. nov. dec. last next week "
    "month year earlier later yesterday today"
)
# Words before a name that are no part of it.
TITLES = _set(
    "mr mr. mrs mrs. ms ms. dr dr. prof prof. professor sir lady lord dame judge justice chief executive officer "
    "minister prime president vice premier chancellor secretary governor mayor senator congressman congresswoman "
    "ambassador general gen. colonel col. captain capt. lieutenant lt. sergeant sgt. major maj. admiral adm. commander "
    "commissioner inspector detective constable prosecutor nurse coach director chairman chairwoman chair speaker king "
    "queen prince princess pope bishop archbishop cardinal rev. reverend father sister gov. sen. rep. st. defence "
    "defense finance foreign transport health energy education interior opposition substitute king's attorney counsel "
    "spokesman spokeswoman spokesperson"
)
# Words that mark a name as an organisation, a place or a thing.
ORGANISATIONS = _set(
    "inc inc. corp corp. ltd ltd. co co. plc llc bank university agency ministry group party union council institute "
    "foundation lines times courier post news federation association authority service services office department "
    "court school club committee company companies partners street road strait bay island city house press radio "
    "parliament congress government nations front bureau centre center college hospital team united rovers port war "
    "water homes net daily tribune herald journal airlines airways motors bros holdings"
)
# Verbs whose short forms need "that" or a quotation: "the state", "the report".
SHORT = _set("state states report reports note notes fear fears remark remarks comment comments")
# Nouns for what speaks though it is no person.
SOURCES = _set(
    "agency ministry union company government report survey study indictment newspaper association brigade navy army "
    "police office department court council committee commission board party opposition regulator bank institute "
    "university school hospital authority service services team statement letter source sources documents document "
    "federation club firm group yard owners crew side defence prosecution lawyers officials media reports website "
    "poll audit inquiry lawsuit complaint filing intelligence administration parliament institution magazine family "
    "families industry union's embassy kremlin sheriff's coroner findings figures data statistics records brochure "
    "rumours legend tradition witnesses experts analysts residents review treaty law constitution"
)
# Nouns for a person by what they do: "he said" may mean "the ship's agent", and a name may follow.
ROLES = _set(
    "agent spokesman spokeswoman spokesperson officer official deckhand farmer lawyer minister leader chief president "
    "coach captain goalkeeper director analyst economist scientist researcher expert engineer mayor governor judge "
    "doctor nurse teacher manager owner founder organiser organizer chairman chairwoman secretary head adviser advisor "
    "commander resident witness survivor mother father prosecutor editor author co-author professor historian "
    "archaeologist architect player striker defender maker group operator newspaper pollster police neighbour "
    "diplomat senator driver worker clerk passenger pilot soldier"
)
# Nouns that tell a man, and a woman.
MALE = _set("actor boy brother chairman father husband king man mr mr. prince sir son spokesman uncle")
FEMALE = _set(
    "actress aunt chairwoman congresswoman daughter girl lady mother mrs mrs. ms ms. princess queen sister "
    "spokeswoman widow wife woman"
)

"""The English word lists that the rules for follow-ups read: verbs and their forms, places, given names, pointers."""

from bot.attribution.words import ALL_VERBS


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


WH = _set("who whom whose what which when where why how who's what's where's when's how's why's")
ADVERBIAL = _set("when where why how")
DO = _set("do does did don't doesn't didn't")
BE = _set("is are was were isn't aren't wasn't weren't")
AUXILIARIES = DO | BE | _set(
    "am has have had hasn't haven't hadn't can could will would shall should may might must can't couldn't won't "
    "wouldn't shouldn't"
)  # fmt: skip
PREPOSITIONS = _set(
    "in on at of from for by with about after before during under over near against into to without since until "
    "within outside inside between among through around across towards toward along behind beyond than as like per "
    "despite beside above below onto upon regarding concerning"
)
DETERMINERS = _set(
    "the a an its his her their this that these those our my your every some any no each another both all many most"
)
JOINERS = _set("and but or so because if when while although though that who which whom where whether")
# Words that are neither the head of a noun phrase nor a verb.
ADVERBS = _set(
    "also ever now then still already again just only even soon yet else too not never really actually exactly "
    "currently initially originally finally first later earlier afterwards so far away ago together instead there here "
    "once often usually always publicly reportedly today yesterday tomorrow more less much very"
)
TIMES = _set(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december spring summer autumn winter morning afternoon evening night week month year "
    "day hour decade century weekend yesterday today tomorrow now then earlier later ago before after last next "
    "previous following quarter minute days weeks months years hours minutes decades noon midnight season"
)
ORDINALS = _set("first second third fourth fifth last next previous other")
HE = _set("he him his himself")
SHE = _set("she her hers herself")
IT = _set("it its itself")
THEY = _set("they them their theirs themselves")
POSSESSIVE = _set("his her its their theirs hers whose")
PRONOUNS = HE | SHE | IT | THEY
POINTERS = _set("this that these those")
INDEFINITE = _set("anyone anybody someone somebody everyone everybody anything something there any")
# Verbs after which "it" stands for nothing: the weather, and "is it true that ...".
EMPTY_IT = _set(
    "true clear possible likely important necessary known unclear raining snowing rain snow worth better "
    " take takes mean determined"
)

_IRREGULAR = """
be was been|become became become|begin began begun|bring brought brought|build built built|buy bought bought|
catch caught caught|choose chose chosen|come came come|cost cost cost|cut cut cut|do did done|draw drew drawn|
drive drove driven|eat ate eaten|fall fell fallen|feel felt felt|fight fought fought|find found found|fly flew flown|
get got got|give gave given|go went gone|grow grew grown|have had had|hear heard heard|hide hid hidden|hit hit hit|
hold held held|keep kept kept|know knew known|lay laid laid|lead led led|learn learnt learnt|leave left left|
lend lent lent|let let let|lie lay lain|lose lost lost|make made made|mean meant meant|meet met met|pay paid paid|
put put put|read read read|ride rode ridden|rise rose risen|run ran run|say said said|see saw seen|sell sold sold|
send sent sent|set set set|shoot shot shot|show showed shown|shut shut shut|sing sang sung|sink sank sunk|
sit sat sat|speak spoke spoken|spend spent spent|spread spread spread|stand stood stood|steal stole stolen|
strike struck struck|swear swore sworn|take took taken|teach taught taught|tell told told|think thought thought|
throw threw thrown|understand understood understood|wear wore worn|win won won|write wrote written|
burn burnt burnt|blow blew blown|dig dug dug|feed fed fed|flee fled fled|forget forgot forgotten|freeze froze frozen|
hang hung hung|shake shook shaken|sleep slept slept|sweep swept swept|swim swam swum|tear tore torn|split split split|
overturn overturned overturned|withdraw withdrew withdrawn|undergo underwent undergone|break broke broken
"""
PAST = {
    form: base
    for line in _IRREGULAR.replace("\n", "").split("|")
    for base, past, participle in [line.split()]
    for form in (past, participle)
}
PARTICIPLES = frozenset(line.split()[2] for line in _IRREGULAR.replace("\n", "").split("|"))
_REGULAR = _set(
    "accept accuse achieve act add admit affect agree aim allow announce appeal appear apply approve arrest arrive ask "
    "attack attempt attend avoid award ban believe blame block call cancel carry cause celebrate change charge claim "
    "close collapse collect complete confirm consider contain continue contribute control convict cover crash create "
    "criticise criticize damage deal decide declare decline decrease defend delay deliver deny deploy describe destroy "
    "develop die disappear discover discuss dismiss drop earn elect employ end escape estimate evacuate exist expand "
    "expect explain explode export express face fail finance finish fire flee flood follow force form found gain "
    "happen harm help hire hope hurt identify improve include increase injure inspect invest investigate invite issue "
    "join jump kill land last launch like live look lower manage marry mention miss move need note occur offer open "
    "operate order organise organize own participate pass perform plan play plead prepare prevent produce promise "
    "propose protest prove provide publish pull push qualify question raise reach react receive recommend record "
    "recover reduce refuse reject release remain remove repair replace reply report represent request require rescue "
    "resign respond retire return reveal save score search seek seem sentence separate serve settle sign start stay "
    "stop study suffer suggest supply support suspect target test testify threaten trade train travel treat try turn "
    "use value visit vote wait want warn wish work worry wound adopt belong born lift name oppose acquire advise"
)


def _regular_forms(base: str) -> set[str]:
    if base.endswith("e"):
        return {base, base + "s", base + "d", base[:-1] + "ing"}
    if base.endswith("y") and base[-2] not in "aeou":
        return {base, base[:-1] + "ies", base[:-1] + "ied", base + "ing"}
    plural = "es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s"
    return {base, base + plural, base + "ed", base + "ing", base + base[-1] + "ed", base + base[-1] + "ing"}


BASES = _REGULAR | frozenset(PAST.values())
_GOING = frozenset(
    form for base in PAST.values() for form in (base + "ing", base[:-1] + "ing", base + base[-1] + "ing")
)
_FORMS = {form: base for base in sorted(_REGULAR) for form in _regular_forms(base)} | PAST
VERBS = (
    frozenset(_FORMS)
    | BASES
    | _GOING
    | frozenset(base + "s" for base in BASES)
    | (ALL_VERBS - {"term", "terms", "call"})
)


def is_verb(low: str) -> bool:
    """Say whether a lower-case word is a verb as often as not."""
    return low in VERBS or (len(low) > 4 and low.endswith("ed"))


def base_form(low: str) -> str:
    """Give the infinitive of a verb's form; the form itself where no rule is sure."""
    if low in _FORMS:
        return _FORMS[low]
    return low[:-1] if low.endswith("s") and not low.endswith("ss") else low


PLACES = _set(
    "afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain bangladesh belarus "
    "belgium bolivia bosnia brazil bulgaria cambodia cameroon canada chad chile china colombia congo croatia cuba "
    "cyprus czechia denmark ecuador egypt england estonia ethiopia europe africa asia america finland france georgia "
    "germany ghana greece guatemala haiti honduras hungary iceland india indonesia iran iraq ireland israel italy "
    "jamaica japan jordan kazakhstan kenya korea kosovo kuwait laos latvia lebanon libya lithuania luxembourg "
    "malaysia mali malta mexico moldova mongolia morocco mozambique myanmar nepal netherlands nicaragua niger nigeria "
    "norway oman pakistan palestine panama peru philippines poland portugal qatar romania russia rwanda scotland "
    "senegal serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tanzania thailand "
    "tunisia turkey uganda ukraine uruguay uzbekistan venezuela vietnam wales yemen zambia zimbabwe u.s. us usa uk "
    "britain london paris rome berlin moscow beijing tokyo seoul pyongyang kyiv kiev kursk vladivostok washington "
    "brussels geneva madrid lisbon vienna prague warsaw athens cairo delhi mumbai istanbul ankara tehran baghdad gaza "
    "jerusalem dubai sydney melbourne toronto chicago boston california texas florida siberia crimea"
)
COMPASS = _set("north south east west new united saint san los las great upper lower central")
_DEMONYM_ENDS = ("ian", "ean", "ish", "ese", "ican", "eli", "aqi", "ani")
_DEMONYMS = _set("french dutch german greek swiss czech norman thai turk swede american european northern southern "
                 "eastern western")  # fmt: skip


def is_demonym(low: str) -> bool:
    """Say whether a word such as "korean" says where something is from."""
    return (low.endswith(_DEMONYM_ENDS) or low in _DEMONYMS) and low not in PLACES and len(low) > 4


MEN = _set(
    "james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark "
    "donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary "
    "nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank alexander raymond patrick "
    "jack dennis jerry tyler aaron jose adam henry nathan douglas peter zachary walter kyle harold carl jeremy keith "
    "roger arthur terry lawrence sean albert joe ethan austin jesse willie billy bryan bruce ralph roy noah eugene "
    "victor vladimir lloyd martin louis philip simon tom tim jim bob bill mike dan ben sam alex max leo oscar hugo "
    "ivan boris sergei dmitri volodymyr jan hans karl otto pierre jean luca marco antonio carlos juan luis pedro omar "
    "ali ahmed mohammed hassan ibrahim kim ravi raj arjun hiroshi kenji wei rex neil stan ray harry fred alan ian"
)
WOMEN = _set(
    "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley "
    "kimberly emily donna michelle carol amanda melissa deborah stephanie dorothy rebecca sharon laura cynthia amy "
    "kathleen angela shirley brenda emma anna pamela nicole samantha katherine christine helen debra rachel carolyn "
    "janet maria catherine heather diane olivia julie joyce victoria ruth virginia lauren kelly christina joan evelyn "
    "judith andrea hannah jacqueline martha gloria teresa sara janice marie julia grace judy theresa beverly denise "
    "marilyn amber danielle rose brittany diana abigail natalie jane lori alice sophia sophie claire charlotte lucy "
    "eva elena irina olga natasha ursula ingrid astrid freya greta farah fatima aisha leila yuki mei priya ananya nina "
    "ella mia chloe zoe kate katie anne ann ellen susanna edith ida nora clara mae"
)

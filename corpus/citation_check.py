"""Does a citation still hold? The quote is looked for in the versions of its article."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus.article import Article, Sentence
from corpus.errors import NoSuchArticleError
from corpus.library.types import LibraryStore

Status = Literal["valid", "moved", "changed", "gone", "unknown"]

_LOOKED_AT = 2_000  # sentences of the current version, the nearest, that are compared by the letters they have
_COMPARED = 50  # of these, the likeliest, that are compared letter by letter
_LEAST_ALIKE = 0.4  # of difflib's ratio, 0 to 1: a sentence less alike is another one


@dataclass(frozen=True, slots=True)
class CitedQuote:
    """What a citation says: this quote (not a blank one) stands there, in that version of that article."""

    article_id: str
    fingerprint: str
    version: int
    start: int  # code points into the version's text, end exclusive
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Version:
    """An article's version, with its sentences."""

    article: Article
    sentences: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class CitationCheck:
    """What became of a citation.

    ``valid``: the article's current version has the quote at that place. ``moved``: it has it at another place,
    ``place``. ``changed``: only an older version has it; ``before`` is the sentence there, ``after`` the one that
    stands for it now, if one is like it. ``gone``: the article is not there. ``unknown``: no version has the quote.
    """

    cited: CitedQuote
    status: Status
    title: str | None = None  # of the current version; None where the article is gone
    version: int | None = None  # the current one
    place: Sentence | None = None  # the quote's in the current version, where it holds or moved; see ``Sentence``
    before: Sentence | None = None  # in the version that ``before.article`` is
    after: Sentence | None = None  # in the current version

    @property
    def holds(self) -> bool:
        """Whether the article still says it."""
        return self.status in ("valid", "moved")


def check_citation(store: LibraryStore, cited: CitedQuote) -> CitationCheck:
    """Check a citation against the library.

    Raises:
        StoredDataError: the library cannot be read.
    """
    try:
        numbers = [summary.version for summary in store.versions(cited.article_id)]
        stored = [store.get(cited.article_id, number) for number in numbers]
    except NoSuchArticleError:  # also: taken out between the two questions
        return CitationCheck(cited, "gone")
    return check_against([Version(one.article, one.sentences) for one in stored], cited)


def check_against(versions: Sequence[Version], cited: CitedQuote) -> CitationCheck:
    """Check a citation against all the versions of its article, the oldest first; at least one."""
    current = versions[-1]
    title, number = current.article.title, current.article.version
    home, place = _home(versions, cited)
    if home is None:
        return CitationCheck(cited, "unknown", title, number)
    start, end = place
    if home is not current:
        before = _enclosing(home, start, end)
        there = _nearest_whole(current, before.text, before.start)
        if there is None:
            after = _successor(current, before)
            return CitationCheck(cited, "changed", title, number, before=before, after=after)
        start, end = there.start + start - before.start, there.start + end - before.start
    status: Status = "valid" if (start, end) == (cited.start, cited.end) else "moved"
    sentence = _enclosing(current, start, end)
    return CitationCheck(cited, status, title, number, Sentence(current.article, sentence.index, start, end))


def _home(versions: Sequence[Version], cited: CitedQuote) -> tuple[Version | None, tuple[int, int]]:
    """Give the version that the quote is from and its place there.

    The version that the citation names comes first; then the newest that has the quote as whole sentences; then the
    newest that has it at all.
    """
    named = [version for version in versions if version.article.fingerprint == cited.fingerprint]
    newest = versions[::-1]
    for version in named:
        if place := _nearest(version, cited, whole=False):
            return version, place
    for whole in (True, False):
        for version in newest:
            if place := _nearest(version, cited, whole=whole):
                return version, place
    return None, (0, 0)


def _nearest(version: Version, cited: CitedQuote, *, whole: bool) -> tuple[int, int] | None:
    """Give the quote's place in a version that is nearest to the cited one."""
    text, quote = version.article.text, cited.quote
    if whole:
        found = _nearest_whole(version, quote, cited.start)
        return (found.start, found.end) if found else None
    places = (text.find(quote, cited.start), text.rfind(quote, 0, cited.start + len(quote)))
    start = min((place for place in places if place >= 0), key=lambda place: abs(place - cited.start), default=None)
    return None if start is None else (start, start + len(quote))


def _nearest_whole(version: Version, quote: str, near: int) -> Sentence | None:
    """Give the run of whole sentences that reads ``quote`` and starts nearest to ``near``."""
    text, ends = version.article.text, {sentence.end for sentence in version.sentences}
    whole = [
        sentence
        for sentence in version.sentences
        if sentence.start + len(quote) in ends and text.startswith(quote, sentence.start)
    ]
    first = min(whole, key=lambda sentence: abs(sentence.start - near), default=None)
    return first and Sentence(version.article, first.index, first.start, first.start + len(quote))


def _enclosing(version: Version, start: int, end: int) -> Sentence:
    """Give the run of whole sentences around a span, as one."""
    touched = [sentence for sentence in version.sentences if sentence.end > start and sentence.start < end]
    return Sentence(version.article, touched[0].index, min(touched[0].start, start), max(touched[-1].end, end))


def _successor(current: Version, before: Sentence) -> Sentence | None:
    """Give the sentence of the current version that stands for ``before``: the most alike, of equals the nearest."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(before.text)

    def distance(sentence: Sentence) -> int:
        return abs(sentence.start - before.start)

    def quick(sentence: Sentence) -> float:
        matcher.set_seq1(sentence.text)
        return matcher.quick_ratio()

    near = sorted(current.sentences, key=distance)[:_LOOKED_AT]
    likely = sorted(near, key=lambda sentence: (-quick(sentence), distance(sentence)))[:_COMPARED]
    best: Sentence | None = None
    best_ratio = _LEAST_ALIKE
    for sentence in likely:
        matcher.set_seq1(sentence.text)
        ratio = matcher.ratio()
        if ratio > best_ratio:
            best, best_ratio = sentence, ratio
    return best

"""From a cited place back to the sentence: read from the library when it is shown, never kept beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpus.article import Article, Sentence
from corpus.citation_check import CitedQuote, Version, check_against
from corpus.default_article import default_article
from corpus.errors import NoSuchArticleError
from corpus.library.talk import CitedPlace
from corpus.library.types import LibraryStore
from corpus.sentences import split_sentences

PlaceStatus = Literal["valid", "moved", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A cited place, and what the library has there.

    ``valid``: the article's current version has the sentence at that place. ``moved``: it has it elsewhere, ``now``.
    ``changed``: only an older version has it; ``now`` is the sentence that stands for it, if one is like it. ``gone``:
    the article is not there, nor is any of its words.
    """

    place: CitedPlace
    status: PlaceStatus
    sentence: Sentence | None = None  # as it was quoted, in its version; None when gone
    now: Sentence | None = None  # in the current version; None where none stands for it

    @property
    def holds(self) -> bool:
        """Whether the article still says it."""
        return self.status in ("valid", "moved")

    @property
    def article(self) -> Article | None:
        """The version that was quoted; None when gone."""
        return self.sentence.article if self.sentence else None

    @property
    def quote(self) -> str | None:
        """The sentence, verbatim; None when gone."""
        return self.sentence.text if self.sentence else None

    @property
    def answer(self) -> str:
        """The words of it that answer; empty where they are not known, and when gone."""
        span = self.place.answer_span
        return self.sentence.article.text[slice(*span)] if self.sentence and span else ""


@cache
def shipped(article_id: str) -> Version | None:
    """Give the article that ships with the program, where that is the id."""
    article = default_article()
    return Version(article, split_sentences(article)) if article.id == article_id else None


class Quotes:
    """Reads cited places, each article once: make one for what is shown at one time."""

    def __init__(self, store: LibraryStore | None, beside: Callable[[str], Version | None] = shipped) -> None:
        """Read from ``store``, and what is not there from what ``beside`` gives for an article's id."""
        self._store, self._beside = store, beside
        self._current: dict[str, Version | None] = {}
        self._all: dict[str, Sequence[Version]] = {}

    def of(self, place: CitedPlace) -> Quoted:
        """Give what stands at ``place``.

        Raises:
            StoredDataError: the library cannot be read.
        """
        current = self._current_version(place.article_id)
        for version in (current, self._beside(place.article_id)):
            if version is not None and version.article.fingerprint == place.fingerprint:
                there = _at(version, place)
                return Quoted(place, "valid", there, there) if there else Quoted(place, "gone")
        versions = self._versions(place.article_id) if current else ()
        home = next((version for version in versions if version.article.fingerprint == place.fingerprint), None)
        there = _at(home, place) if home else None
        if there is None:
            return Quoted(place, "gone")
        named = (place.article_id, place.fingerprint, place.version, place.start, place.end)
        check = check_against(versions, CitedQuote(*named, there.text))
        if check.holds:
            return Quoted(place, "valid" if check.status == "valid" else "moved", there, check.place)
        return Quoted(place, "changed", there, check.after)

    def find(self, article_id: str, fingerprint: str, start: int, end: int) -> Sentence | None:
        """Give the sentence with just that span, in the version of that fingerprint; None where there is none.

        Raises:
            StoredDataError: the library cannot be read.
        """
        current = self._current_version(article_id)
        for version in (current, self._beside(article_id), *(self._versions(article_id) if current else ())):
            if version is not None and version.article.fingerprint == fingerprint:
                return next((one for one in version.sentences if (one.start, one.end) == (start, end)), None)
        return None

    def _current_version(self, article_id: str) -> Version | None:
        if self._store is not None and article_id not in self._current:
            try:
                stored = self._store.get(article_id)
                self._current[article_id] = Version(stored.article, stored.sentences)
            except NoSuchArticleError:
                self._current[article_id] = None
        return self._current.get(article_id)

    def _versions(self, article_id: str) -> Sequence[Version]:
        if self._store is not None and article_id not in self._all:
            try:
                numbers = [summary.version for summary in self._store.versions(article_id)]
                stored = [self._store.get(article_id, number) for number in numbers]
            except NoSuchArticleError:  # taken out meanwhile
                stored = []
            self._all[article_id] = [Version(one.article, one.sentences) for one in stored]
        return self._all.get(article_id, ())


def _at(version: Version, place: CitedPlace) -> Sentence | None:
    """Give the sentence at a place of a version; None where the version has no such place."""
    if place.end > len(version.article.text):
        return None
    return Sentence(version.article, place.sentence_index, place.start, place.end)

"""What the list shows: articles by title and filter from the library, passages by what their text says from the bot."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.bot import Bot
from bot.question import check_question
from corpus.errors import NoSuchArticleError, QuestionError
from corpus.library.shelves import ShelfStore
from corpus.library.types import ArticleSummary, Filter
from index.filtering import fits
from index.types import ArticleFacts, Hit
from web.library.wanted import Wanted
from web.served_library import ServedLibrary

PAGE = 50  # articles of a page
MOST_HITS = 10  # passages that are shown for a search
MOST_NEAR = 3  # of them that share no word with it


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list.

    ``articles`` are those whose title has the words, or all where none are searched for; ``hits`` the passages nearest
    to the words, on the first page; ``originals`` the titles of what the page's duplicates repeat, by id.
    """

    total: int
    articles: Sequence[ArticleFacts]
    originals: Mapping[str, str]
    hits: Sequence[Hit] = ()
    search_error: str = ""

    @property
    def pages(self) -> int:
        """How many pages there are; one at least."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the library holds as a whole: counts by collection, source and language. Empty: the bot's own articles."""

    articles: int = 0
    collections: Mapping[str, int] | None = None
    sources: Mapping[str, int] | None = None
    languages: Mapping[str, int] | None = None


def holdings_of(library: ServedLibrary | None) -> Holdings:
    """Count what the library holds; nothing where there is none, or nothing in it."""
    shelves, store = (library.shelves(), library.reading()) if library else (None, None)
    if shelves is None or store is None:
        return Holdings()
    collections = store.collections()
    return Holdings(sum(collections.values()), collections, shelves.sources(), shelves.languages())


def list_articles(library: ServedLibrary | None, bot: Bot, wanted: Wanted) -> Listed:
    """Give the page that is wanted; one behind the last is the last."""
    shelves = library.shelves() if library else None
    if shelves is None or not shelves.page(limit=1).total:
        listed = _of_few(bot.articles, wanted)
    else:
        listed = _of_library(shelves, wanted)
    return _with_hits(bot, wanted, listed) if wanted.words and wanted.page == 1 else listed


def originals_of(shelves: ShelfStore, duplicates: Iterable[str | None]) -> dict[str, str]:
    """Give the titles of the articles that are repeated, by id, in one look."""
    ids = frozenset(id for id in duplicates if id is not None)
    return dict(shelves.titles(Filter(articles=ids))) if ids else {}


def has_words(title: str, words: str) -> bool:
    """Say whether every one of ``words`` stands in ``title``, case and accents aside.

    >>> has_words("Fähre im Hafen", "hafen fahr"), has_words("Fähre", "hafen")
    (True, False)
    """
    folded = _fold(title)
    return all(word in folded for word in _fold(words).split())


def _of_library(shelves: ShelfStore, wanted: Wanted) -> Listed:
    where = wanted.where
    if wanted.words:
        found = frozenset(id for id, title in shelves.titles(where) if has_words(title, wanted.words))
        where = replace(where, articles=found)
    page = shelves.page(where, order=wanted.order, skip=(wanted.page - 1) * PAGE, limit=PAGE)
    if not page.articles and page.total:
        page = shelves.page(where, order=wanted.order, skip=(page.total - 1) // PAGE * PAGE, limit=PAGE)
    originals = originals_of(shelves, (article.duplicate_of for article in page.articles))
    return Listed(page.total, page.articles, originals)


def _of_few(articles: Iterable[ArticleFacts], wanted: Wanted) -> Listed:
    """List what the bot asks without a library: one article, or a few."""
    found = [each for each in articles if fits(each, wanted.where) and has_words(each.title, wanted.words)]
    return Listed(len(found), found[(wanted.page - 1) * PAGE : wanted.page * PAGE], {})


def _with_hits(bot: Bot, wanted: Wanted, listed: Listed) -> Listed:
    try:
        words = check_question(wanted.words)
        hits = bot.index.search(words, MOST_HITS, where=wanted.where)
    except QuestionError as error:
        return replace(listed, search_error=str(error))
    except NoSuchArticleError:  # none fits the filter, which the empty list says
        return listed
    # What shares a word with the search is what most look for; some passage always is the nearest in meaning.
    sharing = [hit for hit in hits if hit.lexical > 0]
    return replace(listed, hits=[*sharing, *[hit for hit in hits if hit.lexical <= 0][:MOST_NEAR]])


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def is_stored(article: ArticleFacts) -> bool:
    """Say whether the library knows more of it: its collection, its size, what it repeats."""
    return isinstance(article, ArticleSummary)

"""Which articles a filter lets through, and what is said when it names something that is not there."""

from collections.abc import Iterable

from corpus.errors import NoSuchArticleError
from corpus.library.types import Filter, LibraryStore
from index.types import ArticleFacts

_SHOWN = 5


def fits(article: ArticleFacts, where: Filter) -> bool:
    """Say whether ``article``, which is in no collection, fits every part of ``where``."""
    published, start, end = article.published, where.published_from, where.published_to
    return (
        where.collections is None
        and (where.articles is None or article.id in where.articles)
        and (where.sources is None or article.source in where.sources)
        and (where.languages is None or article.language in where.languages)
        and (start is None or (published is not None and published >= start))
        and (end is None or (published is not None and published <= end))
    )


def no_article(id: str, known: Iterable[ArticleFacts]) -> NoSuchArticleError:
    """Give the error of an id that is not there; ``known`` is walked through as far as it is shown."""
    names = [repr(article.id) for article, _ in zip(known, range(_SHOWN), strict=False)]
    return NoSuchArticleError(f"No article {id!r}. Give the id of one that is there: {', '.join(names) or 'none'}.")


def no_collection(name: str, known: Iterable[str]) -> NoSuchArticleError:
    """Give the error of a collection that is not there."""
    names = [repr(collection) for collection, _ in zip(known, range(_SHOWN), strict=False)]
    return NoSuchArticleError(f"No collection {name!r}. Name one that is there: {', '.join(names) or 'none'}.")


def none_fits(where: Filter) -> NoSuchArticleError:
    """Give the error of a filter that no article fits."""
    parts = (
        ("article", where.articles),
        ("collection", where.collections),
        ("source", where.sources),
        ("language", where.languages),
        ("from", where.published_from and [where.published_from.isoformat()]),
        ("to", where.published_to and [where.published_to.isoformat()]),
    )
    said = ", ".join(f"{name} {' or '.join(sorted(values))}" for name, values in parts if values)
    return NoSuchArticleError(f"No article fits {said or 'that'}. Ask with a wider filter.")


def none_answers(store: LibraryStore, where: Filter) -> NoSuchArticleError:
    """Give the error where nothing that fits has passages: nothing fits, or what does repeats another article.

    Raises:
        DamagedArticleError: one that fits has lost its passages.
    """
    for article in store.scan(where, limit=1):
        if article.duplicate_of is not None:
            repeated = f"The article {article.id!r} repeats {article.duplicate_of!r}"
            return NoSuchArticleError(f"{repeated}, which answers in its place. Ask that one.")
        if article.sentences and not article.passages:  # lost, as reading it says
            store.get(article.id)
    return none_fits(where)


def check_named(store: LibraryStore, where: Filter) -> None:
    """Raise NoSuchArticleError where ``where`` names an article or a collection that is not there."""
    if where.articles and store.count(Filter(articles=where.articles)) < len(where.articles):
        missing = next(id for id in sorted(where.articles) if not store.count(Filter(articles=frozenset({id}))))
        raise no_article(missing, store.scan(limit=_SHOWN))
    if where.collections:
        known = store.collections()
        for name in sorted(where.collections - known.keys()):
            raise no_collection(name, known)

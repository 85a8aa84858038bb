"""Passages that compete for questions, to measure passage search with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import Article
from corpus.passages import cut_passages
from corpus.sentences import split_sentences
from evaluation.data_sets import load_data_set
from evaluation.gold import DataSet

DEPTH = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the places, in its pool's texts, of the passages that hold a whole answer."""

    question: str
    gold: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pool:
    """Passages that are searched together, and what is asked of them."""

    texts: tuple[str, ...]
    asked: tuple[Asked, ...]


def library_pool(path: Path) -> Pool:
    """Give one pool of all the articles of the data set at ``path``."""
    data_set = load_data_set(path)
    return _pool(list(data_set.articles.values()), data_set)


def article_pools(path: Path) -> list[Pool]:
    """Give a pool for each article of the data set at ``path``: one article, and its own questions."""
    data_set = load_data_set(path)
    return [_pool([article], data_set) for article in data_set.articles.values()]


def found_scores(ranks: Iterable[int | None]) -> dict[str, float]:
    """Score the ranks (0 is best, None is not found) of each question's first gold passage."""
    found = list(ranks)
    return {
        "hit@1": sum(rank == 0 for rank in found) / len(found),
        "hit@5": sum(rank is not None and rank < 5 for rank in found) / len(found),
        "MRR@10": sum(1 / (rank + 1) for rank in found if rank is not None and rank < DEPTH) / len(found),
    }


def first_gold(found: Sequence[int], gold: frozenset[int]) -> int | None:
    """Give the rank of the first gold passage among ``found``, or None."""
    return next((rank for rank, place in enumerate(found) if place in gold), None)


def ask_all(pool: Pool, search: Callable[[str], Sequence[int]]) -> list[int | None]:
    """Give for each question the rank of its first gold passage."""
    return [first_gold(search(asked.question), asked.gold) for asked in pool.asked]


def _pool(articles: Sequence[Article], data_set: DataSet) -> Pool:
    passages = [passage for article in articles for passage in cut_passages(article, split_sentences(article))]
    places: dict[str, list[int]] = {}
    for place, passage in enumerate(passages):
        places.setdefault(passage.article.id, []).append(place)
    asked = []
    for question in data_set.questions:
        gold = frozenset(
            place
            for place in places.get(question.article_id or "", ())
            for passage in [passages[place]]
            if any(passage.start <= one.span.start and one.span.end <= passage.end for one in question.answers)
        )
        if question.answerable and gold:
            asked.append(Asked(question.question, gold))
    return Pool(tuple(passage.text for passage in passages), tuple(asked))

"""Compare passage sizes: python -m evaluation.compare_passage_sizes dev_squad2.jsonl.gz [questions an article].

For each size: how often a passage that holds a whole gold answer is among the first k of hybrid search, and how many
characters those k passages hold; inside the question's own article, and among the passages of all articles.
"""

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.settings import Settings
from corpus import Article, Passage, cut_passages, split_sentences
from evaluation.data_sets import load_data_set
from evaluation.gold import GoldQuestion
from index import Encoder, open_encoder
from index.fusion import fuse_scores
from index.lexical import LexicalIndex
from index.types import Vectors

SIZES = ((300, 1), (500, 1), (700, 1), (700, 0), (900, 1), (1200, 1))  # characters at most, sentences of overlap
BUDGETS = (1500, 3000)  # characters a reader model is given


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its vector, ``(dim,)``."""

    question: GoldQuestion
    vector: NDArray[np.float32]


def main(arguments: Sequence[str]) -> None:
    """Print two lines for each size."""
    data_set = load_data_set(Path(arguments[0]))
    most = int(arguments[1]) if len(arguments) > 1 else 60
    encoder = open_encoder(Settings().data, on_export=print)
    asked = sample(data_set.questions, most, encoder)
    print(f"{len(data_set.articles)} articles, {len(asked)} questions")
    budgets = "".join(f"{f'R in {budget}':>11}" for budget in BUDGETS)
    print(f"{'':28}{'passages':>9}{'mean':>6}{'R@1':>7}{'R@3':>7}{'R@5':>7}{'read for 5':>11}{budgets}")
    for size, overlap in SIZES:
        cut = {id: passages(article, size, overlap) for id, article in data_set.articles.items()}
        vectors = {id: encoder.encode([passage.text for passage in some]) for id, some in cut.items()}
        own = [
            row
            for id in cut
            for row in search(cut[id], vectors[id], [one for one in asked if one.question.article_id == id])
        ]
        every = [passage for some in cut.values() for passage in some]
        everywhere = search(every, np.concatenate(list(vectors.values())), asked)
        label = f"{size:5} characters, overlap {overlap}"
        mean = sum(len(passage.text) for passage in every) / len(every)
        print(f"{label:28}{len(every):9}{mean:6.0f}{figures(own)}  own article", flush=True)
        print(f"{'':43}{figures(everywhere)}  all articles", flush=True)


def sample(questions: Sequence[GoldQuestion], most: int, encoder: Encoder) -> list[Asked]:
    """Draw up to ``most`` answerable questions of each article, the same ones every time."""
    by_article: dict[str, list[GoldQuestion]] = {}
    for question in questions:
        if question.answerable and question.answers and question.article_id:
            by_article.setdefault(question.article_id, []).append(question)
    draw = random.Random(0)
    drawn = [one for some in by_article.values() for one in draw.sample(some, min(most, len(some)))]
    vectors = encoder.encode([question.question for question in drawn])
    return [Asked(question, vector) for question, vector in zip(drawn, vectors, strict=True)]


def passages(article: Article, size: int, overlap: int) -> tuple[Passage, ...]:
    """Cut an article."""
    return cut_passages(article, split_sentences(article), size, overlap)


def search(some: Sequence[Passage], vectors: Vectors, asked: Sequence[Asked]) -> list[tuple[int, NDArray[np.int64]]]:
    """Give for each question the rank of the first gold passage (0 is best) and the lengths of all, best first."""
    lexical = LexicalIndex()
    ids = list(range(len(some)))
    lexical.add(ids, [passage.text for passage in some])
    lengths = np.array([len(passage.text) for passage in some])
    found = []
    for one in asked:
        bm25 = lexical.scores(one.question.question, ids)
        order = np.argsort(-fuse_scores(vectors @ one.vector, bm25), kind="stable")
        rank = next((rank for rank, place in enumerate(order) if holds_answer(some[place], one.question)), len(some))
        found.append((rank, lengths[order]))
    return found


def holds_answer(passage: Passage, question: GoldQuestion) -> bool:
    """Say whether one whole gold answer lies in ``passage``."""
    return passage.article.id == question.article_id and any(
        passage.start <= answer.span.start and answer.span.end <= passage.end for answer in question.answers
    )


def figures(found: Sequence[tuple[int, NDArray[np.int64]]]) -> str:
    """Give recall at 1, 3 and 5, the characters of five passages, and recall within each budget of characters."""
    ranks = np.array([rank for rank, _ in found])
    read = np.mean([lengths[:5].sum() for _, lengths in found])
    recalls = "".join(f"{np.mean(ranks < k):7.3f}" for k in (1, 3, 5))
    within = "".join(
        f"{np.mean([lengths[: rank + 1].sum() <= budget for rank, lengths in found]):11.3f}" for budget in BUDGETS
    )
    return f"{recalls}{read:11.0f}{within}"


if __name__ == "__main__":
    main(sys.argv[1:])

"""Questions asked of the real index, with every candidate sentence's features: what evidence models are fitted on.

Four kinds are asked: answerable ones of the whole article; answerable and unanswerable ones of their own paragraph
alone (the unanswerable are near-misses); and questions of one article asked of another (off-topic).
"""

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.bot import PASSAGES, vectors_of
from bot.evidence import best_readings, candidates, features, reader_features
from bot.reader.reader import Reader, Reading
from bot.reader.stepwise import AT_ONCE, READ, read_stepwise
from corpus import Article, Sentence
from index import Encoder, PassageIndex

MOST_CHARACTERS = 12_000  # of an article; longer ones are cut at a paragraph's end
TRIED = 6  # passages read, more than the bot does, so that other ways of reading can be tried
KINDS = ("article", "paragraph", "near-miss", "off-topic")


@dataclass(frozen=True, slots=True)
class Example:
    """A question's candidate sentences: their retrieval features, what the reader says, which hold a gold answer."""

    kind: str  # of KINDS
    source: str  # the file's name
    question: str
    sentences: Sequence[Sentence]
    retrieval: NDArray[np.float64]  # (n_sentences, len(RETRIEVAL))
    readings: Sequence[Sequence[Reading]]  # of each passage read, the nearest first; empty without a reader
    gold: NDArray[np.bool_]  # (n_sentences,)

    def matrix(self, at_once: int = AT_ONCE, most: int = READ) -> NDArray[np.float64]:
        """Give the features as the bot has them when it reads ``at_once`` passages together, ``most`` in all."""
        if not self.readings:
            return self.retrieval
        read = read_stepwise(lambda part: list(chain.from_iterable(part)), self.readings, at_once, most)
        return np.column_stack([self.retrieval, reader_features(self.sentences, best_readings(read))])


def read(path: Path, limit: int, *, even: bool) -> list[dict[str, Any]]:
    """Give at most ``limit`` documents of the file, chosen by a fixed seed from one half of it.

    A document's half is told by its id's checksum: models are fitted on the even half and measured on the odd one.
    """
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    documents = [document for document in documents if (crc32(document["id"].encode()) % 2 == 0) == even]
    random.Random(1).shuffle(documents)
    return documents[:limit]


def ask_all(
    paths: Sequence[Path], *, even: bool, limit: int, most: int, inside: int, encoder: Encoder, reader: Reader | None
) -> Iterator[Example]:
    """Ask ``limit`` documents of each file: ``most`` questions of the whole article and as many that are off-topic.

    And ``inside`` answerable and as many unanswerable questions, each of its own paragraph.
    """
    rng = random.Random(2)
    for path in paths:
        documents = read(path, limit, even=even)
        for number, document in enumerate(documents):
            asker = _Asker(path.name, encoder, reader, document)
            other = documents[(number + 1) % len(documents)]["questions"]
            yield from asker.article(rng, most)
            yield from asker.paragraphs(rng, inside)
            for question in rng.sample(other, min(most, len(other))):
                yield asker.ask("off-topic", asker.whole, {**question, "answers": []}, 0)


class _Asker:
    """Asks one document its questions."""

    def __init__(self, source: str, encoder: Encoder, reader: Reader | None, document: dict[str, Any]) -> None:
        self.source, self.encoder, self.reader, self.document = source, encoder, reader, document
        paragraphs = [span for span in document["paras"] if span[1] <= MOST_CHARACTERS]
        end = paragraphs[-1][1] if paragraphs else len(document["text"])
        self.questions = [q for q in document["questions"] if q["para"][1] <= end]
        self.whole = self._index(0, end)

    def article(self, rng: random.Random, most: int) -> Iterator[Example]:
        pool = [question for question in self.questions if question["answerable"]]
        for question in rng.sample(pool, min(most, len(pool))):
            yield self.ask("article", self.whole, question, 0)

    def paragraphs(self, rng: random.Random, most: int) -> Iterator[Example]:
        for kind, answerable in (("paragraph", True), ("near-miss", False)):
            pool = [question for question in self.questions if question["answerable"] == answerable]
            for question in rng.sample(pool, min(most, len(pool))):
                start, end = question["para"]
                yield self.ask(kind, self._index(start, end), question, start)

    def ask(self, kind: str, index: PassageIndex, question: dict[str, Any], offset: int) -> Example:
        text = question["question"]
        vector = self.encoder.encode([text])
        hits = index.search(text, PASSAGES, vector=vector)
        passages = [hit.passage for hit in hits]
        sentences = candidates(passages)
        dense = np.asarray(vectors_of(sentences, hits) @ vector[0])
        retrieval = features(text, sentences, dense, passages, [hit.dense for hit in hits])
        readings = self.reader.read(text, passages[:TRIED]) if self.reader else []
        spans = [(a["start"] - offset, a["start"] - offset + len(a["text"])) for a in question["answers"]]
        gold = np.array([any(s.start < end and start < s.end for start, end in spans) for s in sentences], dtype=bool)
        return Example(kind, self.source, text, sentences, retrieval, readings, gold)

    def _index(self, start: int, end: int) -> PassageIndex:
        article = Article.create(self.document["text"][start:end], title=self.document["title"])
        return PassageIndex.build([article], self.encoder)

"""The order in which training sees its examples, and their batches: a function of seed, pass and position alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.reader import augment
from bot.reader.examples import Corpus, Example, encode
from bot.reader.twisted import twisted

OWN, NEGATIVE, ELSEWHERE, NONSENSE = range(4)
# How many examples of each kind are added, as a share of the questions they are drawn from.
NEGATIVE_SHARE, ELSEWHERE_SHARE, NONSENSE_SHARE = 0.30, 0.03, 0.02
# How many of the negatives ask their own passage another question, where one can be made.
TWISTED_SHARE = 0.6
TITLE_SHARE = 0.7
INEXACT_WEIGHT = 0.5
CHUNK_BATCHES = 64
# Every new length makes the CPU compile new kernels, so lengths are rounded up.
LENGTH_STEP = 16
Values = TypeVar("Values")


class Batch(NamedTuple, Generic[Values]):
    """Inputs and labels of some examples, padded to one length; arrays here, tensors where they are learned from."""

    input_ids: Values
    attention_mask: Values
    token_type_ids: Values
    allowed: Values  # where an answer may start or end: [CLS] (no answer) and the passage
    sentence_of: Values  # the sentence each token belongs to, -1 outside the passage
    gold_sentences: Values  # 1, 0, or -1 where an example has fewer sentences
    start: Values
    end: Values
    weight: Values


Arrays = Batch[NDArray[Any]]


@dataclass(frozen=True)
class Place:
    """Where training stands: the next batch to learn from."""

    epoch: int = 0
    chunk: int = 0
    batch: int = 0


def plan(corpus: Corpus, seed: int, epoch: int) -> NDArray[np.int32]:
    """Kind and question of every example of one pass, in the order of that pass."""
    rng = np.random.default_rng([seed, epoch])
    everything = np.arange(len(corpus.questions))
    answerable = np.array([number for number in everything if corpus.questions[number].answer is not None])
    rows = [np.column_stack([np.full(len(everything), OWN), everything])]
    for kind, pool, share in (
        (NEGATIVE, answerable, NEGATIVE_SHARE),
        (ELSEWHERE, answerable, ELSEWHERE_SHARE),
        (NONSENSE, everything, NONSENSE_SHARE),
    ):
        drawn = rng.choice(pool, size=int(len(pool) * share), replace=False)
        rows.append(np.column_stack([np.full(len(drawn), kind), drawn]))
    order: NDArray[np.int32] = rng.permutation(np.concatenate(rows)).astype(np.int32)
    return order


def _example(corpus: Corpus, tokenizer: Tokenizer, kind: int, number: int, rng: Generator) -> Example:
    question = corpus.questions[number]
    article, window, answer, text = question.article, None, None, question.text
    if kind == NONSENSE:
        text = augment.nonsense(corpus.questions[int(rng.integers(len(corpus.questions)))].text, rng)
        window = corpus.articles[article].paragraphs[question.paragraph]
    else:
        text = augment.varied(text, rng)
    if kind == OWN:
        window, answer = corpus.window(question, rng), question.answer
    elif kind == NEGATIVE:
        changed = _twisted(corpus, number, rng) if rng.random() < TWISTED_SHARE else None
        if changed is None:
            window = corpus.negative(number, rng)
        else:
            text, window = augment.varied(changed, rng), corpus.window(question, rng)
    if window is None:
        article, window = corpus.anywhere(rng)
    return encode(
        corpus.articles[article],
        tokenizer.encode(text, add_special_tokens=False).ids,
        window,
        answer,
        title=bool(rng.random() < TITLE_SHARE),
        weight=1.0 if question.exact or answer is None else INEXACT_WEIGHT,
    )


def _twisted(corpus: Corpus, number: int, rng: Generator) -> str | None:
    """A question like this one that its paragraph does not answer."""
    question = corpus.questions[number]
    assert question.answer is not None
    article = corpus.articles[question.article]
    answer = article.text[question.answer.start : question.answer.end]
    return twisted(question.text, article.words(*article.paragraphs[question.paragraph]), answer, rng)


def collate(examples: Sequence[Example]) -> Arrays:
    """Pad examples to one length."""
    longest = max(len(example.ids) for example in examples)
    shape = (len(examples), -(-longest // LENGTH_STEP) * LENGTH_STEP)
    sentences = max(len(example.gold_sentences) for example in examples)
    ids, mask, types, allowed = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    sentence_of = np.full(shape, -1, dtype=np.int64)
    golds = np.full((len(examples), sentences), -1, dtype=np.float32)
    for row, example in enumerate(examples):
        end = example.passage_at + len(example.sentence_of)
        ids[row, : len(example.ids)] = example.ids
        mask[row, : len(example.ids)] = 1
        types[row, example.second_at : len(example.ids)] = 1
        allowed[row, 0] = 1
        allowed[row, example.passage_at : end] = 1
        sentence_of[row, example.passage_at : end] = example.sentence_of
        golds[row, : len(example.gold_sentences)] = example.gold_sentences
    numbers = np.array([(example.start, example.end) for example in examples], dtype=np.int64)
    weights = np.array([example.weight for example in examples], dtype=np.float32)
    labels = (numbers[:, 0].copy(), numbers[:, 1].copy(), weights)
    return Batch(ids, mask, types, allowed.astype(bool), sentence_of, golds, *labels)


def _chunk(corpus: Corpus, tokenizer: Tokenizer, rows: NDArray[np.int32], size: int, rng: Generator) -> list[Arrays]:
    """Batches of examples of like length, in random order."""
    examples = [_example(corpus, tokenizer, int(kind), int(number), rng) for kind, number in rows]
    examples.sort(key=lambda example: len(example.ids))
    batches = [examples[at : at + size] for at in range(0, len(examples), size)]
    return [collate(batches[int(number)]) for number in rng.permutation(len(batches))]


def batches(corpus: Corpus, tokenizer: Tokenizer, size: int, seed: int, place: Place) -> Iterator[tuple[Arrays, Place]]:
    """Batches without end from `place` on, each with the place after it."""
    while True:
        order = plan(corpus, seed, place.epoch)
        step = size * CHUNK_BATCHES
        for chunk in range(place.chunk, -(-len(order) // step)):
            rows = order[chunk * step : (chunk + 1) * step]
            made = _chunk(corpus, tokenizer, rows, size, np.random.default_rng([seed, place.epoch, chunk]))
            for number in range(place.batch, len(made)):
                last = number + 1 == len(made)
                place = Place(place.epoch, chunk + last, 0 if last else number + 1)
                yield made[number], place
        place = Place(place.epoch + 1)

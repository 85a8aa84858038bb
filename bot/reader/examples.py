"""Training examples for the reader: a question, a passage of whole sentences, and where the answer is, if there."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.reader import negatives
from bot.reader.layout import CLS, MAX_QUESTION_TOKENS, MAX_TITLE_TOKENS, MAX_TOKENS, SEP
from corpus.sentences import sentence_spans, sentencex_ends

Ints = NDArray[np.int32]


class Span(NamedTuple):
    """Offsets into an article's text, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True)
class TrainingArticle:
    """An article cut into tokens once: a passage is then a slice, whatever sentences it is made of."""

    text: str
    title: Ints
    ids: Ints
    starts: Ints
    ends: Ints
    sentences: list[Span]
    sentence_tokens: Ints  # one row a sentence: first token, end token
    paragraphs: list[tuple[int, int]]  # first sentence, end sentence

    def sentences_of(self, span: Span) -> tuple[int, int]:
        """First and last sentence that a span of the text touches."""
        first = next(number for number, sentence in enumerate(self.sentences) if sentence.end > span.start)
        last = first
        while last + 1 < len(self.sentences) and self.sentences[last + 1].start < span.end:
            last += 1
        return first, last

    def tokens_of(self, span: Span) -> tuple[int, int]:
        """First and last token of a span of the text."""
        first = int(np.searchsorted(self.ends, span.start, side="right"))
        return first, int(np.searchsorted(self.starts, span.end, side="left")) - 1

    def words(self, first: int, end: int) -> str:
        """The text of the sentences from `first` up to `end`."""
        return self.text[self.sentences[first].start : self.sentences[end - 1].end]


@dataclass(frozen=True)
class TrainingQuestion:
    """A question written for one paragraph, with its answer there or none."""

    text: str
    article: int
    paragraph: int
    answer: Span | None
    exact: bool


@dataclass(frozen=True)
class Example:
    """One input and its labels; `start` and `end` are 0, the place of [CLS], where there is no answer."""

    ids: Ints
    second_at: int  # where the question's segment ends
    passage_at: int
    sentence_of: Ints  # for every token of the passage
    gold_sentences: NDArray[np.float32]
    start: int
    end: int
    weight: float  # how far the place of the answer can be trusted


def load_tokenizer(folder: Path) -> Tokenizer:
    """The model folder's tokenizer, without its own truncation and padding."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def tokenised(title: str, text: str, paragraphs: Sequence[Sequence[int]], tokenizer: Tokenizer) -> TrainingArticle:
    """Cut an article into paragraphs, sentences and tokens."""
    encoded = tokenizer.encode_batch([text[start:end] for start, end in paragraphs], add_special_tokens=False)
    pairs = list(zip(encoded, paragraphs, strict=True))
    offsets = [np.array(e.offsets, dtype=np.int32).reshape(-1, 2) + at for e, (at, _) in pairs]
    places = np.concatenate(offsets)
    starts, ends = np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1])
    sentences: list[Span] = []
    ranges = []
    for start, end in paragraphs:
        first = len(sentences)
        sentences += [Span(start + a, start + b) for a, b in sentence_spans(text[start:end], sentencex_ends)]
        ranges.append((first, len(sentences)))
    bounds = np.searchsorted(starts, np.array(sentences, dtype=np.int32).reshape(-1, 2), side="left").astype(np.int32)
    ids = np.concatenate([np.array(e.ids, dtype=np.int32) for e in encoded])
    title_ids = np.array(tokenizer.encode(title, add_special_tokens=False).ids[:MAX_TITLE_TOKENS], dtype=np.int32)
    return TrainingArticle(text, title_ids, ids, starts, ends, sentences, bounds, ranges)


def read_articles(path: Path) -> Iterator[dict[str, Any]]:
    """The articles of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


class Corpus:
    """All articles and questions of a training file, with each question's closest other paragraphs."""

    def __init__(self, path: Path, tokenizer: Tokenizer) -> None:
        self.articles: list[TrainingArticle] = []
        self.questions: list[TrainingQuestion] = []
        closest = []
        for number, stored in enumerate(read_articles(path)):
            article, questions = self._read(stored, number, tokenizer)
            self.articles.append(article)
            self.questions += questions
            texts = [article.words(*bounds) for bounds in article.paragraphs]
            own = [question.paragraph for question in questions]
            closest.append(negatives.closest_paragraphs(texts, [question.text for question in questions], own))
        self.closest = np.concatenate(closest)

    @staticmethod
    def _read(
        stored: dict[str, Any], number: int, tokenizer: Tokenizer
    ) -> tuple[TrainingArticle, list[TrainingQuestion]]:
        paragraphs = [bounds for bounds in stored["paras"] if stored["text"][bounds[0] : bounds[1]].strip()]
        article = tokenised(stored["title"], stored["text"], paragraphs, tokenizer)
        place = {start: order for order, (start, _) in enumerate(paragraphs)}
        questions = []
        for asked in stored["questions"]:
            given = asked["answers"][0] if asked["answerable"] else None
            answer = Span(given["start"], given["start"] + len(given["text"])) if given else None
            exact = bool(given is None or given.get("exact", True))
            questions.append(TrainingQuestion(asked["question"], number, place[asked["para"][0]], answer, exact))
        return article, questions

    def window(self, question: TrainingQuestion, rng: Generator) -> tuple[int, int]:
        """The sentences to read: the paragraph, with an answer often cut shorter or with neighbours."""
        article = self.articles[question.article]
        first, end = article.paragraphs[question.paragraph]
        if question.answer is None or rng.random() >= 0.4:
            return first, end
        gold_first, gold_last = article.sentences_of(question.answer)
        before, after = rng.integers(3, size=2) if rng.random() < 0.35 else (0, 0)
        start = int(rng.integers(min(first, gold_first), gold_first + 1)) - int(before)
        stop = int(rng.integers(gold_last + 1, max(end, gold_last + 1) + 1)) + int(after)
        return max(0, start), min(len(article.sentences), stop)

    def negative(self, number: int, rng: Generator) -> tuple[int, int] | None:
        """Sentences of the same article that share words with the question but do not hold its answer's text."""
        question = self.questions[number]
        article = self.articles[question.article]
        assert question.answer is not None
        gold = article.text[question.answer.start : question.answer.end].lower()
        windows = [article.paragraphs[order] for order in self.closest[number] if order >= 0]
        first, end = article.paragraphs[question.paragraph]
        gold_first, gold_last = article.sentences_of(question.answer)
        # What is left of the answer's own paragraph without the answer: the hardest negative.
        around = [window for window in ((first, gold_first), (gold_last + 1, end)) if window[1] - window[0] >= 2]
        if around and rng.random() < 0.15:
            windows = around
        windows = [window for window in windows if gold not in article.words(*window).lower()][:4]
        if not windows:
            return None
        return _part(windows[int(rng.integers(len(windows)))], rng)

    def anywhere(self, rng: Generator) -> tuple[int, tuple[int, int]]:
        """A paragraph of any article."""
        number = int(rng.integers(len(self.articles)))
        paragraphs = self.articles[number].paragraphs
        return number, _part(paragraphs[int(rng.integers(len(paragraphs)))], rng)


def _part(window: tuple[int, int], rng: Generator) -> tuple[int, int]:
    """The window, or for four in ten a run of its sentences."""
    if rng.random() >= 0.4:
        return window
    first = int(rng.integers(window[0], window[1]))
    return first, int(rng.integers(first + 1, window[1] + 1))


def fit(article: TrainingArticle, window: tuple[int, int], room: int, gold: tuple[int, int] | None) -> tuple[int, int]:
    """Leave out sentences, the farthest from the answer first, until the window fits into `room` tokens."""
    first, end = window
    bounds = article.sentence_tokens
    while end - first > 1 and bounds[end - 1, 1] - bounds[first, 0] > room:
        if gold is not None and gold[0] - first > end - 1 - gold[1]:
            first += 1
        else:
            end -= 1
    return first, end


def encode(
    article: TrainingArticle,
    question: Sequence[int],
    window: tuple[int, int],
    answer: Span | None,
    *,
    title: bool = True,
    weight: float = 1.0,
) -> Example:
    """[CLS] question [SEP] title [SEP] passage [SEP] with the labels on its tokens."""
    head = np.array([CLS, *question[:MAX_QUESTION_TOKENS], SEP], dtype=np.int32)
    second_at = len(head)
    if title:
        head = np.concatenate([head, article.title, np.array([SEP], dtype=np.int32)])
    room = MAX_TOKENS - len(head) - 1
    gold = article.sentences_of(answer) if answer else None
    first, end = fit(article, window, room, gold)
    bounds = article.sentence_tokens[first:end]
    begin, stop = int(bounds[0, 0]), min(int(bounds[-1, 1]), int(bounds[0, 0]) + room)
    sentence_of = np.searchsorted(bounds[:, 1], np.arange(begin, stop), side="right").astype(np.int32)
    ids = np.concatenate([head, article.ids[begin:stop], np.array([SEP], dtype=np.int32)])
    golds = np.zeros(len(bounds), dtype=np.float32)
    start_at = end_at = 0
    if answer is not None and gold is not None:
        golds[max(0, gold[0] - first) : max(0, gold[1] + 1 - first)] = 1.0
        token_first, token_last = article.tokens_of(answer)
        if begin <= token_first and token_last < stop:
            start_at, end_at = token_first - begin + len(head), token_last - begin + len(head)
        else:
            weight = 0.0
    return Example(ids, second_at, len(head), sentence_of, golds, start_at, end_at, weight)

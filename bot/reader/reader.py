"""The reader at run time: question and passage in, how well each sentence answers out. No torch."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.reader.layout import lay_out
from corpus import Passage, Sentence
from index.onnx_session import MOST_THREADS, OnnxModel, usable_cores

LONGEST_SPAN = 30  # tokens of an answer span; SQuAD's are shorter in 99 cases of 100

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader says of one sentence; logits, higher is better, of any sign.

    ``span`` is the best answer span's score less the score of "no answer here", ``relevance`` the sentence head's
    logit, ``answerable`` the whole passage's. ``start`` and ``end`` are the best span's code-point offsets into the
    article.
    """

    sentence: Sentence
    span: float
    relevance: float
    answerable: float
    start: int
    end: int


class Reader:
    """Scores the sentences of passages for one question. The same input gives the same bytes."""

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Open the model in ``folder``: ``reader.onnx`` and ``tokenizer.json``; EncoderError when it can't be read.

        ``threads`` is how many passages may be read at once, by default one for each usable core. One passage is read
        by one thread: two at once take four fifths of the time that two threads need for one after the other.
        """
        self._model = OnnxModel(folder / "reader.onnx", threads=1)
        self._threads = ThreadPoolExecutor(threads or min(usable_cores(), MOST_THREADS), "reader")
        self._outputs = {name: place for place, name in enumerate(self._model.output_names)}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[Reading]]:
        """Read each passage on its own, so that what is read with it cannot change a score.

        Returns:
            For each passage one Reading for each of its sentences.
        """
        return list(self._threads.map(partial(self._read_one, question), passages))

    def _read_one(self, question: str, passage: Passage) -> list[Reading]:
        made = lay_out(self._tokenizer, question, passage.article.title, passage.sentences)
        ids = np.array([made.ids], dtype=np.int64)
        types = (np.arange(len(made.ids)) >= made.second_at).astype(np.int64)[None]
        outputs = self._model.run(ids, None, types)
        start, end, relevance = (outputs[self._outputs[name]][0] for name in ("start", "end", "relevance"))
        answerable = float(outputs[self._outputs["answerable"]][0])
        nothing = float(start[0] + end[0])
        body = slice(made.passage_at, made.passage_at + len(made.offsets))
        return [
            reading
            for sentence in passage.sentences
            if (reading := _of(sentence, made.offsets, start[body], end[body], relevance[body], answerable, nothing))
        ]


def shipped_reader(threads: int | None = None) -> Reader:
    """Open the reader that ships with the product."""
    with as_file(files("bot.reader") / "weights") as folder:
        return Reader(folder, threads=threads)


def best_span(start: Logits, end: Logits, longest: int = LONGEST_SPAN) -> tuple[int, int, float]:
    """Give first token i, last token j and score of the best span: the largest ``start[i] + end[j]``.

    Here ``i <= j < i + longest``.
    """
    scores = start[:, None] + end[None, :]
    places = np.arange(len(start))
    length = places[None, :] - places[:, None]
    scores = np.where((length >= 0) & (length < longest), scores, -np.inf)
    first, last = divmod(int(np.argmax(scores)), len(start))
    return first, last, float(scores[first, last])


def _of(
    sentence: Sentence,
    offsets: NDArray[np.int64],  # (n_tokens, 2) into the article
    start: Logits,
    end: Logits,
    relevance: Logits,
    answerable: float,
    nothing: float,
) -> Reading | None:
    """Give the Reading of one sentence, or None when the passage was cut before it or it holds no token."""
    inside = np.flatnonzero((offsets[:, 0] >= sentence.start) & (offsets[:, 0] < sentence.end))
    if not len(inside):
        return None
    first, last, score = best_span(start[inside], end[inside])
    return Reading(
        sentence=sentence,
        span=score - nothing,
        relevance=float(relevance[inside].mean()),
        answerable=answerable,
        start=int(offsets[inside[first], 0]),
        end=int(offsets[inside[last], 1]),
    )

"""Taking many articles in: what is read is encoded in large batches while what was encoded is stored.

Encoding is one function over a batch of texts, run by an engine: on this machine (``LocalEngine``), or on many
(``index/ray_engine.py``). All the rest is here: one process reads, cuts and stores, so that each article comes into the
library once, wholly, and in the order in which it was read.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol

import numpy as np

from corpus.readers.types import Read
from index.ingest import CutArticle, Ingest, Taken, Tell
from index.types import Encoder, Vectors

# Texts that the local engine encodes at a time. The more there are, the more of them are of one length; the fewer, the
# less is done again after a kill.
LOCAL_BATCH = 512
_UNDER_WAY = 2  # batches: one is encoded while the next is made ready


class Engine(Protocol):
    """What encodes batches of texts."""

    @property
    def batch(self) -> int:
        """How many texts it takes at a time, at most."""
        ...

    def submit(self, texts: Sequence[str]) -> Future[Vectors]:
        """Begin to encode; the future gives the texts' unit rows, or raises an ``AskArticleError``."""
        ...

    def close(self) -> None:
        """End what is under way."""
        ...


class LocalEngine:
    """Encodes in this process, on all its cores, beside the thread that reads and stores."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._worker = ThreadPoolExecutor(1)
        self.batch = LOCAL_BATCH

    def submit(self, texts: Sequence[str]) -> "Future[Vectors]":
        """Begin to encode: one batch after the other."""
        return self._worker.submit(self._encoder.encode, texts)

    def close(self) -> None:
        """Drop what has not begun. The batch that is being encoded runs out, seconds later, and goes nowhere."""
        self._worker.shutdown(wait=False, cancel_futures=True)


def take_in_bulk(
    ingest: Ingest, reads: Iterable[Read], open_engine: Callable[[Encoder], Engine], tell: Tell | None = None
) -> Iterator[Taken]:
    """Take in what is read, as ``ingest.take_all`` does, and say of each, in order, what became of it.

    The first article is encoded at once, and then whatever has been read while the engine was busy. What has been read
    and not stored when it is stopped is read again in the next run: some hundreds of texts (``Engine.batch``).

    Args:
        ingest: the library's one writer.
        reads: what is read; taken one by one, a few batches ahead of what is stored.
        open_engine: called with the encoder when the first article has to be encoded.
        tell: told how far the encoding of the article is that came last into a finished batch.

    Raises:
        StoredDataError: the library cannot be written, or holds vectors of another encoder.
        EncoderError: the encoder cannot be opened.
        EngineError: the engine cannot be opened, or failed.
    """
    line: deque[tuple[Taken | CutArticle, _Wanted | None]] = deque()
    with _Encoding(lambda: open_engine(ingest.encoder), lambda: ingest.encoder.dim, tell) as encoding:
        for read in reads:
            seen = ingest.look(read)
            line.append((seen, encoding.want(seen.texts) if isinstance(seen, CutArticle) else None))
            encoding.go_on()
            while line and _is_ready(line[0][1]):
                yield _end(ingest, *line.popleft())
        while line:
            encoding.finish(line[0][1])
            yield _end(ingest, *line.popleft())


@dataclass(slots=True)
class _Wanted:
    """An article's vectors, as far as they are there."""

    vectors: Vectors = field(repr=False)  # (n_texts, dim)
    missing: int  # rows


def _is_ready(wanted: _Wanted | None) -> bool:
    return wanted is None or not wanted.missing


def _end(ingest: Ingest, seen: Taken | CutArticle, wanted: _Wanted | None) -> Taken:
    if isinstance(seen, Taken):
        return seen
    assert wanted is not None
    return ingest.keep(seen, wanted.vectors)


class _Encoding(AbstractContextManager["_Encoding"]):
    """Texts on their way through an engine: gathered into batches, and given back to the articles they came from."""

    def __init__(self, open_engine: Callable[[], Engine], dim: Callable[[], int], tell: Tell | None) -> None:
        self._open_engine, self._dim, self._tell = open_engine, dim, tell
        self._engine: Engine | None = None
        self._waiting: deque[tuple[str, _Wanted, int]] = deque()  # a text, and the row that its vector is to go to
        self._under_way: deque[tuple[Future[Vectors], list[tuple[_Wanted, int]]]] = deque()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._engine is not None:
            self._engine.close()

    def want(self, texts: Sequence[str]) -> _Wanted:
        """Put an article's texts in the line. Waits for the engine where much is under way already."""
        wanted = _Wanted(np.empty((len(texts), self._dim()), dtype=np.float32), len(texts))
        for row, text in enumerate(texts):
            self._waiting.append((text, wanted, row))
        if self._engine is None:
            self._engine = self._open_engine()
        while len(self._waiting) >= self._engine.batch:
            self._send(self._engine)
        return wanted

    def go_on(self) -> None:
        """Take what is encoded; where the engine has nothing to do, give it what there is.

        A batch that failed is left for later: what came before it is stored first.
        """
        while self._under_way and (future := self._under_way[0][0]).done() and future.exception() is None:
            self._receive()
        if self._engine is not None and not self._under_way:
            self._send(self._engine)

    def finish(self, wanted: _Wanted | None) -> None:
        """Wait until an article's vectors are there."""
        while not _is_ready(wanted):
            assert self._engine is not None
            if len(self._under_way) < _UNDER_WAY and self._waiting:
                self._send(self._engine)
            else:
                self._receive()

    def _send(self, engine: Engine) -> None:
        while len(self._under_way) >= _UNDER_WAY:
            self._receive()
        batch = [self._waiting.popleft() for _ in range(min(engine.batch, len(self._waiting)))]
        if batch:
            future = engine.submit([text for text, _, _ in batch])
            self._under_way.append((future, [(wanted, row) for _, wanted, row in batch]))

    def _receive(self) -> None:
        future, rows = self._under_way.popleft()
        for (wanted, row), vector in zip(rows, future.result(), strict=True):
            wanted.vectors[row] = vector
            wanted.missing -= 1
        if self._tell is not None and rows:
            last = rows[-1][0]
            self._tell(len(last.vectors) - last.missing, len(last.vectors))

"""The words of a block of texts, and which texts hold each: arrays that are never changed, only joined to new ones."""

import io
import zipfile
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from corpus.errors import StoredDataError

Ids = NDArray[np.int64]
Numbers = NDArray[np.int32]
Kept = NDArray[np.bool_]  # (n_texts,), which texts of a block still count


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Texts under ascending ids with the words of each; the same texts give the same arrays, however they were joined.

    ``texts[starts[r] : starts[r + 1]]`` are the texts that hold word ``r``, as ascending places in ``ids``; ``counts``
    says how often each holds it. Words are found by bisection in their UTF-8 bytes: opening makes no dictionary.
    """

    ids: Ids  # (n_texts,)
    lengths: Numbers  # (n_texts,), in terms
    words: NDArray[np.uint8]  # every word once, ascending, one behind the other
    ends: Ids  # (n_words,), where each word ends in words
    starts: Ids  # (n_words + 1,)
    texts: Numbers  # (n_postings,)
    counts: Numbers  # (n_postings,)

    @classmethod
    def of(cls, bags: Mapping[int, Counter[str]]) -> Self:
        """Make the postings of texts given as bags of terms under ascending ids."""
        words = sorted({word.encode() for bag in bags.values() for word in bag})
        row_of = {word.decode(): row for row, word in enumerate(words)}
        rows = np.array([row_of[word] for bag in bags.values() for word in bag], dtype=np.int64)
        sizes = [len(bag) for bag in bags.values()]
        texts = np.repeat(np.arange(len(bags), dtype=np.int32), sizes)
        counts = np.array([count for bag in bags.values() for count in bag.values()], dtype=np.int32)
        order = np.argsort(rows, kind="stable")
        return cls(
            ids=np.array(list(bags), dtype=np.int64),
            lengths=np.array([bag.total() for bag in bags.values()], dtype=np.int32),
            words=_joined(words),
            ends=_ends(words),
            starts=_starts(rows, len(words)),
            texts=texts[order],
            counts=counts[order],
        )

    @classmethod
    def join(cls, blocks: Sequence[tuple[Self, Kept | None]]) -> Self:
        """Make one block of the texts of several that are kept (None: all); no word of the others remains."""
        parts = [block for block, _ in blocks]
        ids = np.concatenate([np.empty(0, dtype=np.int64), *(part.ids for part in parts)])
        lengths = np.concatenate([np.empty(0, dtype=np.int32), *(part.lengths for part in parts)])
        masks = [np.ones(len(block.ids), dtype=bool) if kept is None else kept for block, kept in blocks]
        stays = np.concatenate([np.empty(0, dtype=bool), *masks])
        order = np.flatnonzero(stays)
        order = order[np.argsort(ids[order], kind="stable")]
        places = np.full(len(ids), -1, dtype=np.int64)  # of a text among all -> its place in the new block
        places[order] = np.arange(len(order))
        vocabularies = [part.vocabulary() for part in parts]
        words = vocabularies[0] if len(parts) == 1 else sorted(set().union(*vocabularies))
        rows, texts = _moved(parts, vocabularies, words, places)
        counts = np.concatenate([np.empty(0, dtype=np.int32), *(part.counts for part in parts)])
        left = texts >= 0
        rows, texts, counts = rows[left], texts[left], counts[left]
        sequence = np.argsort(rows * max(len(order), 1) + texts, kind="stable")  # each part is in order: runs to merge
        used = np.bincount(rows, minlength=len(words)) > 0
        rows = (np.cumsum(used) - 1)[rows]
        words = [word for word, is_used in zip(words, used.tolist(), strict=True) if is_used]
        return cls(
            ids=ids[order],
            lengths=lengths[order],
            words=_joined(words),
            ends=_ends(words),
            starts=_starts(rows, len(words)),
            texts=texts[sequence].astype(np.int32),
            counts=counts[sequence],
        )

    def vocabulary(self) -> list[bytes]:
        """Give the words, ascending, in UTF-8."""
        data, ends = self.words.tobytes(), self.ends.tolist()
        return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def of_word(self, word: str) -> slice:
        """Give where the postings of ``word`` stand in ``texts`` and ``counts``."""
        wanted = word.encode()
        row = bisect_left(range(len(self.ends)), wanted, key=self._word)
        if row == len(self.ends) or self._word(row) != wanted:
            return slice(0, 0)
        return slice(int(self.starts[row]), int(self.starts[row + 1]))

    def to_bytes(self) -> bytes:
        """Give the whole block as bytes."""
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **{field.name: getattr(self, field.name) for field in fields(self)})
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Make the block that ``to_bytes`` gave.

        Raises:
            StoredDataError: these are not the bytes of such a block.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as stored:
                return cls(**{field.name: stored[field.name] for field in fields(cls)})
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise StoredDataError("The lexical index is damaged. Build the index anew.") from error

    def writers(self, prefix: str = "lexical-") -> dict[str, Callable[[Path], None]]:
        """Give what writes the block as one file for each array: ``open`` maps them into memory."""
        return {f"{prefix}{field.name}.npy": partial(_save, array=getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def open(cls, folder: Path, prefix: str = "lexical-") -> Self:
        """Open what ``writers`` wrote to ``folder``: nothing is read before it is needed.

        Raises:
            StoredDataError: these are no files of such a block.
        """
        try:
            arrays = {
                field.name: np.asarray(np.load(folder / f"{prefix}{field.name}.npy", mmap_mode="r", allow_pickle=False))
                for field in fields(cls)
            }
        except (ValueError, OSError, EOFError) as error:
            raise StoredDataError("The lexical index is damaged. Build the index anew.") from error
        return cls(**arrays)

    def _word(self, row: int) -> bytes:
        return self.words[self.ends[row - 1] if row else 0 : self.ends[row]].tobytes()


def _moved(
    parts: Sequence[Postings], vocabularies: Sequence[list[bytes]], words: Sequence[bytes], places: Ids
) -> tuple[Ids, Ids]:
    """Give every posting's row among ``words`` and text by ``places``, -1 for a text that is left out."""
    row_of = {word: row for row, word in enumerate(words)}
    rows, texts, first = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)], 0
    for part, own in zip(parts, vocabularies, strict=True):
        new = np.array([row_of[word] for word in own], dtype=np.int64)
        rows.append(np.repeat(new, np.diff(part.starts)))
        texts.append(places[part.texts + np.int64(first)])
        first += len(part.ids)
    return np.concatenate(rows), np.concatenate(texts)


def _save(file: Path, array: NDArray[Any]) -> None:
    np.save(file, array, allow_pickle=False)


def _joined(words: Sequence[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(words), dtype=np.uint8)


def _ends(words: Sequence[bytes]) -> Ids:
    return np.cumsum([len(word) for word in words], dtype=np.int64)


def _starts(rows: Ids, words: int) -> Ids:
    return np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=words))]).astype(np.int64)

"""The lexical engines that docs/decisions/0003 compares; a passage's id is its place. One process for each."""

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """A lexical index under test."""

    def __init__(self, folder: Path) -> None:
        """Make an empty index that may keep files in ``folder``."""
        ...

    def add(self, texts: Sequence[str]) -> None:
        """Add texts, so that the next search sees them."""
        ...

    def search(self, question: str, k: int) -> Sequence[int]:
        """Give the places of the best ``k`` texts."""
        ...

    def save(self) -> None:
        """Leave everything in the folder."""
        ...


class Postings:
    """The product's own ``LexicalIndex``."""

    def __init__(self, folder: Path) -> None:
        """See Engine."""
        from index.lexical import LexicalIndex

        self.folder, self.index = folder, LexicalIndex()

    def add(self, texts: Sequence[str]) -> None:
        """See Engine."""
        first = len(self.index)
        self.index.add(range(first, first + len(texts)), texts)

    def search(self, question: str, k: int) -> Sequence[int]:
        """See Engine."""
        return self.index.search(question, k)

    def save(self) -> None:
        """See Engine."""
        (self.folder / "lexical.npz").write_bytes(self.index.to_bytes())


class Bm25s:
    """bm25s with PyStemmer: an index of a fixed list, so adding builds anew."""

    def __init__(self, folder: Path) -> None:
        """See Engine."""
        import bm25s
        import Stemmer  # type: ignore[import-not-found]

        self.folder, self.bm25s, self.stemmer = folder, bm25s, Stemmer.Stemmer("english")
        self.tokens: list[list[str]] = []

    def _tokens(self, texts: Sequence[str]) -> Any:
        return self.bm25s.tokenize(
            list(texts), stopwords="en", stemmer=self.stemmer, return_ids=False, show_progress=False
        )

    def add(self, texts: Sequence[str]) -> None:
        """See Engine."""
        self.tokens += self._tokens(texts)
        self.index = self.bm25s.BM25(k1=1.2, b=0.75)
        self.index.index(self.tokens, show_progress=False)

    def search(self, question: str, k: int) -> Sequence[int]:
        """See Engine."""
        k = min(k, len(self.tokens))
        found, scores = self.index.retrieve(self._tokens([question]), k=k, show_progress=False)
        return [int(place) for place in found[0][scores[0] > 0]]

    def save(self) -> None:
        """See Engine."""
        self.index.save(self.folder, show_progress=False)


class Tantivy:
    """tantivy with its English stemmer and stop words, in a folder."""

    def __init__(self, folder: Path) -> None:
        """See Engine."""
        import tantivy

        self.tantivy = tantivy
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        for step in (tantivy.Filter.lowercase(), tantivy.Filter.stopword("english"), tantivy.Filter.stemmer("english")):
            builder = builder.filter(step)
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("id", stored=True, indexed=True, fast=True)
        schema.add_text_field("text", tokenizer_name="passages", index_option="freq")
        self.index = tantivy.Index(schema.build(), str(folder))
        self.analyser = builder.build()
        self.index.register_tokenizer("passages", self.analyser)
        self.count = 0

    def add(self, texts: Sequence[str]) -> None:
        """See Engine."""
        writer = self.index.writer(heap_size=15_000_000, num_threads=1)
        for text in texts:
            writer.add_document(self.tantivy.Document(id=self.count, text=text))
            self.count += 1
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()

    def search(self, question: str, k: int) -> Sequence[int]:
        """See Engine."""
        query, _ = self.index.parse_query_lenient(" ".join(re.findall(r"\w+", question)), ["text"])
        searcher = self.index.searcher()
        return [searcher.doc(address)["id"][0] for _, address in searcher.search(query, k).hits]

    def save(self) -> None:
        """See Engine: every commit has."""


class Fts5:
    """SQLite's FTS5 with its Porter stemmer, in one file; stop words are taken from the question."""

    def __init__(self, folder: Path) -> None:
        """See Engine."""
        self.connection = sqlite3.connect(folder / "passages.db")
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'porter unicode61')")

    def add(self, texts: Sequence[str]) -> None:
        """See Engine."""
        with self.connection:
            self.connection.executemany("INSERT INTO passages (text) VALUES (?)", ((text,) for text in texts))

    def search(self, question: str, k: int) -> Sequence[int]:
        """See Engine."""
        from index.words import STOP_WORDS

        words = re.findall(r"[^\W_]+", question.lower())
        query = " OR ".join(f'"{word}"' for word in words if word not in STOP_WORDS) or '"nothing to search"'
        sql = "SELECT rowid - 1 FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT ?"
        return [row[0] for row in self.connection.execute(sql, (query, k))]

    def save(self) -> None:
        """See Engine."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


ENGINES: dict[str, type[Engine]] = {
    "own postings": Postings,
    "bm25s": Bm25s,
    "tantivy": Tantivy,
    "SQLite FTS5": Fts5,
}

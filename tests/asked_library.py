"""A library that is asked: what is put into it, and what is found."""

import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus import Article
from corpus.library.sqlite_store import SqliteLibrary
from index import Hit, PassageIndex
from index.ingest import prepare
from index.library_index import LibraryIndex
from tests.fakes import FakeEncoder

ROOT = Path(__file__).parent.parent
ENCODER = FakeEncoder(dim=64)
DOG = "A dog barked at the moon. Nobody knew why."
FLOOD = "The river rose on Monday. The town of Arden was flooded. Forty people left their homes."


def add(
    store: SqliteLibrary, id: str, text: str, collection: str = "default", alike: bool = False, **facts: Any
) -> None:
    """Store an article; unless ``alike``, it repeats no other, however much of its text it shares."""
    prepared = prepare(Article.create(text, id=id, **facts), id, ENCODER)
    if not alike:
        random = np.random.default_rng(zlib.crc32(text.encode()))
        signature = random.integers(2**32, size=prepared.signature.shape, dtype=np.uint32)
        prepared = replace(prepared, signature=signature)
    store.upsert(prepared, encoder=ENCODER.name, collection=collection)


def opened(store: SqliteLibrary, folder: Path | None = None, said: list[str] | None = None) -> LibraryIndex:
    return LibraryIndex(store, ENCODER, folder, say=None if said is None else said.append)


def facts(hits: list[Hit]) -> list[tuple[Any, ...]]:
    return [
        (
            h.passage.article.id,
            h.passage.article.version,
            h.passage.start,
            h.score,
            h.dense,
            h.lexical,
            h.vectors.tobytes(),
        )
        for h in hits
    ]


def built_anew(store: SqliteLibrary) -> PassageIndex:
    """Give an index of the library's articles that answer, in the order their passages were added."""
    held = [store.get(summary.id) for summary in store.scan(limit=1000)]
    answering = sorted((one for one in held if one.duplicate_of is None), key=lambda one: one.first_id)
    return PassageIndex.build([one.article for one in answering], ENCODER)

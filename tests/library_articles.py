"""Articles for the library's tests, made from a number: the same number gives the same text, sentences and vectors."""

import random
from datetime import date

from corpus.article import Article
from corpus.library.near_duplicates import signature_of
from corpus.library.types import LibraryStore, PreparedArticle
from corpus.passages import cut_passages
from corpus.sentences import split_sentences
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder(dim=16, name="fake-16")
SYLLABLES = ("ka", "ro", "mi", "ten", "lu", "sor", "vi", "pal", "de", "nu")


def story(number: int, sentences: int = 8, changed: int = 0) -> str:
    """``changed`` of its sentences are others than in the story of that number: 1 of 20 leaves it nearly the same."""
    lines = []
    for line in range(sentences):
        dice = random.Random(f"{number} {line} {line < changed}")
        words = ["".join(dice.choices(SYLLABLES, k=3)) for _ in range(10)]
        lines.append(" ".join(words).capitalize() + ".")
    return " ".join(lines)


def prepare(id: str, text: str, *, origin: str | None = None, **fields: object) -> PreparedArticle:
    article = Article.create(text, id=id, **fields)  # type: ignore[arg-type]
    sentences = split_sentences(article)
    passages = cut_passages(article, sentences, max_characters=300)
    return PreparedArticle(
        article=article,
        sentences=sentences,
        passages=passages,
        sentence_vectors=ENCODER.encode([sentence.text for sentence in sentences]),
        passage_vectors=ENCODER.encode([passage.text for passage in passages]),
        origin=origin or f"/articles/{id}",
        signature=signature_of(article.text),
    )


def add(store: LibraryStore, id: str, text: str, collection: str = "default", **fields: object) -> str:
    return store.upsert(prepare(id, text, **fields), encoder=ENCODER.name, collection=collection).outcome  # type: ignore[arg-type]


FIELDS = {
    "title": "Troops in Kursk",
    "url": "https://example.org/1",
    "source": "example.org",
    "author": "A. Writer",
    "published": date(2024, 10, 23),
    "language": "de",
    "pages": (0, 20, 40),
}


def assert_whole(store: LibraryStore, prepared: PreparedArticle, version: int) -> None:
    """The article is there as prepared: text, sentences, passages, vectors."""
    stored = store.get(prepared.article.id)
    assert stored.article.text == prepared.article.text
    assert stored.article.version == version
    spans = [(sentence.start, sentence.end) for sentence in stored.sentences]
    assert spans == [(sentence.start, sentence.end) for sentence in prepared.sentences]
    assert (store.sentence_vectors(prepared.article.id) == prepared.sentence_vectors).all()
    if stored.duplicate_of is not None:
        assert (stored.passages, stored.first_id) == ((), -1)
        return
    ids = range(stored.first_id, stored.first_id + len(stored.passages))
    rows = list(store.passages(ids))
    assert [row.text for row in rows] == [passage.text for passage in prepared.passages]
    assert [(row.id, row.index, row.article_id) for row in rows] == [
        (id, index, prepared.article.id) for index, id in enumerate(ids)
    ]
    assert all((row.vector == vector).all() for row, vector in zip(rows, prepared.passage_vectors, strict=True))

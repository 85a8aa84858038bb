"""Damage to an article's rows, done behind the library's back: by any that SQLite lets be done."""

import sqlite3
from contextlib import closing
from pathlib import Path

_OF_A = "(SELECT key FROM articles WHERE id = '{id}')"
_VERSION = "(SELECT key FROM versions WHERE article = (SELECT key FROM articles WHERE id = '{id}'))"

# Each damages the current version of the article {id} so that it cannot be read.
UNREADABLE = {
    "a first sentence that is not there": f"UPDATE passages SET first = 1000 WHERE article = {_OF_A}",
    "a first sentence before the first": f"UPDATE passages SET first = -5 WHERE article = {_OF_A}",
    "a first sentence that is a word": f"UPDATE passages SET first = 'abc' WHERE article = {_OF_A}",
    "a first sentence and a half": f"UPDATE passages SET first = 1.5 WHERE article = {_OF_A}",
    "a passage of nothing": f"UPDATE passages SET length = 0 WHERE article = {_OF_A}",
    "a passage of less": f"UPDATE passages SET length = -1 WHERE article = {_OF_A}",
    "a passage of too much": f"UPDATE passages SET length = 100000 WHERE article = {_OF_A}",
    "passages apart": f"UPDATE passages SET position = 2 * position + 1 WHERE article = {_OF_A}",
    "passages of other ids": "UPDATE articles SET first_id = first_id + 1 WHERE id = '{id}'",
    "half a span": f"UPDATE contents SET spans = substr(spans, 1, length(spans) - 4) WHERE version = {_VERSION}",
    "half a number": f"UPDATE contents SET spans = substr(spans, 1, length(spans) - 3) WHERE version = {_VERSION}",
    "no spans": f"UPDATE contents SET spans = x'' WHERE version = {_VERSION}",
    "spans that are a word": f"UPDATE contents SET spans = 'abc' WHERE version = {_VERSION}",
    "pages that are a word": f"UPDATE contents SET pages = 'abc' WHERE version = {_VERSION}",
    "a text cut short": f"UPDATE contents SET text = substr(text, 1, 30) WHERE version = {_VERSION}",
    "a text that is bytes": f"UPDATE contents SET text = x'ff41' WHERE version = {_VERSION}",
    "a text that is no text": f"UPDATE contents SET text = CAST(x'ff41' AS TEXT) WHERE version = {_VERSION}",
    "a text that is lost": f"DELETE FROM contents WHERE version = {_VERSION}",
    "vectors cut short": f"UPDATE vectors SET sentences = substr(sentences, 1, length(sentences) - 4) "
    f"WHERE article = {_OF_A}",
    "vectors of fewer sentences": f"UPDATE vectors SET sentences = substr(sentences, 1, 64) WHERE article = {_OF_A}",
    "vectors of zeros": f"UPDATE vectors SET sentences = zeroblob(length(sentences)) WHERE article = {_OF_A}",
    "vectors that are lost": f"DELETE FROM vectors WHERE article = {_OF_A}",
    "passages that are lost": f"DELETE FROM passages WHERE article = {_OF_A}",
    "a day that is none": f"UPDATE versions SET published = 'garbage' WHERE article = {_OF_A}",
    "a moment that is none": f"UPDATE versions SET added = 'garbage' WHERE article = {_OF_A}",
    "a title that is bytes": f"UPDATE versions SET title = x'ff' WHERE article = {_OF_A}",
}
# And these so that its text can be quoted still, but the article not be stored again.
READABLE = {
    "a passage's vector cut short": f"UPDATE passages SET vector = substr(vector, 1, 8) WHERE article = {_OF_A}",
    "a passage's vector of zeros": f"UPDATE passages SET vector = zeroblob(length(vector)) WHERE article = {_OF_A}",
    "a signature cut short": f"UPDATE vectors SET signature = x'0102' WHERE article = {_OF_A}",
    "another signature": f"UPDATE vectors SET signature = zeroblob(512) WHERE article = {_OF_A}",
}
DAMAGES = UNREADABLE | READABLE


def damage(path: Path, name: str, id: str) -> None:
    """Do the damage of that name to the article ``id`` of the library in ``path``."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute(DAMAGES[name].format(id=id)).rowcount > 0

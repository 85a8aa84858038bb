"""The library's tables. Nothing in them is SQLite's own: PostgreSQL holds the same ones, made by its own migrations.

Numbers that belong together and are only ever read together (spans, pages, vectors) are stored as one run of bytes,
little-endian: ``rows.py`` says which types.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from corpus.library.server_text import ServerText

SCHEMA = 2  # raised with every change of the tables; migrations.py brings older ones here

metadata = MetaData()

# SQLite counts up an INTEGER PRIMARY KEY by itself; a BIGINT one it does not.
_Key = BigInteger().with_variant(Integer, "sqlite")
_Name = String().with_variant(ServerText(), "postgresql")
_Text = Text().with_variant(ServerText(), "postgresql")


class _AsItLies(TypeDecorator[Any]):
    """A date or a time in SQLite, which keeps it as text: one that is none is given as it lies there, to be named by
    whoever reads its row and knows which article it is of.
    """

    impl = Date
    cache_ok = True

    def __init__(self, kind: Date | DateTime) -> None:
        """Read ``kind``."""
        super().__init__()
        self._kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> Date | DateTime:
        """Give the kind, whichever the dialect."""
        return self._kind

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """Give what makes a date or a time of what is stored."""
        read = super().result_processor(dialect, coltype)
        if read is None:
            return None

        def given(stored: Any) -> Any:
            try:
                return read(stored)
            except (TypeError, ValueError):
                return stored

        return given


_Day = Date().with_variant(_AsItLies(Date()), "sqlite")
_Time = DateTime().with_variant(_AsItLies(DateTime()), "sqlite")


def _owner(table: str) -> ForeignKey:
    return ForeignKey(f"{table}.key", ondelete="CASCADE")


library = Table(  # one row
    "library",
    metadata,
    Column("key", Integer, CheckConstraint("key = 1"), primary_key=True),
    Column("identity", _Name, nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("next_id", BigInteger, nullable=False),  # of the next passage: counts up for good
    Column("floor", BigInteger, nullable=False),  # the oldest generation that ``changes`` still leads on from
    Column("encoder", _Name),
    Column("dim", Integer),
    Column("untidy", Boolean, nullable=False),  # something was deleted since the file was last written anew
    Column("deletions", BigInteger, nullable=False, server_default=text("0")),  # of conversations, turns and feedback
)

articles = Table(
    "articles",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("id", _Name, nullable=False, unique=True),
    Column("collection", _Name, nullable=False),
    Column("origin", _Name, nullable=False, index=True),
    Column("version", Integer, nullable=False),  # the current one
    Column("duplicate_of", _Key, ForeignKey("articles.key")),
    Column("first_id", BigInteger, nullable=False),  # of its first passage
    Index("articles_by_collection", "collection"),
)
# Without the originals, or SQLite would look for passages by way of all of them. (To name ``postgresql_where`` here too
# would load that dialect whenever a library is opened.)
Index("duplicates", articles.c.duplicate_of, sqlite_where=articles.c.duplicate_of.is_not(None))

vectors = Table(  # of current versions; beside the articles, so that look-ups read none of it
    "vectors",
    metadata,
    Column("article", _Key, _owner("articles"), primary_key=True, autoincrement=False),
    Column("signature", LargeBinary, nullable=False),
    Column("crc", BigInteger, nullable=False),  # of the signature, the sentences' vectors, the passages' in order
    Column("sentences", LargeBinary, nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("article", _Key, _owner("articles"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", _Text, nullable=False),
    Column("url", _Text),
    Column("source", _Name),
    Column("author", _Name),
    Column("published", _Day),
    Column("language", _Name, nullable=False),
    Column("fingerprint", _Name, nullable=False),
    Column("added", _Time, nullable=False),  # UTC
    Column("characters", Integer, nullable=False),
    Column("sentences", Integer, nullable=False),
    UniqueConstraint("article", "version"),
)

contents = Table(  # beside the versions, so that lists read none of it
    "contents",
    metadata,
    Column("version", _Key, _owner("versions"), primary_key=True, autoincrement=False),
    Column("crc", BigInteger, nullable=False),  # of the text in UTF-8, then spans, then pages
    Column("spans", LargeBinary, nullable=False),
    Column("pages", LargeBinary, nullable=False),
    Column("text", _Text, nullable=False),
)

passages = Table(  # of current versions only
    "passages",
    metadata,
    Column("id", _Key, primary_key=True, autoincrement=False),
    Column("article", _Key, _owner("articles"), nullable=False, index=True),
    Column("position", Integer, nullable=False),  # in its article
    Column("first", Integer, nullable=False),  # its first sentence
    Column("length", Integer, nullable=False),  # in sentences
    Column("vector", LargeBinary, nullable=False),
)

bands = Table(  # of current versions' signatures
    "bands",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article", _Key, _owner("articles"), primary_key=True, autoincrement=False, index=True),
    sqlite_with_rowid=False,
)

changes = Table(  # runs of passage ids that became, or ceased to be, current
    "changes",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("generation", BigInteger, nullable=False, index=True),
    Column("added", Boolean, nullable=False),  # else removed
    Column("first_id", BigInteger, nullable=False),
    Column("stop_id", BigInteger, nullable=False),  # exclusive
)

conversations = Table(
    "conversations",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("id", _Name, nullable=False, unique=True),
    Column("scope", _Text, nullable=False),  # a Filter, as JSON
    Column("created", DateTime, nullable=False),  # UTC
    Column("used", DateTime, nullable=False, index=True),  # UTC
)

turns = Table(
    "turns",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("conversation", _Key, _owner("conversations"), nullable=False),
    Column("number", Integer, nullable=False),  # in its conversation, from 1
    Column("question", _Text, nullable=False),
    Column("standalone", _Text, nullable=False),
    Column("found", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("asked", DateTime, nullable=False),  # UTC
    UniqueConstraint("conversation", "number"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("id", _Name, nullable=False, unique=True),
    Column("conversation", _Key, ForeignKey("conversations.key", ondelete="SET NULL"), index=True),
    Column("created", DateTime, nullable=False),  # UTC
    Column("question", _Text, nullable=False),
    Column("standalone", _Text, nullable=False),
    Column("history", _Text, nullable=False),  # the questions before it, as JSON
    Column("verdict", _Name, nullable=False),
    Column("found", Boolean, nullable=False),
)

places = Table(  # of what was shown; each belongs to a turn or to feedback, and to no article: that may go
    "places",
    metadata,
    Column("key", _Key, primary_key=True),
    Column("turn", _Key, _owner("turns"), index=True),
    Column("feedback", _Key, _owner("feedback"), index=True),
    Column("kind", _Name, nullable=False),  # of a turn: citation, nearest; of feedback: shown, right
    Column("article", _Name, nullable=False, index=True),  # its id
    Column("version", Integer, nullable=False),
    Column("fingerprint", _Name, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentence", Integer, nullable=False),
    Column("score", Float, nullable=False),
    Column("answer_start", Integer),
    Column("answer_end", Integer),
    CheckConstraint("(turn IS NULL) <> (feedback IS NULL)"),
)

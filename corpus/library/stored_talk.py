"""Conversations and feedback in the library's tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, and_, delete, func, insert, or_, select, true, update

from corpus.errors import ConversationFullError, NoSuchConversationError, NoSuchFeedbackError
from corpus.library import talk_rows
from corpus.library.database import Database
from corpus.library.rows import storable
from corpus.library.schema import conversations, feedback, library, places, turns
from corpus.library.talk import MOST_TURNS, CitedPlace, Conversation, ConversationSummary, Feedback, StoredTurn
from corpus.library.types import ALL, Filter


class StoredTalk:
    """A ``ConversationStore`` in the tables of a library, for any number of threads and processes."""

    def __init__(self, database: Database) -> None:
        """Keep them in ``database``, whose tables are there."""
        self._database = database
        self.has_deleted = False

    def start(self, where: Filter = ALL) -> str:
        """Begin a conversation: see ``ConversationStore.start``."""
        id, now = talk_rows.new_id(), talk_rows.now()
        row = {"id": id, "scope": talk_rows.to_scope(where), "created": now, "used": now}
        with self._database.write() as connection:
            connection.execute(insert(conversations).values(row))
        return id

    def append(self, id: str, turn: StoredTurn) -> int:
        """Add a turn, with its places or not at all: see ``ConversationStore.append``."""
        with self._database.write() as connection:
            key = _key_of(connection, id)
            number = _last_turn(connection, key)[1] + 1
            if number > MOST_TURNS:
                raise ConversationFullError(f"The conversation has {MOST_TURNS:,} turns, the most. Begin a new one.")
            row = {"conversation": key, "number": number, **talk_rows.turn_row(turn)}
            owner = _made(connection.execute(insert(turns).values(row)))
            shown = [
                *(("citation", place) for place in turn.citations),
                *(("nearest", place) for place in turn.nearest),
            ]
            _add_places(connection, "turn", owner, shown)
            _use(connection, key)
        return number

    def get(self, id: str, last: int | None = None) -> Conversation:
        """Give a conversation: see ``ConversationStore.get``."""
        with self._database.read() as connection:
            row = connection.execute(select(conversations).where(conversations.c.id == storable(id))).one_or_none()
            if row is None:
                raise _no_conversation()
            first = 0 if last is None else _last_turn(connection, row.key)[1] - last + 1
            wanted = and_(turns.c.conversation == row.key, turns.c.number >= first)
            found = connection.execute(select(turns).where(wanted).order_by(turns.c.number)).all()
            owned = select(turns.c.key).where(wanted)
            shown = _places_of(connection, places.c.turn, places.c.turn.in_(owned))
        return Conversation(
            id=row.id,
            where=talk_rows.of_scope(row.scope),
            created=row.created.replace(tzinfo=UTC),
            used=row.used.replace(tzinfo=UTC),
            turns=tuple(talk_rows.turn_of(turn, shown[turn.key]) for turn in found),
        )

    def undo(self, id: str) -> bool:
        """Take the last turn off: see ``ConversationStore.undo``."""
        with self._database.write() as connection:
            key = _key_of(connection, id)
            last, number = _last_turn(connection, key)
            if number:
                self._remove(connection, turns, turns.c.key == last)
                _use(connection, key)
        self._wipe()
        return number > 0

    def delete(self, id: str) -> None:
        """Delete a conversation: see ``ConversationStore.delete``. Its words are overwritten at once."""
        with self._database.write() as connection:
            if not self._remove(connection, conversations, conversations.c.id == storable(id)):
                raise _no_conversation()
        self._wipe()

    def scan(self, after: str | None = None, limit: int = 100) -> Sequence[ConversationSummary]:
        """Give up to ``limit`` conversations behind the id ``after``, oldest first."""
        count = select(func.count()).select_from(turns).where(turns.c.conversation == conversations.c.key)
        first = select(turns.c.question).where(turns.c.conversation == conversations.c.key, turns.c.number == 1)
        query = select(conversations, count.scalar_subquery().label("turns"), first.scalar_subquery().label("question"))
        if after is not None:
            query = query.where(conversations.c.id > storable(after))
        with self._database.read() as connection:
            found = connection.execute(query.order_by(conversations.c.id).limit(limit)).all()
        return [
            ConversationSummary(
                id=row.id,
                where=talk_rows.of_scope(row.scope),
                created=row.created.replace(tzinfo=UTC),
                used=row.used.replace(tzinfo=UTC),
                turns=row.turns,
                question=row.question,
            )
            for row in found
        ]

    def expire(self, before: datetime) -> int:
        """Delete the conversations that were last used before that moment (UTC); give how many."""
        old = conversations.c.used < talk_rows.moment(before)
        with self._database.read() as connection:  # most often there are none, and then nobody need wait for a writer
            if connection.execute(select(conversations.c.key).where(old).limit(1)).first() is None:
                return 0
        with self._database.write() as connection:
            removed = self._remove(connection, conversations, old)
        self._wipe()
        return removed

    def add_feedback(self, given: Feedback) -> str:
        """Store feedback: see ``ConversationStore.add_feedback``."""
        id = talk_rows.new_id()
        with self._database.write() as connection:
            talk = select(conversations.c.key).where(conversations.c.id == storable(given.conversation or ""))
            row = {
                "id": id,
                "created": talk_rows.now(),
                "conversation": connection.execute(talk).scalar_one_or_none(),
                **talk_rows.feedback_row(given),
            }
            owner = _made(connection.execute(insert(feedback).values(row)))
            named = (("shown", given.place), ("right", given.right))
            _add_places(connection, "feedback", owner, [(kind, place) for kind, place in named if place is not None])
        return id

    def get_feedback(self, id: str) -> Feedback:
        """Give one piece of feedback: see ``ConversationStore.get_feedback``."""
        found = self._feedback(feedback.c.id == storable(id), 1)
        if not found:
            raise _no_feedback()
        return found[0]

    def feedback(self, after: str | None = None, limit: int = 100) -> Sequence[Feedback]:
        """Give up to ``limit`` pieces of feedback behind the id ``after``, oldest first."""
        return self._feedback(true() if after is None else feedback.c.id > storable(after), limit)

    def _feedback(self, which: Any, limit: int) -> Sequence[Feedback]:
        query = select(feedback, conversations.c.id.label("talk")).select_from(feedback.outerjoin(conversations))
        with self._database.read() as connection:
            found = connection.execute(query.where(which).order_by(feedback.c.id).limit(limit)).all()
            keys = [row.key for row in found]
            shown = _places_of(connection, places.c.feedback, places.c.feedback.in_(keys))
        return [talk_rows.feedback_of(row, shown[row.key]) for row in found]

    def delete_feedback(self, id: str) -> None:
        """Delete feedback: see ``ConversationStore.delete_feedback``."""
        with self._database.write() as connection:
            if not self._remove(connection, feedback, feedback.c.id == storable(id)):
                raise _no_feedback()
        self._wipe()

    def _remove(self, connection: Connection, table: Table, which: Any) -> int:
        """Delete rows, and note that the file holds copies of them perhaps; see ``compact``."""
        removed = int(connection.execute(delete(table).where(which)).rowcount)
        if removed:
            counted = {"untidy": True, "deletions": library.c.deletions + 1}
            connection.execute(update(library).values(counted))
            self.has_deleted = True
        return removed

    def _wipe(self) -> None:
        self._database.wipe()


def forget_words(connection: Connection, article_id: str) -> None:
    """Take out what was understood from an article's words, where a conversation or feedback quoted it.

    A question that was made to stand alone may hold names that it took from what was quoted.
    """
    cited = places.c.article == storable(article_id)
    of_turns = select(turns.c.conversation).join_from(places, turns, places.c.turn == turns.c.key).where(cited)
    of_feedback = select(places.c.feedback).where(cited, places.c.feedback.is_not(None))
    talks = list(connection.execute(of_turns.distinct()).scalars())
    which = or_(feedback.c.key.in_(of_feedback), feedback.c.conversation.in_(talks))
    for table, fits in ((turns, turns.c.conversation.in_(talks)), (feedback, which)):
        other = table.c.standalone != table.c.question
        connection.execute(update(table).where(and_(fits, other)).values(standalone=table.c.question))


def _no_conversation() -> NoSuchConversationError:
    # The id is not said: it is what lets one read it.
    return NoSuchConversationError("There is no such conversation: it was deleted, or it has expired. Begin a new one.")


def _no_feedback() -> NoSuchFeedbackError:
    return NoSuchFeedbackError("There is no such feedback: it was taken back, or it never was.")


def _key_of(connection: Connection, id: str) -> int:
    key = connection.execute(select(conversations.c.key).where(conversations.c.id == storable(id))).scalar_one_or_none()
    if key is None:
        raise _no_conversation()
    return int(key)


def _last_turn(connection: Connection, conversation: int) -> tuple[int, int]:
    """Give the last turn's key and number; 0 and 0 where there is none."""
    query = select(turns.c.key, turns.c.number).where(turns.c.conversation == conversation)
    row = connection.execute(query.order_by(turns.c.number.desc()).limit(1)).first()
    return (row.key, row.number) if row else (0, 0)


def _use(connection: Connection, conversation: int) -> None:
    renewed = update(conversations).where(conversations.c.key == conversation)
    connection.execute(renewed.values(used=talk_rows.now()))


def _made(done: Any) -> int:
    return int(done.inserted_primary_key[0])


def _add_places(connection: Connection, owner: str, key: int, named: Iterable[tuple[str, CitedPlace]]) -> None:
    if rows := talk_rows.place_rows(owner, key, named):
        connection.execute(insert(places), rows)


def _places_of(connection: Connection, owner: Column[Any], which: Any) -> dict[int, dict[str, list[CitedPlace]]]:
    """Give the places that fit, by the key of what they belong to and by their kind, in the order they had."""
    found: dict[int, dict[str, list[CitedPlace]]] = defaultdict(lambda: defaultdict(list))
    for row in connection.execute(select(places, owner.label("owner")).where(which).order_by(places.c.key)):
        found[row.owner][row.kind].append(talk_rows.place_of(row))
    return found

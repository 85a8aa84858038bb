"""How long a library takes to keep and give conversations: ``python -m evaluation.conversation_store``.

Nothing is asked: each turn is stored with five places in one article, as an answer has at most.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.conversation.export import conversation_to_dict
from bot.conversation.stored import MOST_HISTORY, history_of
from corpus import default_article, split_sentences
from corpus.library import open_library
from corpus.library.sqlite_store import SqliteLibrary
from corpus.library.talk import CitedPlace, StoredTurn
from corpus.library.types import ALL
from corpus.quoted import Quotes

TIMES = 200


def main() -> None:
    """Print the median of each step, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder, open_library(Path(folder) / "library.sqlite") as library:
        for name, milliseconds in measure(library).items():
            print(f"{name:<48}{milliseconds:8.2f} ms")


def measure(library: SqliteLibrary) -> dict[str, float]:
    """Give the median milliseconds of each step."""
    talk, turn = library.talk, _turn()
    figures = {"start": _median(lambda: talk.start(ALL)), "append": _median(_appending(library, turn))}
    for turns in (5, 100, 1_000):
        id = talk.start(ALL)
        for _ in range(turns):
            talk.append(id, turn)
        kept = talk.get(id)
        times = max(5, TIMES // turns)
        figures[f"get, {turns} turns"] = _median(partial(talk.get, id), times)
        figures[f"history for the next question, {turns} turns"] = _median(partial(_history, library, id), times)
        figures[f"as JSON with its quotes, {turns} turns"] = _median(
            partial(conversation_to_dict, kept, Quotes(None), 30), times
        )
    figures["undo"] = _median(lambda: talk.undo(id), 50)
    figures["expire, none expired"] = _median(lambda: talk.expire(datetime(2000, 1, 1, tzinfo=UTC)))
    began = perf_counter()
    removed = talk.expire(datetime.now(UTC))
    figures[f"expire {removed} at once"] = (perf_counter() - began) * 1e3
    return figures


def _appending(library: SqliteLibrary, turn: StoredTurn) -> Callable[[], object]:
    id = library.talk.start(ALL)
    return lambda: library.talk.append(id, turn)


def _history(library: SqliteLibrary, id: str) -> object:
    return history_of(library.talk.get(id, MOST_HISTORY).turns, Quotes(None))


def _turn() -> StoredTurn:
    article = default_article()
    places = tuple(
        CitedPlace(article.id, 1, article.fingerprint, sentence.start, sentence.end, sentence.index, 0.5)
        for sentence in split_sentences(article)[:5]
    )
    return StoredTurn("how many troops?", "how many troops?", True, 0.76, datetime.now(UTC), places)


def _median(step: Callable[[], object], times: int = TIMES) -> float:
    taken = []
    for _ in range(times):
        began = perf_counter()
        step()
        taken.append(perf_counter() - began)
    return median(taken) * 1e3


if __name__ == "__main__":
    main()

"""How common the words of a question are in a library on a server."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

_MANY = 2_000  # passages that hold a word; where there are more the server's statistics say how many, if they can
_ENOUGH = 5_000  # passages that the rarest words lead to: the others cannot make up for what they lack
_SAMPLED_FROM = 50_000  # passages from which on their number and length are estimated
_REMEMBERED = 10_000  # words

_LEXEMES = text("SELECT lexeme FROM unnest(to_tsvector('english', :question)) ORDER BY lexeme")
_COUNTS = text(
    "SELECT one.lexeme, (SELECT count(*) FROM (SELECT 1 FROM passage_search "
    "WHERE words @@ CAST(one.query AS tsquery) LIMIT :most) AS found) "
    "FROM unnest(CAST(:lexemes AS text[]), CAST(:queries AS text[])) AS one (lexeme, query)"
)
_COMMON = text(
    "SELECT lexeme, share FROM pg_stats, "
    "unnest(CAST(CAST(most_common_elems AS text) AS text[]), most_common_elem_freqs) AS one (lexeme, share) "
    "WHERE schemaname = current_schema() AND tablename = 'passage_search' AND attname = 'words' "
    "AND lexeme = ANY(:lexemes)"
)
_EXACT = text("SELECT count(*) AS number, coalesce(avg(length), 1) AS mean FROM passage_search")
_ROUGH = text(
    "SELECT (SELECT reltuples FROM pg_class WHERE oid = 'passage_search'::regclass) AS number, "
    "coalesce(avg(length), 1) AS mean FROM passage_search TABLESAMPLE SYSTEM (1)"
)
_MANY_THERE = text("SELECT count(*) FROM (SELECT 1 FROM passage_search LIMIT :most) AS found")


@dataclass(frozen=True, slots=True)
class Terms:
    """The words of a question as they are searched, and what BM25 needs to know of them."""

    lexemes: Sequence[str]
    weights: Sequence[float]  # the idf of each, more than 0
    rare: Sequence[str]  # the rarest of them, at least one where there are any
    mean_length: float  # of a passage, in words


class WordCounts:
    """In how many passages words are, as of one generation of the library. Not for several threads."""

    def __init__(self) -> None:
        """Know of none."""
        self._generation = -1
        self._numbers: dict[str, int] = {}
        self._passages, self._mean = 0, 1.0

    def terms_of(self, connection: Connection, generation: int, question: str) -> Terms:
        """Give the words of ``question`` that carry meaning."""
        if generation != self._generation or len(self._numbers) > _REMEMBERED:
            self._numbers = {}
            self._passages, self._mean = _size(connection)
            self._generation = generation
        lexemes = list(connection.execute(_LEXEMES, {"question": question}).scalars())
        if unknown := [lexeme for lexeme in lexemes if lexeme not in self._numbers]:
            self._numbers |= _numbers(connection, unknown, self._passages)
        numbers = [self._numbers[lexeme] for lexeme in lexemes]
        return Terms(lexemes, [_idf(self._passages, one) for one in numbers], _rarest(lexemes, numbers), self._mean)


def any_of(lexemes: Sequence[str]) -> str:
    """Give the query for a passage with one of the words."""
    quoted = (lexeme.replace("\\", "\\\\").replace("'", "''") for lexeme in lexemes)
    return " | ".join(f"'{lexeme}'" for lexeme in quoted)


def _idf(passages: int, holding: int) -> float:
    holding = min(holding, passages)
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def _rarest(lexemes: Sequence[str], numbers: Sequence[int]) -> list[str]:
    rare: list[str] = []
    reached = 0
    for number, lexeme in sorted(zip(numbers, lexemes, strict=True)):
        if rare and reached + number > _ENOUGH:
            break
        rare.append(lexeme)
        reached += number
    return rare


def _size(connection: Connection) -> tuple[int, float]:
    many = connection.execute(_MANY_THERE, {"most": _SAMPLED_FROM}).scalar_one() == _SAMPLED_FROM
    row = connection.execute(_ROUGH if many else _EXACT).one()
    return max(int(row.number), _SAMPLED_FROM if many else 0), max(float(row.mean), 1.0)


def _numbers(connection: Connection, lexemes: list[str], passages: int) -> dict[str, int]:
    """Give in how many passages each word is; of a common one in a large library the server's estimate."""
    most = passages if passages < _SAMPLED_FROM else _MANY
    values = {"lexemes": lexemes, "queries": [any_of([lexeme]) for lexeme in lexemes], "most": most + 1}
    numbers = {row.lexeme: int(row[1]) for row in connection.execute(_COUNTS, values)}
    common = [lexeme for lexeme, number in numbers.items() if number > most]
    if common:
        for lexeme, share in connection.execute(_COMMON, {"lexemes": common}):
            numbers[lexeme] = max(numbers[lexeme], int(share * passages))
    return numbers

"""Score ``bot.attribution`` on labelled sentences.

A labelled sentence is right when the speaker's name is the labelled one, one of its other wordings (``also``), or the
surname of a person. One with the wrong speaker counts as wrongly given and as missed. Those marked ``"counted": false``
can be read either way and are left out.
"""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from bot.attribution import Attribution, attribute_all, is_hedged, is_negated
from corpus import Article, split_sentences

HERE = Path(__file__).parent
SPLITS = ("dev", "held_out", "second", "third")
_LEVEL = 1.959964  # standard deviations of a 95 % interval


@dataclass(slots=True)
class Score:
    """Counts over labelled sentences."""

    sentences: int = 0
    labelled: int = 0  # with a speaker
    given: int = 0  # speakers that the bot named
    right: int = 0  # of them, the labelled one
    mode_right: int = 0  # of the right ones, with the labelled mode
    negated_right: int = 0
    hedged_right: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: "Score") -> None:
        """Add the counts of ``other``."""
        for name in ("sentences", "labelled", "given", "right", "mode_right", "negated_right", "hedged_right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.misses += other.misses


def articles() -> dict[str, Article]:
    """Give the articles that sentences are labelled in, by id."""
    found = {}
    for path in [*sorted((HERE.parent / "questions").glob("*.jsonl")), HERE / "articles.jsonl"]:
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            published = date.fromisoformat(record["published"]) if record["published"] else None
            found[record["id"]] = Article.create(
                record["text"], title=record["title"], id=record["id"], published=published
            )
    return found


def labels(split: str) -> dict[str, list[dict[str, Any]]]:
    """Give the labelled sentences of a split, by article id."""
    by_article: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (HERE / f"{split}.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        by_article[record["article"]].append(record)
    return by_article


def score(article: Article, records: Iterable[dict[str, Any]]) -> Score:
    """Score one article's labelled sentences."""
    sentences = split_sentences(article)
    found = {s.start: (s, a) for s, a in zip(sentences, attribute_all(sentences), strict=True)}
    counts = Score()
    for record in records:
        sentence, attribution = found[record["start"]]
        counts.sentences += 1
        counts.negated_right += is_negated(sentence.text) == record["negated"]
        counts.hedged_right += is_hedged(sentence.text) == record["hedged"]
        if record.get("counted", True):
            _count(counts, record, attribution)
    return counts


def _count(counts: Score, record: dict[str, Any], attribution: Attribution | None) -> None:
    right = attribution is not None and is_right(attribution.name, record)
    counts.labelled += record["speaker"] is not None
    counts.given += attribution is not None
    counts.right += right
    counts.mode_right += right and attribution is not None and attribution.mode == record["mode"]
    if not right and (attribution or record["speaker"]):
        named = attribution.name if attribution else "nobody"
        counts.misses.append(f"{named} for {record['speaker'] or 'nobody'}: {record['text']}")


def is_right(name: str, record: dict[str, Any]) -> bool:
    """Say whether ``name`` is the labelled speaker."""
    if record["speaker"] is None:
        return False
    names = [_plain(wording) for wording in (record["speaker"], *record.get("also", []))]
    first = names[0].split()
    return _plain(name) in names or (len(first) == 2 and _plain(name) == first[-1])


def _plain(name: str) -> str:
    words = name.lower().replace("’", "'").split()
    return " ".join(words[1:] if words[0] in {"the", "a", "an", "its", "his", "her", "their"} else words)


def wilson(right: int, of: int) -> tuple[float, float]:
    """Give the 95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, square = right / of, _LEVEL**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _LEVEL / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return middle - half, middle + half


def share(right: int, of: int) -> str:
    """Write a share with its interval and its count."""
    low, high = wilson(right, of)
    return f"{right / of:.3f} [{low:.3f}, {high:.3f}] ({right} of {of})" if of else "none"


def report(name: str, counts: Score) -> Sequence[str]:
    """Give the lines that tell of one split."""
    return [
        f"{name}: {counts.sentences} sentences, {counts.labelled} with a speaker",
        f"  precision  {share(counts.right, counts.given)}",
        f"  recall     {share(counts.right, counts.labelled)}",
        f"  mode       {share(counts.mode_right, counts.right)}",
        f"  negated    {share(counts.negated_right, counts.sentences)}",
        f"  hedged     {share(counts.hedged_right, counts.sentences)}",
    ]

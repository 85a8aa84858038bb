"""Print how well the bot tells numbers and dates: python -m evaluation.quantities [--misses].

A labelled value is found when a value of its kind overlaps it; it is right when number, days or time are the labelled
ones too. ``days`` may be cut: "2025-06" is that month.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from bot.quantities import Quantity, quantities
from corpus import split_sentences
from evaluation.attribution.scoring import articles, share

WRITTEN_BY = {"match-report", "science-story"}  # articles whose values were labelled after the rules were written
_NEAR = 0.001  # by how much of itself a number may differ: a third is 33.333...


def main(show_misses: bool) -> None:
    """Print precision, recall and the share of right values, for articles seen and unseen by the rules' writer."""
    labelled: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (Path(__file__).parent / "values.jsonl").read_text("utf-8").splitlines():
        labelled[json.loads(line)["article"]].append(json.loads(line))
    texts = articles()
    for name, ids in (("dev", set(labelled) - WRITTEN_BY), ("held_out", WRITTEN_BY)):
        gold = given = found = right = 0
        for article_id in sorted(ids):
            article, records = texts[article_id], labelled[article_id]
            values = [value for sentence in split_sentences(article) for value in quantities(sentence)]
            pairs = [(record, _match(record, values)) for record in records]
            gold, given = gold + len(records), given + len(values)
            found += sum(value is not None for _, value in pairs)
            right += sum(value is not None and is_right(record, value) for record, value in pairs)
            if show_misses:
                print("".join(f"  - not found: {record['text']}\n" for record, value in pairs if not value), end="")
        print(f"{name}: precision {share(found, given)}  recall {share(found, gold)}  value {share(right, found)}")


def _match(record: dict[str, Any], values: list[Quantity]) -> Quantity | None:
    over = (v for v in values if v.start < record["end"] and record["start"] < v.end and v.kind == record["kind"])
    return next(over, None)


def is_right(record: dict[str, Any], value: Quantity) -> bool:
    """Say whether the value means what the label says."""
    if "time" in record:
        return value.time == str(record["time"])
    if "days" in record:
        first, _, last = record["days"].partition("/")
        return str(value.first).startswith(first) and (not last or str(value.last) == last)
    if "low" in record:
        ends = ((value.low, record["low"]), (value.high, record["high"]))
        return all(got is not None and abs(got - float(want)) <= _NEAR * max(1.0, float(want)) for got, want in ends)
    return True


if __name__ == "__main__":
    main("--misses" in sys.argv[1:])

"""Print how well the bot tells who says what: python -m evaluation.attribution [--misses]."""

import sys

from evaluation.attribution.scoring import SPLITS, Score, articles, labels, report, score


def main(show_misses: bool) -> None:
    """Print precision, recall and the rest for each split and for all."""
    texts, total = articles(), Score()
    for split in SPLITS:
        counts = Score()
        for article_id, records in labels(split).items():
            counts.add(score(texts[article_id], records))
        print("\n".join(report(split, counts)))
        if show_misses:
            print("".join(f"  - {miss}\n" for miss in counts.misses), end="")
        total.add(counts)
    print("\n".join(report("all", total)))


if __name__ == "__main__":
    main("--misses" in sys.argv[1:])

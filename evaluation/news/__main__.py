"""Print how good lists, conflicts and suggestions are: python -m evaluation.news [lists|conflicts|suggestions].

Lists are held to the labels of ``evaluation.attribution`` and ``evaluation.quantities``. A conflict that is shown is
right when it is of the labelled pair of values. Suggestions are printed, to be read: a person says whether they are
good English.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from bot import Bot, Settings
from bot.answer import Answer
from bot.lists import list_asked_for, list_groups
from bot.quantities import wanted_kinds
from bot.reader.reader import shipped_reader
from bot.voices import Voices
from corpus import Article, split_sentences
from evaluation.attribution.scoring import articles, labels, share
from index import Encoder, PassageIndex, open_encoder

HERE = Path(__file__).parent
QUESTIONS = HERE.parent / "questions"
_SPLITS = ("dev", "held_out", "second", "third")


def main(wanted: str) -> None:
    """Print what is wanted, or all."""
    found = articles()
    if wanted in {"lists", ""}:
        print_lists(found)
    if wanted in {"conflicts", "suggestions", ""}:
        settings = Settings()
        encoder = open_encoder(settings.data, settings.encoder)
        if wanted != "suggestions":
            print_conflicts(found, encoder)
        if wanted != "conflicts":
            print_suggestions(found, encoder)


def print_lists(found: dict[str, Article]) -> None:
    """Print which share of "Who said what?" and of "What numbers are given?" and the like is right."""
    right = given = labelled = 0
    for split in _SPLITS:
        for article_id, records in labels(split).items():
            speakers = {record["start"]: record for record in records if record.get("counted", True)}
            labelled += sum(record["speaker"] is not None for record in speakers.values())
            for heading, start in _listed("Who said what?", found[article_id]):
                if start in speakers:
                    given += 1
                    right += _is_speaker(heading, speakers[start])
    print(f"who said what: precision {share(right, given)}  recall {share(right, labelled)}")
    values: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in (HERE.parent / "quantities" / "values.jsonl").read_text("utf-8").splitlines():
        values[json.loads(line)["article"]].append(json.loads(line))
    for question, dates in (("What numbers are given?", False), ("What happened when?", True)):
        pairs = [_against(found[i], question, [r for r in values[i] if (r["kind"] == "date") == dates]) for i in values]
        right, given, labelled = (sum(column) for column in zip(*pairs, strict=True))
        print(f"{question}: precision {share(right, given)}  recall {share(right, labelled)}")


def _listed(question: str, article: Article) -> list[tuple[str, int]]:
    sentences = split_sentences(article)
    asked = list_asked_for(question)
    assert asked is not None
    groups, _ = list_groups(asked, sentences, Voices().of(sentences))
    return [(group.heading, citation.sentence.start) for group in groups for citation in group.citations]


def _is_speaker(name: str, record: dict[str, Any]) -> bool:
    right = {each.casefold() for each in (record["speaker"] or "", *record.get("also", ()))}
    return name.casefold() in right or name.split()[-1].casefold() in {each.split()[-1] for each in right if each}


def _against(article: Article, question: str, records: list[dict[str, Any]]) -> tuple[int, int, int]:
    sentences = split_sentences(article)
    asked = list_asked_for(question)
    assert asked is not None
    groups, _ = list_groups(asked, sentences, [None] * len(sentences))
    shown = {(v.start, v.end) for group in groups for citation in group.citations for v in citation.values}
    spans = [(record["start"], record["end"]) for record in records]
    right = sum(any(a < end and start < b for start, end in spans) for a, b in shown)
    return right, len(shown), len(spans)


def print_conflicts(found: dict[str, Article], encoder: Encoder) -> None:
    """Ask every question that wants a value, and print the conflicts that are shown."""
    pairs = [json.loads(line) for line in (HERE / "conflicts.jsonl").read_text("utf-8").splitlines()]
    right = shown = asked = 0
    met: set[str] = set()
    for article_id, questions in _value_questions().items():
        bot = _bot(found[article_id], encoder)
        for question in questions:
            answer = bot.ask(question)
            asked += answer.found
            if answer.conflict:
                whats = {pair["what"] for pair in pairs if pair["article"] == article_id and _is_pair(answer, pair)}
                shown, right, met = shown + 1, right + bool(whats), met | whats
                values = " | ".join(value.text for each in answer.conflict for value in each.values)
                print(f"  {'right' if whats else 'WRONG'}: {question} {values}")
    print(f"conflicts: {asked} answered, precision {share(right, shown)}  pairs met {share(len(met), len(pairs))}")


def _is_pair(answer: Answer, pair: dict[str, Any]) -> bool:
    """Say whether every value that is shown is one of the labelled ones."""
    places = [(value["start"], value["start"] + len(value["text"])) for value in pair["values"]]
    return all(
        any(value.start < end and start < value.end for start, end in places)
        for citation in answer.conflict
        for value in citation.values
    )


def _value_questions() -> dict[str, list[str]]:
    asked: dict[str, list[str]] = defaultdict(list)
    for line in (HERE / "value_questions.jsonl").read_text("utf-8").splitlines():
        asked[json.loads(line)["article"]] += json.loads(line)["questions"]
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            alone = [each["question"] for each in record["questions"] if not each.get("history")]
            asked[record["id"]] += [question for question in alone if wanted_kinds(question)]
    return asked


def print_suggestions(found: dict[str, Article], encoder: Encoder) -> None:
    """Print the questions that are suggested for every article."""
    for article_id, article in found.items():
        print(f"{article_id}: {' | '.join(_bot(article, encoder).suggestions(article.id))}")


def _bot(article: Article, encoder: Encoder) -> Bot:
    return Bot(PassageIndex.build([article], encoder), shipped_reader())


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")

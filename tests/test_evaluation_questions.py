"""The product's own gold questions are what their README says they are."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus import default_article
from corpus.normalise import normalise
from evaluation.data_sets import load_data_set

FOLDER = Path(__file__).parents[1] / "evaluation" / "questions"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
LINES = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
ARTICLES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
# fmt: off
KINDS = [
    "number", "date", "person", "place", "organisation", "who-said", "what", "why", "how", "list", "yes-no",
    "negation", "near-miss", "off-topic", "follow-up",
]
# fmt: on
TAGS = {"paraphrase", "keywords", "lower-case", "typo", "no-question-mark", "new-topic"}
QUESTIONS = [question for article in ARTICLES for question in article["questions"]]

each_article = pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["id"])


def asked(question: dict[str, Any]) -> tuple[str, ...]:
    """The chain that a question ends: its history and itself."""
    return (*(earlier["question"] for earlier in question.get("history", [])), question["question"])


@each_article
def test_article_is_one_that_the_product_takes_unchanged(article: dict[str, Any]) -> None:
    assert normalise(article["text"]) == article["text"]
    assert article["title"] == normalise(article["title"]).strip() != ""
    assert article["published"] is None or date.fromisoformat(article["published"])


def test_default_questions_are_about_the_default_article() -> None:
    (asked_about,) = (article for article in ARTICLES if article["id"] == "default")
    article = default_article()
    assert asked_about["text"] == article.text
    assert asked_about["title"] == article.title
    assert article.published is not None
    assert asked_about["published"] == article.published.isoformat()


def test_evaluation_reads_every_question() -> None:
    data_set = load_data_set(FOLDER)
    assert data_set.left_out == ()
    assert [question.id for question in data_set.questions] == [question["id"] for question in QUESTIONS]
    assert [len(question.history) for question in data_set.questions] == [
        len(question.get("history", [])) for question in QUESTIONS
    ]


@each_article
def test_answers_are_their_spans(article: dict[str, Any]) -> None:
    for question in article["questions"]:
        for answer in question["answers"]:
            start, text = answer["start"], answer["text"]
            assert start >= 0
            assert text == text.strip() != "", question["id"]
            assert article["text"][start : start + len(text)] == text, question["id"]


def test_ids_are_unique_and_name_their_article() -> None:
    ids = [article["id"] for article in ARTICLES] + [question["id"] for question in QUESTIONS]
    assert len(set(ids)) == len(ids)
    for article in ARTICLES:
        for question in article["questions"]:
            assert re.fullmatch(re.escape(article["id"]) + r"-\d{3}", question["id"])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["id"])
def test_fields_agree_with_each_other(question: dict[str, Any]) -> None:
    allowed = {"id", "question", "history", "answerable", "answers", "kind", "tags", "all"}
    assert question.keys() <= allowed
    assert question["question"] == normalise(question["question"]).strip() != ""
    assert question["kind"] in KINDS
    assert set(question.get("tags", [])) <= TAGS
    assert question["answerable"] == bool(question["answers"])
    assert not (question["answerable"] and question["kind"] in {"near-miss", "off-topic"})
    assert (question["kind"] == "follow-up") == bool(question.get("history"))
    assert question.get("all", False) or question["kind"] != "list"
    assert not question.get("all") or len(question["answers"]) > 1


@each_article
def test_nothing_is_asked_twice_and_every_chain_is_whole(article: dict[str, Any]) -> None:
    chains = [asked(question) for question in article["questions"]]
    assert [chain for chain, times in Counter(chains).items() if times > 1] == []
    assert {chain[:-1] for chain in chains if len(chain) > 1} <= set(chains)


@each_article
def test_each_article_is_asked_enough(article: dict[str, Any]) -> None:
    kinds = Counter(question["kind"] for question in article["questions"])
    assert sum(kinds.values()) >= 34
    assert kinds["list"] >= 3
    assert kinds["near-miss"] >= 8
    assert kinds["off-topic"] >= 2
    assert kinds["follow-up"] >= 12


def test_follow_ups_are_many() -> None:
    assert sum(question["kind"] == "follow-up" for question in QUESTIONS) >= 60


def test_readme_counts_are_true() -> None:
    table = README.split("<!-- counts -->\n")[1].split("\n<!-- /counts -->")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    head = ["kind", *(article["id"] for article in ARTICLES), "all"]
    expected = [[kind, *_counts(_of_kind(kind))] for kind in KINDS]
    expected.append(["all", *_counts(lambda question: True)])
    expected.append(["answerable", *_counts(lambda question: question["answerable"])])
    assert rows == [head, ["---"] * len(head), *expected]


def test_readme_names_every_kind_and_tag() -> None:
    for name in {*KINDS, *TAGS}:
        assert re.search(rf"[|`, ]{name}[|`, ]", README), name


def _of_kind(kind: str) -> Callable[[dict[str, Any]], bool]:
    return lambda question: bool(question["kind"] == kind)


def _counts(keep: Callable[[dict[str, Any]], bool]) -> list[str]:
    counts = [sum(map(keep, article["questions"])) for article in ARTICLES]
    return [str(count) for count in [*counts, sum(counts)]]


@pytest.mark.parametrize(("name", "count"), [("follow-ups", 72), ("forms", 211), ("held-back", 90)])
def test_the_development_chains_are_read_whole_and_are_about_other_articles(name: str, count: int) -> None:
    path = FOLDER.parent / "development" / f"{name}.jsonl"
    data_set = load_data_set(path)
    assert data_set.left_out == ()
    assert len(data_set.questions) == count
    assert all(question.history and question.answerable for question in data_set.questions)
    assert not set(data_set.articles) & {article["id"] for article in ARTICLES}
    readme = (path.parent / "README.md").read_text(encoding="utf-8")
    assert f"| `{name}.jsonl` | {count} | {len(data_set.articles)} |" in readme
    assert name == "follow-ups" or all(question.kind in readme for question in data_set.questions)

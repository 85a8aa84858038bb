"""What is removed is cited by nothing: every question that one article alone answered, at once and after a restart.

``pytest tests/test_bot_removed_articles.py --removals 6 -s`` takes minutes and prints the figures.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot import Bot, Settings, open_bot
from bot.answer_json import answer_to_dict
from corpus.library import open_library
from corpus.readers.sources import read_source
from index import open_encoder
from index.ingest import Ingest

QUESTIONS = Path(__file__).parent.parent / "evaluation" / "questions"


def cited(value: Any) -> Iterable[str]:
    """Give the ids of all articles that are named anywhere in an answer."""
    if isinstance(value, dict):
        if isinstance(article := value.get("article"), dict):
            yield article["id"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from cited(one)


def articles_cited(bot: Bot, question: str) -> set[str]:
    return set(cited(answer_to_dict(bot.ask(question))))


def add(settings: Settings, path: Path) -> None:
    with open_library(settings.library) as store:
        ingest = Ingest(store, lambda: open_encoder(settings.data, settings.encoder))
        assert all(taken.outcome != "refused" for taken in ingest.take_all(read_source(str(path))))


@pytest.mark.model
@pytest.mark.slow
def test_questions_that_a_removed_article_alone_answered_cite_nothing_of_it(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    removals = int(pytestconfig.getoption("--removals"))
    settings = Settings(data=tmp_path / "data")
    asked: dict[str, list[str]] = {}
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        add(settings, path)
        for record in map(json.loads, path.read_text("utf-8").splitlines()):
            questions = [one for one in record["questions"] if one["answerable"] and not one.get("history")]
            asked[record["id"]] = list(dict.fromkeys(one["question"] for one in questions))
    bot = open_bot(settings)
    with open_library(settings.library) as store:
        assert {article.id for article in store.scan()} == asked.keys()
    alone = {
        id: [question for question in questions if articles_cited(bot, question) == {id}]
        for id, questions in list(asked.items())[:removals]
    }
    count = sum(map(len, alone.values()))
    at_once = restarted = 0
    for id, questions in alone.items():
        with open_library(settings.library) as store:
            store.delete(id)
        at_once += sum(id in articles_cited(bot, question) for question in questions)
        again = open_bot(settings)
        restarted += sum(id in articles_cited(again, question) for question in questions)
        for path in QUESTIONS.glob("*.jsonl"):
            add(settings, path)
        back = sum(articles_cited(bot, question) == {id} for question in questions[:5])
        assert back == len(questions[:5]), "the article answers again when it is added again"
    print(f"\n{count} questions that one article alone answered; of it cited: {at_once} at once, {restarted} restarted")
    assert count >= 33 * removals  # six articles answer 200 alone
    assert (at_once, restarted) == (0, 0)

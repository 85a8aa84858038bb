"""The article says two things."""

from datetime import date

import pytest

from bot import Bot
from bot.answer import Citation, Span
from bot.answer_json import answer_to_dict
from bot.conflict import conflict
from bot.voices import Voices
from corpus import Article, split_sentences
from index import PassageIndex
from tests.fakes import FakeEncoder

MISSING = (
    "The agency put the number of missing people at 23. The mayor, Rolf Hadley, spoke of “about 40.” Rain fell. "
    "The army sent 600 soldiers."
)


def values(text: str, question: str, first: int = 0, answer: str = "") -> list[str]:
    article = Article.create(text, id="a", published=date(2026, 1, 14))
    sentences, voices = split_sentences(article), Voices()
    place = article.text.find(answer)
    span = Span(place, place + len(answer)) if answer else None
    cited = Citation(sentences[first], 0.9, span)
    found = conflict(question, cited, sentences, lambda sentence: voices.of_one(sentence, sentences))
    assert [citation.sentence.index for citation in found] == sorted(citation.sentence.index for citation in found)
    return [value.text for citation in found for value in citation.values]


@pytest.mark.parametrize("first", [0, 1])
def test_two_voices_give_different_numbers_of_one_thing(first: int) -> None:
    assert values(MISSING, "How many people are missing?", first) == ["23", "about 40"]


def test_a_reply_gives_another_date() -> None:
    text = "The lamp had been broken since July, Yolanda Merrick said. “Since June,” said Anders Pell."
    assert values(text, "Since when was the lamp broken?") == ["July", "June"]


def test_a_far_sentence_speaks_of_what_is_asked_about() -> None:
    text = (
        "The hooks are at least 31,000 years old, researchers said. They lay in a cave. It is dark. Bastian Okoro "
        "thinks the hooks are younger. He would put them at no more than 22,000 years."
    )
    assert values(text, "How old are the hooks?") == ["at least 31,000 years", "no more than 22,000 years"]
    assert values(text, "How old is the cave's gate?") == []


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (MISSING, "How many people are missing, according to the agency?"),  # one voice is asked for
        (MISSING, "How many of the people are missing?"),
        (MISSING, "Who is missing?"),  # wants no value
        ("The army sent 600 soldiers. The navy, Ida Brandt said, sent 20 soldiers.", "How many soldiers were sent?"),
        ("The agency spoke of 23 missing. Rolf Hadley spoke of “about 24.”", "How many people are missing?"),
        ("Ida Brandt put it at 23. Later, Ida Brandt put it at 40.", "How many people are missing?"),  # one voice
        ("The dam is 30 metres high. Ida Brandt put it at 4 million dollars.", "How high is the dam?"),  # other kinds
        ("It sent 20 soldiers. Ida Brandt put it at 30 ships.", "How many soldiers were sent?"),  # other things
        ("The lamp broke in July, Ida Brandt said. “In July,” said Anders Pell.", "When did the lamp break?"),
    ],
)
def test_no_conflict(text: str, question: str) -> None:
    assert values(text, question) == []


def test_the_answer_says_which_value_it_means() -> None:
    assert values("Ida Brandt counted 61 leaks and 3 fires. Otto Lind says the real number is 200.", "How many leaks?",
                  answer="61") == ["61", "200"]  # fmt: skip
    assert values("Ida Brandt counted 61 leaks and 3 fires. Otto Lind says the real number is 200.", "How many leaks?",
                  answer="Ida") == []  # fmt: skip


def test_it_stands_in_the_answer_with_speakers() -> None:
    bot = Bot(PassageIndex.build([Article.create(MISSING, id="a", title="Flood")], FakeEncoder()))
    answer = answer_to_dict(bot.ask("How many missing people is the number put at?"))
    assert answer["found"]
    told = [(each["values"][0]["text"], (each["speaker"] or {}).get("name")) for each in answer["conflict"]]
    assert told == [("23", "The agency"), ("about 40", "Rolf Hadley")]
    assert not answer_to_dict(bot.ask("How many soldiers did the army send?"))["conflict"]

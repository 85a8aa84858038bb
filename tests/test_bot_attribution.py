"""Who says what: cases, and what holds of any text."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribution import (
    Attribution,
    asks_for_speaker,
    attribute,
    attribute_all,
    is_hedged,
    is_negated,
    same_speaker,
    speaker_asked_for,
    speaker_score,
)
from corpus import Article, Sentence, default_article, split_sentences

MODES = {"said", "claimed", "denied", "estimated", "quoted", "reported"}


def last_of(text: str) -> Attribution | None:
    sentences = split_sentences(Article.create(text))
    return attribute(sentences[-1], sentences)


@pytest.mark.parametrize(
    ("text", "name", "mode"),
    [
        ("Mayor Anna Berg said the bridge was safe.", "Anna Berg", "said"),
        ("“The bridge is safe,” said Anna Berg, the mayor.", "Anna Berg", "quoted"),
        ("“The bridge is safe,” the mayor, Anna Berg, told reporters.", "Anna Berg", "quoted"),
        ('Anna Berg, mayor: "The bridge is safe."', "Anna Berg", "quoted"),
        ("Anna Berg ordered a survey. She said the bridge was safe.", "Anna Berg", "said"),
        ("“It is safe,” said Anna Berg. “It always was.”", "Anna Berg", "quoted"),
        ("“It is safe. It always was,” Anna Berg said. “Go home.”", "Anna Berg", "quoted"),
        ("The bridge is safe, according to the ministry.", "the ministry", "reported"),
        ("The ministry denied that the bridge was unsafe.", "The ministry", "denied"),
        ("Its owners claim that the bridge is safe.", "Its owners", "claimed"),
        ("Engineers at the university estimate that it will hold.", "Engineers at the university", "estimated"),
        ("Anna Berg was quoted by the Courier as saying that it was safe.", "Anna Berg", "quoted"),
        ("The army put the number of dead at 14.", "The army", "estimated"),
        ("A spokesman for the port said the bridge was safe.", "A spokesman for the port", "said"),
        ("Anna Berg did not resign, saying that the bridge was safe.", "Anna Berg", "said"),
        ("South Korea's spy agency reported that 9 left.", "South Korea's spy agency", "reported"),
    ],
)  # fmt: skip
def test_the_speaker_and_the_mode(text: str, name: str, mode: str) -> None:
    found = last_of(text)
    assert found is not None
    assert (found.name, found.mode) == (name, mode)


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was closed on Monday.",
        "Residents were told to leave.",
        "The bridge is said to be safe.",
        "He said the bridge was safe.",  # who?
        "Anna Berg did not say when it would open.",
        "Anna Berg warned of more rain; Bo Lind replied that none was coming.",  # two voices
        "The film “Cold Water” has been withdrawn.",
        "It is the largest city in the United States.",
        "It is named after a claim that nobody believes.",
    ],
)
def test_nobody_where_it_is_not_sure(text: str) -> None:
    assert last_of(text) is None


def test_a_quotation_over_two_paragraphs_keeps_its_speaker() -> None:
    sentences = split_sentences(Article.create("“It fell,” said Anna Berg. “I saw it.\n\n“Nobody else did.”"))
    assert [found and found.name for found in attribute_all(sentences)] == ["Anna Berg"] * 3


def test_the_full_name_is_found_where_it_stands() -> None:
    sentences = split_sentences(Article.create("Mayor Anna Berg came.\n\nThe rain fell.\n\nBerg said it was over."))
    found = attribute(sentences[-1], sentences)
    assert found is not None
    assert (found.name, found.start) == ("Anna Berg", 6)


def test_default_article() -> None:
    sentences = split_sentences(default_article())
    found = attribute_all(sentences)
    assert {a.name for a in found if a} >= {"Lloyd Austin", "U.S. officials", "Farah Dakhlallah", "Volodymyr Zelensky"}
    said = [index for index, by in enumerate(found) if by and by.name == "Volodymyr Zelensky"]
    assert said == [17, 18]
    hedged = found[4]
    assert hedged is not None
    assert (hedged.mode, hedged.hedged, hedged.negated) == ("estimated", True, False)


def test_one_by_one_is_as_all_at_once() -> None:
    sentences = split_sentences(default_article())
    assert [attribute(sentence, sentences) for sentence in sentences] == attribute_all(sentences)


def test_a_sentence_that_is_not_among_the_sentences_has_no_speaker() -> None:
    sentences = split_sentences(default_article())
    assert attribute(sentences[0], sentences[1:]) is None


@pytest.mark.parametrize(
    ("sentence", "negated"),
    [
        ("There was no such warning.", True),
        ("Nobody was hurt.", True),
        ("He can't tell.", True),
        ("No more than $3 could be traced.", False),
        ("The cable was pulled, not worn.", False),
        ("Tarrant did not dispute the figure.", False),
        ("People who do not pay are fined.", False),
        ("It stands in courtroom No. 6.", False),
    ],
)
def test_negated(sentence: str, negated: bool) -> None:
    assert is_negated(sentence) is negated


@pytest.mark.parametrize(
    ("sentence", "hedged"),
    [
        ("It might rain.", True),
        ("Around 3,000 troops may be there.", True),
        ("It remains to be seen.", True),
        ("He reportedly left.", True),
        ("They could not agree.", False),
        ("The game was in May.", False),
        ("It rained.", False),
    ],
)
def test_hedged(sentence: str, hedged: bool) -> None:
    assert is_hedged(sentence) is hedged


@pytest.mark.parametrize(
    ("question", "asks", "asked_for"),
    [
        ("Who said that the bridge was safe?", True, None),
        ("who estimates that?", True, None),
        ("Who is quoted?", True, None),
        ("Which analyst expects more?", True, None),
        ("What did Zelensky say about Putin?", False, "Zelensky"),
        ("How many are missing, according to the agency?", False, "the agency"),
        ("what does the president say?", False, "the president"),
        ("what did he say?", False, None),
        ("How many troops?", False, None),
        ("Who built the bridge?", False, None),
    ],
)
def test_questions_about_speakers(question: str, asks: bool, asked_for: str | None) -> None:
    assert asks_for_speaker(question) is asks
    assert speaker_asked_for(question) == asked_for


def test_the_score_follows_the_question() -> None:
    article = default_article()
    sentences = split_sentences(article)
    zelensky, officials = attribute(sentences[17], sentences), attribute(sentences[4], sentences)
    asked = "What did Zelensky say?"
    assert [speaker_score(asked, found, article.text) for found in (zelensky, officials, None)] == [1.0, -1.0, -1.0]
    assert [speaker_score("Who said so?", found, article.text) for found in (zelensky, None)] == [1.0, -1.0]
    assert speaker_score("How many troops?", zelensky, article.text) == 0.0


def test_a_role_or_an_institution_beside_the_name_means_its_bearer() -> None:
    article = default_article()
    sentences = split_sentences(article)
    found = attribute(sentences[9], sentences)
    assert found is not None
    assert same_speaker("NATO's spokesperson", found, article.text)
    assert not same_speaker("the mayor", found, article.text)


# fmt: off
WORDS = st.sampled_from([
    "Anna", "Berg", "said", "told", "he", "She", "they", "the", "ministry", "according", "to", "that", "denied",
    "put", "at", "14", "“", "”", "\"", "‘", "’", "it", ",", ",", ".", ".", ":", ";", "—", "who", "was", "quoted",
    "as", "saying", "and", "but", "Dr.", "U.S.", "J.", "\n\n", "\n", "claims", "report", "In", "Monday", "not",
    "𝒳", "ß", "3,000",
])
# fmt: on
TEXTS = st.one_of(st.lists(WORDS, max_size=120).map(" ".join), st.text(max_size=300)).filter(
    lambda text: any(not c.isspace() and ord(c) > 32 for c in text)
)


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_whatever_the_text_every_span_is_its_text(text: str) -> None:
    try:
        article = Article.create(text)
    except Exception:  # nothing left after normalising
        return
    sentences = split_sentences(article)
    quotes = [sentence.text for sentence in sentences]
    found = attribute_all(sentences)
    for attribution in filter(None, found):
        assert 0 <= attribution.start < attribution.end <= len(article.text)
        assert article.text[attribution.start : attribution.end] == attribution.name
        assert attribution.mode in MODES
        assert "\n" not in attribution.name
    assert [sentence.text for sentence in sentences] == quotes


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "A" + "b’" * 50_000,
        "“" * 20_000 + "said Anna Berg",
        "Anna " * 20_000 + "said so.",
        "said that " * 10_000,
        ", ".join(["Anna Berg"] * 5_000) + ", said that it fell.",
        "“It fell,” said Anna Berg. " * 2_000,
        "“It fell. " * 5_000,
        "not " * 20_000,
        "U.S." * 20_000,
        "1,000," * 20_000,
    ],
    ids=range(11),
)
def test_hostile_text_is_read_through(text: str) -> None:
    sentences = split_sentences(Article.create(text))
    assert len(attribute_all(sentences)) == len(sentences)
    whole = Sentence(sentences[0].article, 0, 0, len(sentences[0].article.text.rstrip()))
    attribute(whole, [whole])
    is_negated(text), is_hedged(text)


@settings(deadline=None, max_examples=200)
@given(st.one_of(st.text(max_size=1_200), st.lists(WORDS, max_size=200).map(" ".join)))
def test_any_question_can_be_looked_at(question: str) -> None:
    asked: Any = speaker_asked_for(question)
    assert asked is None or asked in question
    asks_for_speaker(question)

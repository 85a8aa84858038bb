"""The neighbour that a sentence leans on."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.attribution import attribute
from bot.context import context_for
from corpus import Article, default_article, split_sentences


@pytest.mark.parametrize(
    ("text", "context"),
    [
        ("Anna Berg came. He left. She said it was late.", 0),
        ("Anna Berg came. “It is late,” she said.", 0),
        ("Anna Berg was clear. It rained hard. That was on Friday.", 1),
        ("The dam broke. Such floods are rare.", 0),
        ("It fell on May 3. Rain came. Anna Berg left on the same day.", 0),
        ("The dam broke. Anna Berg denied this.", 0),
    ],
)
def test_leans_on(text: str, context: int) -> None:
    sentences = split_sentences(Article.create(text))
    found = context_for(sentences[-1], sentences, attribute(sentences[-1], sentences))
    assert found is not None
    assert found.index == context


@pytest.mark.parametrize(
    "text",
    [
        "The dam broke. Anna Berg came.",
        "The dam broke. It is unclear why.",
        "The dam broke. It remains to be seen why.",
        "The dam broke. This year it was rebuilt.",
        "The dam broke. “He is late,” said Anna Berg.",
        "He came.",
    ],
)
def test_stands_alone(text: str) -> None:
    sentences = split_sentences(Article.create(text))
    assert context_for(sentences[-1], sentences, attribute(sentences[-1], sentences)) is None


def test_default_article() -> None:
    sentences = split_sentences(default_article())
    found = {s.index: c.index for s in sentences if (c := context_for(s, sentences, attribute(s, sentences)))}
    assert found == {2: 1, 6: 5, 9: 0, 10: 9, 18: 17}


PIECES = st.sampled_from(
    [
        "He",
        "she said",
        "“",
        "”",
        '"',
        "Anna Berg",
        "the same day",
        "That",
        "It",
        "is",
        ".",
        ".",
        "May 3",
        "\n\n",
        "denied this.",
    ]
)


@settings(deadline=None, max_examples=100)
@given(st.lists(PIECES, min_size=1, max_size=60).map(lambda words: "x " + " ".join(words)))
def test_context_is_an_earlier_sentence_of_the_article(text: str) -> None:
    sentences = split_sentences(Article.create(text))
    for sentence in sentences:
        found = context_for(sentence, sentences, attribute(sentence, sentences))
        assert found is None or (found in sentences and found.end <= sentence.start)

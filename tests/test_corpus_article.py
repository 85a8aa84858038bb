from datetime import date
from hashlib import sha256

import pytest

import corpus
from corpus import Article, default_article, split_sentences
from corpus.errors import EmptyArticleError


def test_the_public_names() -> None:
    names = ["Article", "Passage", "Sentence", "cut_passages", "default_article", "split_sentences"]
    assert corpus.__all__ == names
    assert all(hasattr(corpus, name) for name in names)


def test_an_article_is_normalised_before_its_fingerprint_is_taken() -> None:
    article = Article.create("\ufeffOne\u00a0line.\r\nTwo.", title=" A \n title ")
    assert article.text == "One line.\nTwo."
    assert article.title == "A title"
    assert article.fingerprint == sha256(b"One line.\nTwo.").hexdigest()
    assert article.id == article.fingerprint[:12]


def test_without_a_title_the_first_line_is_one() -> None:
    assert Article.create("\n\nFirst line\nSecond").title == "First line"
    assert Article.create("word " * 50).title == ("word " * 16).strip() + "…"


@pytest.mark.parametrize("text", ["", " \n\t", "\u200b\ufeff"])
def test_an_article_without_text_is_refused(text: str) -> None:
    with pytest.raises(EmptyArticleError, match="'Report' is empty"):
        Article.create(text, title="Report")


def test_the_default_article() -> None:
    article = default_article()
    assert (article.id, article.language, article.published) == ("default", "en", date(2024, 10, 23))
    assert article.title == "Austin confirms North Korean troops in Russia"
    sentences = split_sentences(article)
    assert len(sentences) == 19
    assert sentences[4].text == "U.S. officials estimate that around 3,000 troops might be involved."
    assert sentences[10].text.endswith("heavy losses on the front lines.”")

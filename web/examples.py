"""The examples in the API's description: made from the article that ships with the program, so they cannot go stale."""

from typing import Any

from bot.answer import Answer, Citation, Timing
from bot.answer_json import answer_to_dict
from corpus import default_article, split_sentences
from index.types import ArticleFacts

QUESTION = "how many troops?"
QUOTE = "U.S. officials estimate that around 3,000 troops might be involved."
_SURE = 0.6


def add_examples(openapi: dict[str, Any]) -> None:
    """Give the shapes of an OpenAPI document their examples; FastAPI would leave null members out of them."""
    schemas = openapi["components"]["schemas"]
    for name, example in _examples().items():
        schemas[name]["examples"] = [example]


def article_to_dict(article: ArticleFacts) -> dict[str, Any]:
    """Give an article's facts, without its text, in the shape of ``ArticleBody``."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "fingerprint": article.fingerprint,
        "version": article.version,
        "source": article.source,
        "author": article.author,
        "published": article.published and article.published.isoformat(),
        "language": article.language,
    }


def _examples() -> dict[str, Any]:
    article = default_article()
    sentences = split_sentences(article)
    quoted = next(sentence for sentence in sentences if sentence.text == QUOTE)
    answer = Answer(
        question=QUESTION,
        standalone_question=QUESTION,
        found=True,
        confidence=_SURE,
        citations=[Citation(quoted, _SURE)],
        nearest=[],
        timing=Timing(total=9.1, encode=3.2, search=0.9, read=5.0),
    )
    listed, first = article_to_dict(article), sentences[0]
    begins = {"text": f"{first.text} …", "sentences": [{"index": 0, "start": first.start, "end": first.end}]}
    return {
        "AskBody": {"question": QUESTION},
        "AnswerBody": answer_to_dict(answer),
        "ArticleListBody": {"articles": [listed]},
        "WholeArticleBody": listed | begins,
        "HealthBody": {"status": "ok"},
        "ReadinessBody": {"status": "ready", "articles": 1},
        "ProblemBody": {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "No article 'abc'."},
    }

"""Articles as JSON, and the tag that says which state of one it is."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from corpus import Article, Sentence
from corpus.library.types import ArticleSummary
from index.types import ArticleFacts
from web.served_library import ShownArticle


def ref_to_dict(article: ArticleFacts) -> dict[str, Any]:
    """Give which article it is, in the shape of ``ArticleRefBody``."""
    return {
        "id": article.id,
        "title": article.title,
        "url": article.url,
        "fingerprint": article.fingerprint,
        "version": article.version,
    }


def article_to_dict(article: ArticleFacts) -> dict[str, Any]:
    """Give an article's facts, without its text, in the shape of ``ArticleBody``."""
    stored = article if isinstance(article, ArticleSummary) else None
    return {
        **ref_to_dict(article),
        "source": article.source,
        "author": article.author,
        "published": article.published and article.published.isoformat(),
        "language": article.language,
        "collection": stored and stored.collection,
        "added": stored and stored.added.isoformat(timespec="seconds"),
        "duplicate_of": stored and stored.duplicate_of,
    }


def shown_to_dict(shown: ShownArticle) -> dict[str, Any]:
    """Give an article's facts, without its text, in the shape of ``ArticleBody``."""
    return article_to_dict(shown.article) | {
        "collection": shown.collection,
        "added": shown.added and shown.added.isoformat(timespec="seconds"),
        "duplicate_of": shown.duplicate_of,
    }


def whole_to_dict(shown: ShownArticle) -> dict[str, Any]:
    """Give an article with its text, in the shape of ``WholeArticleBody``."""
    spans = [sentence_to_dict(sentence) for sentence in shown.sentences]
    return shown_to_dict(shown) | {"text": shown.article.text, "sentences": spans}


def sentence_to_dict(sentence: Sentence) -> dict[str, Any]:
    """Give a sentence's place."""
    return {"index": sentence.index, "start": sentence.start, "end": sentence.end}


def sentences_to_dict(article: Article, sentences: Sequence[Sentence], first: int, most: int) -> dict[str, Any]:
    """Give ``most`` of an article's sentences from the ``first`` on, in the shape of ``SentenceListBody``."""
    page = sentences[first : first + most]
    return {
        "article": ref_to_dict(article),
        "sentences": [sentence_to_dict(sentence) | {"text": sentence.text} for sentence in page],
        "total": len(sentences),
        "next": first + most if first + most < len(sentences) else None,
    }


def etag_of(shown: ShownArticle) -> str:
    """Give the entity tag of an article's state: another one when anything that the API says of it is another."""
    said = [shown_to_dict(shown), len(shown.sentences)]
    return f'"{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]}"'


def names_tag(header: str, tag: str, *, weak: bool) -> bool:
    """Say whether an If-Match (strong) or If-None-Match (``weak``) header names ``tag``: RFC 9110, 8.8.3.2."""
    given = [each.strip() for each in header.split(",")]
    return "*" in given or tag in ([each.removeprefix("W/") for each in given] if weak else given)


def tagged(shown: ShownArticle) -> Mapping[str, str]:
    """Give the headers that say which state of an article an answer holds."""
    return {"etag": etag_of(shown)}

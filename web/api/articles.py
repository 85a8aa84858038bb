"""Reading articles: the list, one of them, its sentences, its versions, the collections."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.api.common import (
    INVALID,
    NO_SUCH_ARTICLE,
    ArticleId,
    VersionNumber,
    bot_of,
    library_of,
    problem,
    readable,
    to_filter,
)
from web.article_json import article_to_dict, names_tag, sentences_to_dict, tagged, whole_to_dict
from web.library_schemas import CollectionListBody, SentenceListBody, VersionListBody
from web.schemas import ArticleListBody, Day, FilterBody, WholeArticleBody
from web.served_library import ShownArticle, find_article, page_of_articles

router = APIRouter(tags=["articles"])

MOST_LISTED = 200  # articles of a page
MOST_SENTENCES = 1_000
NOT_MODIFIED: dict[str, Any] = {"description": "The article is as If-None-Match says; there is no body."}
TAG = {"ETag": {"description": "The article's state, for If-Match and If-None-Match.", "schema": {"type": "string"}}}

Name = Annotated[str, Field(max_length=200)]
IfNoneMatch = Annotated[
    str | None, Header(max_length=2_000, description="The ETag of the state that is known: then 304 without a body.")
]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED, description="At most so many.")]
After = Annotated[str | None, Query(max_length=200, description="The page behind this: next of the page before.")]


@readable(router, "/api/v1/articles", response_model=ArticleListBody, responses={422: INVALID})
def list_articles(
    request: Request,
    collection: Annotated[list[Name], Query(max_length=100, description="In this; repeat for more.")] = [],  # noqa: B006
    source: Annotated[list[Name], Query(max_length=100, description="By this publisher; as above.")] = [],  # noqa: B006
    language: Annotated[list[Name], Query(max_length=100, description="In this language; as above.")] = [],  # noqa: B006
    published_from: Annotated[Day | None, Query(description="Published on this day or later: YYYY-MM-DD.")] = None,
    published_to: Annotated[Day | None, Query(description="Published on this day or before.")] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """List the articles that are asked, without their text, a page at a time; parameters narrow the list."""
    where = to_filter(
        FilterBody(
            collections=collection or None,
            sources=source or None,
            languages=language or None,
            published_from=published_from,
            published_to=published_to,
        )
    )
    found, total, following = page_of_articles(library_of(request), bot_of(request), where, after, limit)
    listed = [article_to_dict(article) for article in found]
    return JSONResponse({"articles": listed, "total": total, "next": following})


@readable(
    router,
    "/api/v1/articles/{article_id}",
    response_model=WholeArticleBody,
    responses={200: {"headers": TAG}, 304: NOT_MODIFIED, 404: NO_SUCH_ARTICLE, 422: INVALID},
)
def get_article(request: Request, article_id: ArticleId, if_none_match: IfNoneMatch = None) -> Response:
    """Give one article: its text, and where each of its sentences stands in it (code points, end exclusive)."""
    return _whole(find_article(library_of(request), bot_of(request), article_id), if_none_match)


@readable(
    router,
    "/api/v1/articles/{article_id}/sentences",
    response_model=SentenceListBody,
    responses={404: NO_SUCH_ARTICLE, 422: INVALID},
)
def list_sentences(
    request: Request,
    article_id: ArticleId,
    version: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Which version; without it, the current one.")
    ] = None,
    first: Annotated[int, Query(ge=0, le=2**31 - 1, description="The page from this sentence on.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST_SENTENCES, description="At most so many.")] = 200,
) -> Response:
    """Give an article's sentences, a page at a time: each with its number, its place and its words."""
    shown = find_article(library_of(request), bot_of(request), article_id, version)
    return JSONResponse(sentences_to_dict(shown.article, shown.sentences, first, limit))


@readable(
    router,
    "/api/v1/articles/{article_id}/versions",
    response_model=VersionListBody,
    responses={404: NO_SUCH_ARTICLE, 422: INVALID},
)
def list_versions(request: Request, article_id: ArticleId) -> Response:
    """List an article's versions: the oldest first; only the last one answers."""
    shown = find_article(library_of(request), bot_of(request), article_id)
    library = library_of(request)
    store = library.reading() if library and shown.collection is not None else None
    if store is None:
        return JSONResponse({"id": article_id, "versions": [_only_version(shown)]})
    versions = [
        {
            "version": one.version,
            "fingerprint": one.fingerprint,
            "title": one.title,
            "characters": one.characters,
            "added": one.added.isoformat(timespec="seconds"),
        }
        for one in store.versions(article_id)
    ]
    return JSONResponse({"id": article_id, "versions": versions})


@readable(
    router,
    "/api/v1/articles/{article_id}/versions/{version}",
    response_model=WholeArticleBody,
    responses={
        200: {"headers": TAG},
        304: NOT_MODIFIED,
        404: problem("There is no article with that id, or it has no such version."),
        422: INVALID,
    },
)
def get_version(
    request: Request, article_id: ArticleId, version: VersionNumber, if_none_match: IfNoneMatch = None
) -> Response:
    """Give an article as it was in one of its versions."""
    return _whole(find_article(library_of(request), bot_of(request), article_id, version), if_none_match)


@readable(router, "/api/v1/collections", response_model=CollectionListBody, tags=["collections"])
def list_collections(request: Request) -> Response:
    """List the collections of the library; there are none while it is empty."""
    library = library_of(request)
    store = library.reading() if library else None
    names = store.collections() if store else {}
    return JSONResponse({"collections": [{"name": name, "articles": number} for name, number in names.items()]})


def _whole(shown: ShownArticle, if_none_match: str | None) -> Response:
    headers = dict(tagged(shown))
    if if_none_match is not None and names_tag(if_none_match, headers["etag"], weak=True):
        return Response(status_code=304, headers=headers)
    return JSONResponse(whole_to_dict(shown), headers=headers)


def _only_version(shown: ShownArticle) -> dict[str, Any]:
    article = shown.article
    return {
        "version": article.version,
        "fingerprint": article.fingerprint,
        "title": article.title,
        "characters": len(article.text),
        "added": None,
    }

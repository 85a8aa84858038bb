"""The MCP server: five tools over the API's functions, with its shapes. The only file that loads ``mcp``."""

from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import ToolAnnotations
from pydantic import Field
from starlette.types import Receive, Scope, Send

from bot.answer_json import answer_to_dict
from bot.bot import MOST_CITATIONS, Bot
from corpus.errors import AskArticleError
from corpus.library.types import Filter
from web.answer_schemas import AnswerBody
from web.api.citations import checks_to_dict
from web.api.questions import answer_of
from web.api.search import search_to_dict
from web.article_json import article_to_dict, sentences_to_dict
from web.citation_schemas import CheckBody, CitedBody
from web.library_schemas import MOST_PASSAGES, SearchBody, SearchResultBody, SentenceListBody
from web.schemas import MOST_HISTORY, ArticleListBody, AskBody
from web.served_library import ServedLibrary, find_article, page_of_articles

P = ParamSpec("P")
R = TypeVar("R")

INSTRUCTIONS = (
    "Answers questions from a library of articles by quoting their own sentences, verbatim and cited. Quote what "
    "ask_article gives word for word, with its source. When found is false the articles do not say it: do not fill in."
)
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Question = Annotated[str, Field(description="The question, in the asker's own words.")]
ArticleOrNone = Annotated[str | None, Field(description="The id of the one article to ask; without it, all.")]
CollectionOrNone = Annotated[str | None, Field(description="The one collection to ask; without it, all.")]
History = Annotated[
    list[str], Field(max_length=MOST_HISTORY, description="The conversation's earlier questions, oldest first.")
]


def make_server(bot: Bot, library: ServedLibrary | None) -> MCPServer[Any]:
    """Make the server that asks ``bot`` and lists what is in ``library``."""
    server: MCPServer[Any] = MCPServer(
        "askarticle", title="Ask the Article", instructions=INSTRUCTIONS, log_level="WARNING"
    )
    for tool in (*_asking(bot), *_reading(bot, library)):
        server.add_tool(tool, annotations=_READS, structured_output=True)
    return server


async def answer_http(server: MCPServer[Any], scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one HTTP request, without a session."""
    manager = StreamableHTTPSessionManager(server._lowlevel_server, json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _asking(bot: Bot) -> list[Callable[..., Any]]:
    @_told
    def ask_article(
        question: Question,
        article: ArticleOrNone = None,
        collection: CollectionOrNone = None,
        history: History = [],  # noqa: B006 (read only)
        k: Annotated[int, Field(ge=1, le=MOST_CITATIONS, description="At most so many sentences.")] = MOST_CITATIONS,
    ) -> AnswerBody:
        """Ask a question: the sentences that answer it, verbatim with their exact place, or found=false."""
        body = AskBody(question=question, article=article, collection=collection, history=history, k=k)
        return AnswerBody.model_validate(answer_to_dict(answer_of(bot, body)))

    @_told
    def search_passages(
        query: Annotated[str, Field(description="What to look for, in words.")],
        article: ArticleOrNone = None,
        collection: CollectionOrNone = None,
        k: Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="At most so many passages.")] = 5,
    ) -> SearchResultBody:
        """Find the passages nearest to a query, by meaning and by words, whether or not they answer it."""
        body = SearchBody(query=query, article=article, collection=collection, k=k)
        return SearchResultBody.model_validate(search_to_dict(bot, body))

    return [ask_article, search_passages]


def _reading(bot: Bot, library: ServedLibrary | None) -> list[Callable[..., Any]]:
    @_told
    def list_articles(
        collection: CollectionOrNone = None,
        after: Annotated[str | None, Field(description="The page behind this: next of the page before.")] = None,
        limit: Annotated[int, Field(ge=1, le=200, description="At most so many.")] = 50,
    ) -> ArticleListBody:
        """List the articles that can be asked, without their text."""
        where = Filter(collections=frozenset({collection}) if collection else None)
        found, total, following = page_of_articles(library, bot, where, after, limit)
        listed = [article_to_dict(article) for article in found]
        return ArticleListBody.model_validate({"articles": listed, "total": total, "next": following})

    @_told
    def get_article(
        article: Annotated[str, Field(description="The article's id, from the list.")],
        version: Annotated[int | None, Field(ge=1, le=2**31 - 1, description="Without it, the current one.")] = None,
        first: Annotated[int, Field(ge=0, le=2**31 - 1, description="The page from this sentence on.")] = 0,
        limit: Annotated[int, Field(ge=1, le=1_000, description="At most so many sentences.")] = 100,
    ) -> SentenceListBody:
        """Give an article sentence by sentence, a page at a time: each with its place and its words."""
        shown = find_article(library, bot, article, version)
        return SentenceListBody.model_validate(sentences_to_dict(shown.article, shown.sentences, first, limit))

    @_told
    def verify_citation(
        citation: Annotated[CitedBody, Field(description="A citation as ask_article gave it.")],
    ) -> CheckBody:
        """Check a citation: does the article still say it, at that place, or did it, in an earlier version?"""
        return CheckBody.model_validate(checks_to_dict(library, bot, [citation])["citations"][0])

    return [list_articles, get_article, verify_citation]


def _told(tool: Callable[P, R]) -> Callable[P, R]:
    """Let the product's errors reach the client in their own words; all else is a fault of ours."""

    @wraps(tool)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return tool(*args, **kwargs)
        except AskArticleError as error:
            raise ToolError(str(error)) from error

    return told

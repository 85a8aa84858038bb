"""The MCP server, as the SDK's own client uses it: over HTTP, and over stdin and stdout."""

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from starlette.testclient import TestClient

from corpus import default_article
from tests.api_server import FERRY, RAISED, make_app, served
from web.answer_schemas import AnswerBody
from web.citation_schemas import CheckBody
from web.library_schemas import SearchResultBody, SentenceListBody
from web.schemas import ArticleListBody

ROOT = Path(__file__).parent.parent
TOOLS = {"ask_article", "search_passages", "list_articles", "get_article", "verify_citation"}
QUOTE = "Its captain, Mara Voss, was the last to leave."


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    with served(make_app(tmp_path_factory.mktemp("data"))) as address:
        for text in (FERRY, RAISED):
            body = {"text": text, "id": "ferry" if text == FERRY else "raised", "collection": "harbour"}
            assert httpx2.post(f"{address}/api/v1/articles", json=body, timeout=60).is_success
        yield address


def using(server: Any, use: Callable[[Client], Awaitable[None]], mode: str = "auto") -> None:
    async def run() -> None:
        with anyio.fail_after(600):
            async with Client(server, mode=mode) as client:
                await use(client)

    anyio.run(run)


async def called(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_tool_answers_over_http_with_a_typed_result(address, mode):
    async def use(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        assert all(tool.output_schema and tool.annotations.read_only_hint for tool in tools.values())
        question = "captain Mara Voss was the last to leave"
        answer = AnswerBody.model_validate(await called(client, "ask_article", question=question, article="ferry"))
        citation = (answer.citations or answer.nearest)[0]
        assert (citation.quote, citation.article.id) == (QUOTE, "ferry")
        check = await called(client, "verify_citation", citation=citation.model_dump())
        assert CheckBody.model_validate(check).status == "valid"
        hits = SearchResultBody.model_validate(await called(client, "search_passages", query="captain", k=1)).hits
        assert hits[0].text in (FERRY, RAISED)
        listed = ArticleListBody.model_validate(await called(client, "list_articles", collection="harbour", limit=1))
        assert (listed.articles[0].id, listed.total, listed.next) == ("ferry", 2, "ferry")
        page = SentenceListBody.model_validate(await called(client, "get_article", article="ferry", first=1, limit=1))
        assert ([one.text for one in page.sentences], page.total, page.next) == ([QUOTE], 3, 2)

    using(f"{address}/mcp", use, mode)


def test_what_cannot_be_done_is_said_in_the_products_words(address):
    async def use(client: Client) -> None:
        for tool, arguments, said in (
            ("ask_article", {"question": " "}, "The question is empty"),
            ("ask_article", {"question": "why?", "collection": "none"}, "No collection 'none'"),
            ("get_article", {"article": "none"}, "none"),
            ("search_passages", {"query": "captain", "k": 0}, "greater than or equal"),
            ("verify_citation", {"citation": {}}, "Field required"),
        ):
            result = await client.call_tool(tool, arguments)
            assert result.is_error
            assert said in result.content[0].text

    using(f"{address}/mcp", use)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"x" * 300_000, {}, 413),
        (b"{", {}, 400),
        (b"{}", {"content-type": "text/plain"}, 400),
        (b"{}", {"origin": "https://evil.example"}, 403),
        (b"\xff", {}, 400),
    ],
)
def test_a_wrong_request_is_refused(address, content, headers, status):
    sent = {"content-type": "application/json", "accept": "application/json, text/event-stream", **headers}
    assert httpx2.post(f"{address}/mcp", content=content, headers=sent).status_code == status


def test_where_the_sdk_is_not_installed_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("web.mcp_mount.find_spec", lambda _: None)
    response = TestClient(make_app(tmp_path)).post("/mcp", json={})
    assert response.status_code == 501
    assert "askarticle[mcp]" in response.json()["detail"]


def test_serving_does_not_load_the_sdk():
    import subprocess

    code = "import sys, web, askarticle; print('mcp' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "False"


@pytest.mark.model
def test_the_command_serves_a_client_on_stdin_and_stdout(tmp_path):
    arguments = ["-m", "askarticle", "mcp", "--data", str(tmp_path)]
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT)

    async def use(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        answer = AnswerBody.model_validate(await called(client, "ask_article", question="how many troops?"))
        assert answer.citations[0].quote == "U.S. officials estimate that around 3,000 troops might be involved."
        place = answer.citations[0].sentence
        assert default_article().text[place.start : place.end] == answer.citations[0].quote

    using(stdio_client(server), use)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_there_is_no_stream_to_wait_at_and_no_session_to_end(address, method):
    with httpx2.stream(method, f"{address}/mcp", headers={"accept": "text/event-stream"}, timeout=60) as response:
        assert response.status_code == 405
        assert response.headers["allow"] == "POST"

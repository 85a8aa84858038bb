"""The command `serve` with the real models: programs of others get the answer with its citation."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx2
import openai
import pytest
from mcp.client import Client

from web.answer_schemas import AnswerBody

pytestmark = pytest.mark.model

ROOT = Path(__file__).parent.parent
QUESTION = "how many troops?"
QUOTE = "U.S. officials estimate that around 3,000 troops might be involved."
FERRY = "The ferry to Lindholm sank on Friday. Its captain, Mara Voss, was the last to leave. Nobody was hurt."


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    command = [sys.executable, "-m", "askarticle", "serve", "--port", "0", "--data", str(data)]
    log = tmp_path_factory.mktemp("log") / "stderr"
    with log.open("wb") as target, subprocess.Popen(command, stderr=target, cwd=ROOT) as server:
        while not (found := re.search(r"http://\S+?(?=/ )", log.read_text())):
            assert server.poll() is None, log.read_text()
            time.sleep(0.1)
        yield found[0]
        server.terminate()


def test_openais_client_gets_the_quote_with_its_source(address):
    client = openai.OpenAI(base_url=f"{address}/v1", api_key="none", timeout=120)
    messages = [{"role": "user", "content": QUESTION}]
    message = client.chat.completions.create(model="askarticle", messages=messages).choices[0].message
    first = message.annotations[0].url_citation
    assert message.content[first.start_index : first.end_index] == QUOTE
    assert f"“{QUOTE}” [1]" in message.content


def test_an_mcp_client_gets_the_quote_with_its_place(address):
    async def use() -> None:
        async with Client(f"{address}/mcp") as client:
            result = await client.call_tool("ask_article", {"question": QUESTION})
            answer = AnswerBody.model_validate(result.structured_content)
            assert answer.citations[0].quote == QUOTE

    anyio.run(use)


def test_an_added_article_answers_at_once_and_a_deleted_one_no_more(address):
    """Last in this file: from now on the library answers, not the default article."""
    with httpx2.Client(base_url=address, timeout=120) as client:
        assert client.post("/api/v1/articles", json={"text": FERRY, "id": "ferry"}).status_code == 201
        answer = client.post("/api/v1/ask", json={"question": "who was the captain of the ferry?"}).json()
        assert answer["citations"][0]["quote"] == "Its captain, Mara Voss, was the last to leave."
        assert client.delete("/api/v1/articles/ferry").status_code == 204
        gone = client.post("/api/v1/ask", json={"question": "who was the captain of the ferry?"}).json()
        assert all(citation["article"]["id"] != "ferry" for citation in gone["citations"] + gone["nearest"])

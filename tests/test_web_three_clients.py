"""OpenAI's client, the MCP SDK's client and a page of another origin with the widget ask the real models one question.

Each gets the sentence with its place: what it calls the quote is the article's text at the offsets it gives.
"""

from collections.abc import Iterator

import anyio
import httpx2
import openai
import pytest
from mcp.client import Client
from playwright.sync_api import Browser, expect

from bot import Settings, open_bot
from corpus import default_article
from tests.api_server import served
from tests.widget_host import STRICT, Reading, Site, publishing, tag
from web import create_app

pytestmark = pytest.mark.model

QUESTION = "how many troops?"
QUOTE = "U.S. officials estimate that around 3,000 troops might be involved."
START = default_article().text.index(QUOTE)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with publishing() as site:
        yield site


@pytest.fixture(scope="module")
def server(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    bot = open_bot(Settings(data=tmp_path_factory.mktemp("data")))
    with served(create_app(bot, origins=[site.origin])) as address:
        yield address


def expect_cited(server: str, citation: dict[str, object]) -> None:
    """The citation is the sentence, at its place in the text that the server gives."""
    text = httpx2.get(f"{server}/api/v1/articles/default", timeout=60).json()["text"]
    place = citation["sentence"]
    assert isinstance(place, dict)
    assert (place["start"], place["end"]) == (START, START + len(QUOTE))
    assert text[place["start"] : place["end"]] == citation["quote"] == QUOTE


def test_openais_client_gets_the_citation(server: str) -> None:
    client = openai.OpenAI(base_url=f"{server}/v1", api_key="none")
    messages = [{"role": "user", "content": QUESTION}]
    completion = client.chat.completions.create(model="askarticle", messages=messages)
    message = completion.choices[0].message
    cited = message.annotations[0].url_citation
    assert message.content[cited.start_index : cited.end_index] == QUOTE
    assert f"sentence 5, characters {START}-{START + len(QUOTE)}: {cited.url}" in message.content
    expect_cited(server, completion.model_extra["askarticle"]["citations"][0])
    streamed = client.chat.completions.create(model="askarticle", messages=messages, stream=True)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed) == message.content
    client.close()


def test_the_mcp_sdks_client_gets_the_citation(server: str) -> None:
    async def use() -> None:
        with anyio.fail_after(120):
            async with Client(f"{server}/mcp") as client:
                result = await client.call_tool("ask_article", {"question": QUESTION})
                citation = result.structured_content["citations"][0]
                expect_cited(server, citation)
                check = await client.call_tool("verify_citation", {"citation": citation})
                assert check.structured_content["status"] == "valid"

    anyio.run(use)


@pytest.mark.browser
def test_a_page_with_the_widget_gets_the_citation(browser: Browser, site: Site, server: str) -> None:
    story = "".join(f"<p>{line}</p>" for line in default_article().text.split("\n"))
    body = f"<article>{story}</article>{tag(server, 'data-article=default')}"
    reading = Reading(browser, site.put("/troops", body, policy=STRICT.format(server=server)))
    answers = []
    reading.page.on("response", lambda response: response.url.endswith("/ask") and answers.append(response))
    reading.ask(QUESTION)
    chat = reading.widget()
    expect(chat.locator("blockquote").first).to_have_text(QUOTE)
    expect(chat.locator(".place").first).to_contain_text("Estimated by U.S. officials")
    expect_cited(server, next(answer.json() for answer in answers if answer.request.method == "POST")["citations"][0])
    chat.get_by_role("link", name="Sentence 5").first.click()
    assert reading.page.evaluate("[...CSS.highlights.get('ask-article')][0].toString()") == QUOTE
    reading.photograph("troops")
    reading.close()

"""What the widget says without an answer: the server is away, does not take the page, wants a key, has a fault."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from bot import Bot
from bot.keys.rate import Rate
from bot.keys.store import KeyStore
from index import PassageIndex
from tests.browser import serving
from tests.fakes import FakeEncoder
from tests.widget_host import ASKED, FERRY, QUOTE, STORY, STRICT, Reading, Site, publishing, tag
from web import create_app
from web.access.entry import Entry
from web.access.keyring import Keyring
from web.access.rate_limits import RateLimits

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with publishing() as site:
        yield site


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot(PassageIndex.build([FERRY], FakeEncoder()))


@pytest.fixture(scope="module")
def server(bot: Bot, site: Site) -> Iterator[str]:
    with serving(create_app(bot, origins=[site.origin])) as address:
        yield address


def expect_told(reading: Reading, said: str) -> None:
    """It is told in place and aloud, and what was typed is still there."""
    chat = reading.widget()
    expect(chat.locator("#error")).to_contain_text(said)
    expect(chat.get_by_role("status")).to_contain_text(said)
    expect(chat.get_by_label("Your question")).to_have_value(ASKED)
    expect(chat.get_by_label("Your question")).to_be_focused()
    expect(chat.locator(".turn")).to_have_count(0)
    expect(chat.locator(".promise")).to_be_visible()
    reading.context.close()


def test_a_page_of_an_origin_that_is_not_named_is_told_so(browser: Browser, site: Site, bot: Bot) -> None:
    with serving(create_app(bot, origins=["https://elsewhere.example"])) as server:
        reading = Reading(browser, site.put("/refused", STORY + tag(server)))
        reading.ask(ASKED)
        expect(reading.widget().locator("#error")).to_contain_text(f"pages of {site.origin}: ASKARTICLE_ORIGINS")
        reading.photograph("refused")
        expect_told(reading, "The server does not take questions")


def test_a_server_without_any_origin_refuses_all(browser: Browser, site: Site, bot: Bot) -> None:
    with serving(create_app(bot)) as server:
        reading = Reading(browser, site.put("/refused", STORY + tag(server)))
        reading.ask(ASKED)
        expect_told(reading, "The server does not take questions")


def test_a_server_that_is_away_is_told_and_asked_again(browser: Browser, site: Site, server: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    away = f"<ask-article article='ferry' server='http://127.0.0.1:{port}/'></ask-article>"
    reading = Reading(browser, site.put("/away", STORY + tag(server, "") + away))
    reading.ask(ASKED)
    expect(reading.widget().locator("#error")).to_contain_text("cannot be reached")
    reading.widget().evaluate("(element, server) => element.setAttribute('server', server)", server)
    reading.ask(ASKED)  # it is there again
    expect(reading.widget().locator("blockquote").first).to_have_text(QUOTE)
    expect(reading.widget().locator("#error")).to_be_empty()
    reading.context.close()


def test_a_policy_that_forbids_asking_is_named(browser: Browser, site: Site, server: str) -> None:
    policy = STRICT.format(server=server).replace(f"connect-src {server}", "connect-src 'self'")
    reading = Reading(browser, site.put("/policy", STORY + tag(server), policy=policy))
    reading.ask(ASKED)
    expect_told(reading, f"Content-Security-Policy does not let it ask {server}: connect-src")


def test_an_article_that_is_not_there_is_told_in_the_servers_words(browser: Browser, site: Site, server: str) -> None:
    reading = Reading(browser, site.put("/gone", tag(server, "data-article='gone'")))
    reading.ask(ASKED)
    expect_told(reading, "gone")


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (503, {"retry-after": "5"}, '{"detail": "Too much waits."}', "Too much waits. Try again in 5 seconds."),
        (429, {"retry-after": "1"}, '{"detail": "…"}', "Too many questions were asked. Try again in 1 second."),
        (502, {}, "<html>Bad gateway</html>", "The server answered with an error (502)."),
        (200, {}, "no JSON", "The server answered with an error (200)."),
        (200, {}, '{"found": true}', "Something went wrong in this chat."),
    ],
)
def test_a_server_in_trouble_is_told(
    browser: Browser, site: Site, server: str, status: int, headers: dict[str, str], body: str, said: str
) -> None:
    reading = Reading(browser, site.put("/trouble", tag(server)))
    allow = {"access-control-allow-origin": site.origin, "access-control-expose-headers": "retry-after"}

    def answer(route: Route) -> None:
        route.fulfill(status=status, headers={**allow, **headers}, body=body)

    reading.page.route("**/api/v1/ask", answer)
    reading.ask(ASKED)
    expect_told(reading, said)


def test_a_fault_of_the_servers_is_not_taken_for_a_refusal(
    browser: Browser, site: Site, server: str, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bot, "ask", lambda *_, **__: 1 / 0)
    reading = Reading(browser, site.put("/fault", tag(server)))
    reading.ask(ASKED)
    expect_told(reading, "The server could not answer.")


def test_a_key_is_asked_for_and_taken(browser: Browser, site: Site, bot: Bot, tmp_path: Path) -> None:
    store = KeyStore(tmp_path / "keys")
    key = store.create("site", "read")[1]
    plenty = Rate(10_000, 60)
    entry = Entry(Keyring(store), RateLimits(plenty, plenty, plenty))
    with serving(create_app(bot, origins=[site.origin], entry=entry)) as server:
        for more, said in (
            ("", "wants a key, and this page has none"),
            (" data-key='aa_x_y'", "does not take the key"),
        ):
            reading = Reading(browser, site.put("/key", tag(server, f"data-article='ferry'{more}")))
            reading.ask(ASKED)
            expect_told(reading, said)
        reading = Reading(browser, site.put("/key", tag(server, f"data-article='ferry' data-key='{key}'")))
        reading.ask(ASKED)
        expect(reading.widget().locator("blockquote").first).to_have_text(QUOTE)
        reading.close()
    store.close()

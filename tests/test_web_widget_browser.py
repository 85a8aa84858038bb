"""The widget in a real browser, on a page of another origin: asked, read, walked through, and found on the page."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from bot import Bot
from index import PassageIndex
from tests.browser import serving, until
from tests.fakes import FakeEncoder
from tests.widget_host import (
    ASKED,
    FERRY,
    HOSTILE,
    MARKUP,
    QUOTE,
    STORY,
    STRICT,
    UNANSWERED,
    Reading,
    Site,
    publishing,
    tag,
)
from web import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with publishing() as site:
        yield site


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[str]:
    bot = Bot(PassageIndex.build([FERRY, HOSTILE], FakeEncoder()))
    with serving(create_app(bot, origins=[site.origin])) as address:
        yield address


@pytest.fixture
def policy(server: str) -> str:
    return STRICT.format(server=server)


def test_it_answers_on_a_page_of_the_strictest_policy(browser: Browser, site: Site, server: str, policy: str) -> None:
    address = site.put("/strict", f"<main><h1>Ferry</h1>{STORY}{tag(server)}</main>", policy=policy)
    reading = Reading(browser, address)
    chat = reading.widget()
    expect(chat.get_by_role("heading", name="Ask this article")).to_be_visible()
    reading.ask(ASKED)
    expect(chat.locator("blockquote").first).to_have_text(QUOTE)
    expect(chat.locator(".verdict")).to_contain_text("sure)")
    expect(chat.get_by_role("status")).to_contain_text(QUOTE)
    expect(chat.get_by_label("Your question")).to_have_value("")
    expect(chat.locator(".beside").first).to_contain_text("Before it:")
    reading.photograph("answer")
    reading.close()


def test_a_quote_is_shown_where_it_stands_on_the_page(browser: Browser, site: Site, server: str) -> None:
    away = "<p>Nothing of the ferry here.</p>" * 60
    teaser = f"<aside><p>{QUOTE}</p></aside>"
    body = f"{teaser}<article lang='en-GB'>{away}{STORY}{away}</article>{tag(server)}"
    reading = Reading(browser, site.put("/long", body))
    page, chat = reading.page, reading.widget()
    reading.ask(ASKED)
    link = chat.get_by_role("link", name="Sentence 2")
    assert link.get_attribute("href").startswith(f"{page.url}#:~:text=Its%20captain")
    assert chat.locator("blockquote").first.get_attribute("lang") == "en-GB"
    link.press("Enter")
    marked = "[...CSS.highlights.get('ask-article')][0]"
    until(page, f"{marked}.getBoundingClientRect().top > 0")
    assert " ".join(page.evaluate(f"{marked}.toString()").split()) == QUOTE
    assert page.evaluate(f"{marked}.startContainer.parentElement.closest('article') !== null")
    until(page, f"(r => r.top >= 0 && r.bottom <= innerHeight)({marked}.getBoundingClientRect())")
    assert page.evaluate(f"document.activeElement === {marked}.startContainer.parentElement")
    assert page.url == site.origin + "/long"
    reading.photograph("shown-on-the-page")
    page.keyboard.press("Tab")
    assert page.locator("article [tabindex]").count() == 0
    reading.close()


def test_the_links_address_alone_shows_it_in_another_window(browser: Browser, site: Site, server: str) -> None:
    gap = "<p>Nothing of the ferry here.</p>" * 60
    reading = Reading(browser, site.put("/linked", f"<main>{gap}{STORY}</main>{tag(server)}"))
    reading.ask(ASKED)
    address = reading.widget().get_by_role("link", name="Sentence 2").get_attribute("href")
    page = reading.context.new_page()
    page.goto(address)
    until(page, "scrollY > 500")
    reading.close()


def test_a_quote_that_is_not_on_the_page_leads_to_the_servers(browser: Browser, site: Site, server: str) -> None:
    hidden = f"<p hidden>{QUOTE}</p><script type='text/plain'>{QUOTE}</script><textarea>{QUOTE}</textarea>"
    reading = Reading(browser, site.put("/elsewhere", hidden + tag(server)))
    reading.ask(ASKED)
    reading.widget().get_by_role("link", name="Sentence 2").click()
    expect(reading.page).to_have_url(f"{server}/?article=ferry#s2")
    expect(reading.page.locator("#s2")).to_have_text(QUOTE)
    reading.context.close()


def test_declining_is_said_with_the_nearest_sentences(browser: Browser, site: Site, server: str, policy: str) -> None:
    reading = Reading(browser, site.put("/decline", STORY + tag(server), policy=policy))
    reading.ask(UNANSWERED)
    chat = reading.widget()
    expect(chat.locator(".verdict")).to_have_text("The article does not say.")
    expect(chat.locator(".note")).to_contain_text("probably do not answer")
    expect(chat.locator(".nearest li").first).to_be_visible()
    expect(chat.get_by_role("status")).to_have_text("The article does not say.")
    expect(chat.locator(".number")).to_have_count(0)
    reading.photograph("declined")
    reading.close()


def test_a_follow_up_is_understood_and_may_be_asked_alone(browser: Browser, site: Site, server: str) -> None:
    reading = Reading(browser, site.put("/follow", STORY + tag(server)))
    chat = reading.widget()
    sent: list[dict[str, object]] = []
    asked = lambda request: request.method == "POST" and sent.append(json.loads(request.post_data))  # noqa: E731
    reading.page.on("request", asked)
    reading.ask(ASKED)
    expect(chat.locator(".turn:not(.pending)")).to_have_count(1)
    reading.ask("and when?")
    expect(chat.locator(".turn:not(.pending)")).to_have_count(2)
    expect(chat.locator(".turn").last.locator(".understood")).to_contain_text("Understood as:")
    chat.get_by_role("button", name="Ask it on its own instead").click()
    expect(chat.locator(".turn:not(.pending)")).to_have_count(3)
    assert [body["history"] for body in sent] == [[], [ASKED], []]
    assert {body["article"] for body in sent} == {"ferry"}
    reading.photograph("follow-up")
    reading.close()


def test_markup_stays_text(browser: Browser, site: Site, server: str, policy: str) -> None:
    body = "<main></main>" + tag(server, "data-collection=''")  # asks everything, so that titles are shown
    reading = Reading(browser, site.put("/hostile", body, policy=policy), width=360)
    reading.ask(f"Ships of {MARKUP} sailed")
    chat = reading.widget()
    expect(chat.locator("blockquote").first).to_have_text(f"Ships of {MARKUP} sailed.")
    expect(chat.locator(".place").first).to_contain_text(MARKUP)
    expect(chat.locator(".question")).to_contain_text(MARKUP)
    reading.ask("w" * 900)
    expect(chat.locator(".turn:not(.pending)")).to_have_count(2)
    assert reading.page.evaluate("typeof hacked") == "undefined"
    assert chat.evaluate("element => element.shadowRoot.querySelectorAll('img, script, b').length") == 0
    assert reading.page.evaluate("document.documentElement.scrollWidth") <= 360
    reading.photograph("hostile-360")
    reading.close()


def test_the_keyboard_does_all(browser: Browser, site: Site, server: str) -> None:
    reading = Reading(browser, site.put("/keys", STORY + tag(server)))
    keys, chat = reading.page.keyboard, reading.widget()
    focused = "document.activeElement.shadowRoot?.activeElement"
    keys.press("Tab")
    assert reading.page.evaluate(f"{focused}.id") == "question"
    outline = "(s => [s.outlineStyle, s.outlineWidth])"
    assert reading.page.evaluate(f"{outline}(getComputedStyle({focused}))") == ["solid", "3px"]
    keys.type(UNANSWERED)
    keys.press("Enter")
    expect(chat.locator(".nearest li")).to_have_count(3)
    expect(chat.get_by_label("Your question")).to_have_value("")
    keys.press("ArrowDown")
    first = chat.locator("a.sentence").first
    expect(first).to_be_focused()
    keys.press("ArrowDown")
    expect(chat.locator("a.sentence").nth(1)).to_be_focused()
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(first).to_be_focused()
    assert reading.page.evaluate(f"{outline}(getComputedStyle({focused}))") == ["solid", "3px"]
    keys.press("Escape")
    expect(chat.get_by_label("Your question")).to_be_focused()
    keys.press("Enter")
    expect(chat.locator("#error")).to_contain_text("The question is empty")
    expect(chat.get_by_role("status")).to_contain_text("The question is empty")
    expect(chat.get_by_label("Your question")).to_have_attribute("aria-invalid", "true")
    reading.context.close()

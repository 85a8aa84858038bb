"""A reader's ways through the chat, on three screens, with and without script; pictures of them are kept."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Locator, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot import Bot, Settings, open_bot
from bot.conversation import stand_alone
from index import PassageIndex
from tests.browser import ASKED, MATCH, NEWS, QUOTE, UNANSWERED, Visit, cited, serving, until
from tests.fakes import FakeEncoder
from web import create_app

pytestmark = pytest.mark.browser

SCREENS = [(360, 800), (768, 1024), (1440, 900)]
FOLLOW_UP = "When?"
UNDERSTOOD = stand_alone(FOLLOW_UP, [ASKED])


def publish(_: Request) -> Response:
    """The publisher's page: menus, the article, and more."""
    lines = "".join(f"<p>{line}</p>" for line in NEWS.text.splitlines())
    return HTMLResponse(f"<!doctype html><nav>The harbour</nav><h1>{NEWS.title}</h1>{lines}<footer>Troops</footer>")


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    with serving(Starlette(routes=[Route("/story", publish)])) as address:
        yield address


@pytest.fixture(scope="module")
def server(publisher: str) -> Iterator[str]:
    """A running server's address; two articles are asked."""
    articles = [replace(NEWS, url=f"{publisher}/story"), MATCH]
    with serving(create_app(Bot(PassageIndex.build(articles, FakeEncoder())))) as address:
        yield address


@pytest.fixture
def wide(browser: Browser, server: str) -> Iterator[Visit]:
    visit = Visit(browser, server, width=1440, height=900)
    yield visit
    visit.close()


def newest(visit: Visit) -> Locator:
    return visit.page.locator(".turn:visible:not(.pending)").last


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_ask_follow_up_decline_and_share(browser: Browser, server: str, width: int, height: int, script: bool) -> None:
    visit = Visit(browser, server, script=script, width=width, height=height)
    page = visit.page

    def step(name: str) -> None:
        visit.photograph(f"{width}-{'script' if script else 'plain'}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 articles")
    step("list")
    page.get_by_role("link", name="Troops in the port").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Ask this article")
    step("article")
    visit.ask(ASKED)
    expect(newest(visit).locator("blockquote").first).to_have_text(QUOTE)
    assert cited(page)[0] == QUOTE
    step("answer")
    shared = page.url
    visit.ask(FOLLOW_UP)
    expect(newest(visit)).to_contain_text(f"Understood as: {UNDERSTOOD}")
    step("follow-up")
    visit.ask(UNANSWERED)
    expect(newest(visit)).to_contain_text("The article does not say.")
    expect(newest(visit)).to_contain_text("probably do not answer")
    assert cited(page) == []
    step("declined")
    page.go_back()
    page.go_back()
    expect(newest(visit).locator("blockquote").first).to_have_text(QUOTE)
    page.go_forward()
    expect(newest(visit)).to_contain_text(f"Understood as: {UNDERSTOOD}")
    page.go_back()
    expect(newest(visit).locator("blockquote").first).to_have_text(QUOTE)
    assert cited(page)[0] == QUOTE
    said, marked = newest(visit).inner_text(), cited(page)
    visit.close()

    other = Visit(browser, server, script=script, width=width, height=height)
    other.page.goto(shared)
    expect(newest(other).locator("blockquote").first).to_have_text(QUOTE)
    assert (newest(other).inner_text(), cited(other.page)) == (said, marked)
    if width >= 960 and script:
        expect(other.page.locator(".sentence.cited").first).to_be_in_viewport()
    other.close()


def test_the_link_of_an_answer_shows_it_again(wide: Visit) -> None:
    page = wide.page
    page.goto("/?article=news")
    wide.ask(ASKED)
    expect(newest(wide)).to_contain_text(QUOTE)
    wide.ask(FOLLOW_UP)
    expect(newest(wide)).to_contain_text("Understood as")
    said = newest(wide).inner_text()
    link = newest(wide).get_by_role("link", name="Link to this answer")
    assert page.evaluate("location.pathname + location.search") == link.get_attribute("href")
    link.click()
    expect(page.locator(".turn")).to_have_count(1)
    assert newest(wide).inner_text() == said


def test_a_quote_and_a_link_are_copied(browser: Browser, server: str, publisher: str) -> None:
    visit = Visit(browser, server, permissions=["clipboard-read", "clipboard-write"])
    page = visit.page
    page.goto(f"/?article=news&q={ASKED}")
    newest(visit).get_by_role("button", name="Copy quote").first.click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()").replace("\r\n", "\n").split("\n")
    assert copied[:2] == [QUOTE, "— Troops in the port, sentence 63"]
    assert copied[2].startswith(f"{publisher}/story#:~:text=")
    newest(visit).get_by_role("button", name="Copy link").click()
    until(page, f"navigator.clipboard.readText().then(text => text.startsWith('{server}/?article=news&q='))")
    visit.close()


@pytest.mark.parametrize("script", [True, False], ids=["forbidden", "plain"])
def test_where_copying_is_not_possible_the_quote_can_be_selected(browser: Browser, server: str, script: bool) -> None:
    visit = Visit(browser, server, script=script)
    page = visit.page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(f"/?article=news&q={ASKED}")
    if script:
        newest(visit).get_by_role("button", name="Copy quote").first.click()
        selected = "(field => field.value.slice(field.selectionStart, field.selectionEnd))(document.activeElement)"
        assert page.evaluate(selected).startswith(QUOTE)
        expect(page.get_by_role("status")).to_contain_text("The text is selected")
    else:
        newest(visit).locator("summary", has_text="Copy quote").first.click()
    expect(newest(visit).get_by_label("The quote, to select and copy").first).to_be_visible()
    visit.close()


def test_the_publishers_page_opens_at_the_sentence(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.goto(f"/?article=news&q={ASKED}")
    newest(visit).get_by_role("link", name="Open at the publisher").first.click()
    expect(visit.page.locator("p", has_text="Ida Brandt")).to_be_in_viewport()
    assert visit.page.evaluate("scrollY") > 0
    visit.context.close()


def test_the_keyboard_reaches_everything(wide: Visit) -> None:
    page, question = wide.page, wide.page.get_by_label("Your question")
    page.goto("/?article=news")
    page.keyboard.press("/")
    expect(question).to_be_focused()
    expect(question).to_have_value("")
    page.keyboard.type(f"{UNANSWERED} And/or when?")
    page.keyboard.press("Enter")
    expect(newest(wide)).to_contain_text("And/or when?")
    page.keyboard.press("ArrowDown")
    first = newest(wide).locator(".sentence-link").first
    expect(first).to_be_focused()
    expect(page.locator(f"#{first.get_attribute('data-sentence')}")).to_have_class("sentence current")
    page.keyboard.press("ArrowDown")
    second = newest(wide).locator(".sentence-link").nth(1)
    expect(second).to_be_focused()
    expect(page.locator(".sentence.current")).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_focused()
    expect(page.locator(".sentence.current")).to_have_count(0)


def test_escape_closes_what_is_open_and_the_slash_can_be_switched_off(wide: Visit) -> None:
    page = wide.page
    page.goto("/?article=news")
    panel = page.locator(".display")
    page.locator(".display summary").focus()
    page.keyboard.press("Enter")
    expect(panel).to_have_attribute("open", "")
    wide.photograph("1440-display")
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(panel).not_to_have_attribute("open", "")
    expect(page.locator(".display summary")).to_be_focused()
    page.reload()
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).not_to_be_focused()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_colours_are_chosen_and_kept(browser: Browser, server: str, script: bool) -> None:
    visit = Visit(browser, server, script=script, color_scheme="light")
    page = visit.page
    ground = "getComputedStyle(document.body).backgroundColor"
    page.goto(f"/?article=news&q={ASKED}")
    light, address = page.evaluate(ground), page.url
    page.locator(".display summary").click()
    page.get_by_role("button", name="Dark").click()
    # The browser's own poll stands still on some pages without script; an expectation is asked for from outside.
    expect(page.locator("body")).not_to_have_css("background-color", light)
    assert page.url == address
    page.goto("/docs")
    assert page.evaluate(ground) != light
    page.emulate_media(color_scheme="dark")
    page.locator(".display summary").click()
    page.get_by_role("button", name="Light").click()
    expect(page.locator("body")).to_have_css("background-color", light)
    expect(page.locator(".display button[aria-pressed=true]")).to_have_text("Light")
    visit.close()


@pytest.mark.model
def test_a_suggested_question_of_the_shipped_article_is_answered(browser: Browser) -> None:
    with serving(create_app(open_bot(Settings()))) as address:
        visit = Visit(browser, address, width=1440, height=900)
        visit.page.goto("/")
        visit.photograph("1440-default-start")
        visit.page.get_by_role("link", name="How many troops might be involved?").click()
        expect(newest(visit).locator("strong").first).to_contain_text("3,000")
        expect(newest(visit).locator(".verdict")).to_contain_text("The article says")
        visit.photograph("1440-default-answer")
        visit.ask("What does a litre of milk cost?")
        expect(newest(visit)).to_contain_text("The article does not say.")
        visit.photograph("1440-default-declined")
        visit.close()

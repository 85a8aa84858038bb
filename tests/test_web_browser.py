"""The chat in a real browser, against a real server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import Bot
from bot.conversation import stand_alone
from index import PassageIndex
from tests.browser import ALSO_ASKED, ALSO_QUOTE, ASKED, MATCH, NEWS, QUOTE, UNANSWERED, Visit, cited, serving, until
from tests.fakes import FakeEncoder
from web import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A running server's address; two articles are asked."""
    with serving(create_app(Bot(PassageIndex.build([NEWS, MATCH], FakeEncoder())))) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """A visit with script on a wide screen, without a complaint and without a request that leaves the server."""
    visit = Visit(browser, server)
    yield visit
    visit.close()


def expect_address(page: Page, question: str | None) -> None:
    wanted = "null" if question is None else repr(question)
    until(page, f"new URLSearchParams(location.search).get('q') === {wanted}")


def test_an_answer_arrives_without_a_reload_and_its_sentence_is_shown(visit: Visit) -> None:
    page = visit.page
    page.goto("/?article=news")
    expect(page.locator("#s62")).not_to_be_in_viewport()
    visit.mark()
    visit.ask(ASKED)
    expect(page.locator(".turn blockquote").first).to_have_text(QUOTE)
    expect(page.locator(".sentence.cited").first).to_be_in_viewport()
    assert cited(page)[0] == QUOTE
    assert visit.is_marked()
    expect_address(page, ASKED)
    expect(page.get_by_label("Your question")).to_have_value("")
    expect(page.get_by_role("log")).to_contain_text(QUOTE)
    expect(page.get_by_role("status")).to_contain_text(f"sure): {QUOTE}")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()


def test_back_and_forward_walk_through_the_conversation(visit: Visit) -> None:
    page, turns = visit.page, visit.page.locator(".turn:visible:not(.pending)")
    page.goto("/?article=news")
    visit.mark()
    visit.ask(ASKED)
    expect(turns).to_have_count(1)
    visit.ask(ALSO_ASKED)
    expect(turns).to_have_count(2)
    assert ALSO_QUOTE in cited(page)
    page.go_back()
    expect(turns).to_have_count(1)
    expect_address(page, ASKED)
    assert cited(page)[0] == QUOTE
    page.go_back()
    expect(turns).to_have_count(0)
    expect_address(page, None)
    assert cited(page) == []
    page.go_forward()
    expect(turns).to_have_count(1)
    visit.ask(UNANSWERED)
    expect(turns).to_have_count(2)
    expect(turns.last).to_contain_text("The article does not say.")
    assert visit.is_marked()


def test_a_follow_up_leans_on_the_conversation_and_can_be_asked_on_its_own(visit: Visit) -> None:
    page, turns = visit.page, visit.page.locator(".turn:visible:not(.pending)")
    page.goto("/?article=news")
    visit.mark()
    visit.ask(ASKED)
    expect(turns).to_have_count(1)
    visit.ask("When?")
    expect(turns).to_have_count(2)
    expect(turns.last).to_contain_text(f"Understood as: {stand_alone('When?', [ASKED])}")
    assert page.evaluate("new URLSearchParams(location.search).getAll('h')") == [ASKED]
    shared = page.url
    page.get_by_role("link", name="Ask it on its own instead").click()
    expect(turns).to_have_count(3)
    expect(turns.last).not_to_contain_text("on its own")
    assert visit.is_marked()
    assert page.evaluate("location.search") == "?article=news&q=When%3F"
    page.go_back()
    expect(turns).to_have_count(2)
    page.go_back()
    visit.ask("And why?")
    expect(turns.last).to_contain_text(f"Understood as: {stand_alone('And why?', [ASKED])}")
    page.goto(shared)
    expect(turns).to_have_count(1)
    expect(turns.last).to_contain_text(f"Understood as: {stand_alone('When?', [ASKED])}")


def test_the_earlier_questions_out_of_view_are_counted(visit: Visit) -> None:
    page, further = visit.page, visit.page.locator("#further")
    page.goto("/?article=news")
    visit.ask(ASKED)
    expect(page.locator(".turn:not(.pending)")).to_have_count(1)
    expect(further).to_be_hidden()
    for count in (2, 3, 4):
        visit.ask(UNANSWERED)
        expect(page.locator(".turn:not(.pending)")).to_have_count(count)
    expect(further).to_have_text("↑ 3 earlier questions")
    further.click()
    expect(further).to_have_text("↑ 2 earlier questions")
    page.locator("#conversation").evaluate("element => { element.scrollTop = 0; }")
    expect(further).to_be_hidden()


def test_a_link_to_a_sentence_keeps_the_conversation(visit: Visit) -> None:
    page, turns = visit.page, visit.page.locator(".turn:visible:not(.pending)")
    page.goto("/?article=news")
    visit.ask(ASKED)
    page.get_by_role("link", name="Sentence").first.click()
    until(page, "location.hash.startsWith('#s')")
    expect(turns).to_have_count(1)
    assert cited(page)[0] == QUOTE
    visit.ask(ALSO_ASKED)
    expect(turns).to_have_count(2)
    page.go_back()
    expect(turns).to_have_count(1)
    page.go_back()
    expect(turns).to_have_count(1)
    page.go_back()
    expect(turns).to_have_count(0)


def test_going_back_past_a_reload_still_shows_the_right_answer(visit: Visit) -> None:
    page, turns = visit.page, visit.page.locator(".turn:visible:not(.pending)")
    page.goto("/?article=news")
    visit.ask(ASKED)
    expect(turns).to_have_count(1)
    visit.ask(UNANSWERED)
    expect(turns).to_have_count(2)
    page.reload()
    expect(turns).to_have_count(1)
    page.go_back()
    expect(turns.locator("blockquote").first).to_have_text(QUOTE)


def test_a_question_is_a_link(visit: Visit) -> None:
    visit.page.goto(f"/?article=news&q={ASKED}")
    expect(visit.page.locator(".turn blockquote").first).to_have_text(QUOTE)
    expect(visit.page.locator(".sentence.cited").first).to_be_in_viewport()


def test_an_answer_from_another_article_opens_that_article(visit: Visit) -> None:
    visit.page.goto("/")
    visit.ask("Who saved the penalty?")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Match")
    expect(visit.page.locator(".sentence.cited").first).to_have_text("The keeper saved a penalty.")


def test_the_api_is_described_without_a_foreign_script(visit: Visit) -> None:
    visit.page.goto("/docs")
    expect(visit.page.get_by_role("heading", name="POST /api/v1/ask", exact=True)).to_be_visible()


def test_what_cannot_be_asked_is_said_in_place_and_kept(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page, typed = visit.page, "why " * 300
    page.goto("/?article=news")
    visit.mark()
    visit.ask("")
    expect(page.locator("#error")).to_contain_text("question")
    visit.ask(typed)
    expect(page.locator("#error")).to_contain_text("characters")
    expect(page.get_by_label("Your question")).to_have_value(typed)
    expect(page.get_by_label("Your question")).to_be_focused()
    visit.ask(ASKED)
    expect(page.locator(".turn blockquote").first).to_have_text(QUOTE)
    expect(page.locator("#error")).to_be_empty()
    assert visit.is_marked()
    assert all("status of 422" in complaint for complaint in visit.complaints)
    visit.context.close()


def test_when_the_script_cannot_ask_the_browser_does(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.route("**/answer?*", lambda route: route.abort())
    visit.page.goto("/?article=news")
    visit.mark()
    visit.ask(ASKED)
    expect(visit.page.locator(".turn blockquote").first).to_have_text(QUOTE)
    assert not visit.is_marked()
    visit.context.close()


def test_all_of_it_works_without_script(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, script=False)
    page = visit.page
    page.goto("/?article=news")
    visit.ask(ASKED)
    expect(page.locator(".turn blockquote").first).to_have_text(QUOTE)
    expect(page.locator(".sentence.cited").first).to_have_text(QUOTE)
    page.get_by_role("link", name="Sentence").first.click()
    expect(page.locator(".sentence.cited").first).to_be_in_viewport()
    visit.ask("When?")
    expect(page.locator(".turn:not(.pending)")).to_contain_text(f"Understood as: {stand_alone('When?', [ASKED])}")
    page.get_by_role("link", name="Ask it on its own instead").click()
    expect(page.locator(".turn:not(.pending)")).not_to_contain_text("on its own")
    visit.ask(UNANSWERED)
    expect(page.locator(".turn:not(.pending)")).to_contain_text("The article does not say.")
    expect(page.locator(".sentence.cited")).to_have_count(0)
    visit.ask("")
    expect(page.locator("#error")).to_contain_text("question")
    assert all("status of 422" in complaint for complaint in visit.complaints)
    visit.context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_is_wider_than_the_screen_and_the_chat_comes_first(browser: Browser, server: str, width: int) -> None:
    visit = Visit(browser, server, width=width)
    page = visit.page
    for address in ("/", f"/?q={ASKED}", f"/?q={UNANSWERED}", "/?article=news", "/docs", "/nowhere"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto("/?article=news")
    expect(page.get_by_label("Your question")).to_be_in_viewport()
    for control in (page.get_by_label("Your question"), page.get_by_role("button", name="Ask", exact=True)):
        assert control.bounding_box()["height"] >= 44
    visit.context.close()


def test_on_a_phone_the_answer_stays_in_view(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, width=360)
    visit.page.goto("/?article=news")
    visit.ask(ASKED)
    expect(visit.page.locator(".turn blockquote").first).to_be_in_viewport()
    expect(visit.page.locator(".sentence.cited").first).not_to_be_in_viewport()
    visit.ask(ALSO_ASKED)
    expect(visit.page.locator(".turn:not(.pending)")).to_have_count(2)
    visit.ask(UNANSWERED)
    expect(visit.page.locator(".turn:not(.pending)")).to_have_count(3)
    top = visit.page.locator(".turn:not(.pending)").last.bounding_box()["y"]
    assert abs(top) <= 1, "a line of the turn before is left standing on top"
    visit.context.close()


def test_on_a_phone_a_page_whose_answer_fits_opens_at_its_top(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, width=390)
    visit.page.goto("/?q=Who+saved+the+penalty%3F")
    expect(visit.page.locator("#earlier input")).to_have_count(1)
    assert visit.page.evaluate("window.scrollY") == 0
    visit.context.close()


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit.page
    page.goto("/?article=news")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_in_viewport()
    page.get_by_label("Your question").focus()
    page.keyboard.type(ASKED)
    page.keyboard.press("Enter")
    expect(page.locator(".turn blockquote").first).to_have_text(QUOTE)
    expect(page.get_by_label("Your question")).to_be_focused()

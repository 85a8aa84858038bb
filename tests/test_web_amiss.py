"""What goes amiss while a page is open, in a real browser: double clicks, going back too early, what was removed."""

import re
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.api_server import BRIDGE, FERRY, make_app
from tests.browser import Visit, serving

pytestmark = pytest.mark.browser

CAPTAIN = "Who was the captain of the ferry to Lindholm?"
SANK = "When did the ferry to Lindholm sink on Friday?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    app = make_app(tmp_path_factory.mktemp("library"))
    with serving(app) as address:
        add(address, "ferry", FERRY)
        add(address, "bridge", BRIDGE)
        yield address
        app.state.jobs.close()
        app.state.library.close()


def add(server: str, id: str, text: str) -> None:
    body = {"id": id, "text": text, "title": id.title()}
    httpx2.post(f"{server}/api/v1/articles", json=body, timeout=60).raise_for_status()


def api(server: str, method: str, path: str) -> httpx2.Response:
    return httpx2.request(method, f"{server}/api/v1/{path}", timeout=60)


def turns(visit: Visit) -> Locator:
    return visit.page.locator(".turn:visible:not(.pending)")


def keep(visit: Visit) -> None:
    visit.page.locator("#menu summary").first.click()
    visit.page.get_by_role("button", name="Keep this conversation").click()
    expect(visit.page.locator("#conversation[data-kept]")).to_be_visible()


def test_what_is_pressed_twice_is_done_once(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.goto("/?article=ferry")
    page.get_by_label("Your question").fill(CAPTAIN)
    page.get_by_role("button", name="Ask", exact=True).dblclick()
    expect(turns(visit)).to_have_count(1)
    visit.ask(SANK)  # were the first one asked twice, it would stand before this one
    expect(turns(visit).last.locator(".question")).to_have_text(SANK)
    expect(turns(visit)).to_have_count(2)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    before = len(api(server, "GET", "feedback").json()["feedback"])
    turns(visit).last.get_by_role("button", name="Wrong").dblclick()
    expect(page.locator(".thank")).to_be_visible()
    assert sent == [f"{server}/feedback"]
    assert len(api(server, "GET", "feedback").json()["feedback"]) == before + 1
    visit.close()


def test_going_back_gives_up_what_is_waited_for(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.goto("/?article=ferry")
    visit.ask(CAPTAIN)
    expect(turns(visit)).to_have_count(1)
    held: list[Route] = []
    page.route("**/answer?*", lambda route: held.append(route))
    visit.ask(SANK)
    expect(page.locator(".turn.pending")).to_be_visible()
    page.go_back()
    expect(page.locator(".turn.pending")).to_have_count(0)
    expect(turns(visit)).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value(SANK)
    page.go_forward()
    expect(turns(visit)).to_have_count(1)
    expect(turns(visit).locator(".question")).to_have_text(CAPTAIN)
    page.unroute("**/answer?*")
    visit.ask(SANK)
    expect(turns(visit)).to_have_count(2)
    visit.context.close()


def test_an_article_that_was_removed_meanwhile_is_told_in_place(browser: Browser, server: str) -> None:
    add(server, "gone", "The lighthouse keeper Jan Visser retired on Monday. He is old.")
    visit, plain = (Visit(browser, server, script=script) for script in (True, False))
    for each in (visit, plain):
        each.page.goto("/?article=gone")
        each.ask("Which lighthouse keeper retired on Monday?")
        expect(turns(each)).to_have_count(1)
    assert api(server, "DELETE", "articles/gone").is_success
    for each in (visit, plain):
        each.ask("Who was the captain?")
    expect(visit.page.locator("#error")).to_contain_text("it was removed")
    expect(visit.page.get_by_label("Your question")).to_have_value("Who was the captain?")
    expect(turns(visit)).to_have_count(1)
    visit.photograph("amiss-removed")
    plain.page.get_by_role("button", name="Ask the other articles").click()
    expect(turns(plain)).to_have_count(1)
    expect(plain.page.locator(".turn .question")).to_have_text("Who was the captain?")
    visit.context.close()
    plain.context.close()


def test_two_windows_of_one_conversation_take_nothing_of_each_other(browser: Browser, server: str) -> None:
    visit, other = Visit(browser, server), Visit(browser, server)
    visit.page.goto(f"/?article=ferry&q={CAPTAIN}")
    keep(visit)
    other.page.goto(visit.page.url)
    visit.ask(SANK)
    expect(turns(visit)).to_have_count(2)
    other.ask("Was nobody hurt?")
    expect(turns(other)).to_have_count(2)
    turns(visit).last.get_by_role("button", name="Undo").click()
    expect(turns(visit)).to_have_count(3)  # shown as it is by now, with nothing taken off
    expect(turns(visit).last.locator(".question")).to_have_text("Was nobody hurt?")
    assert api(server, "DELETE", f"conversations/{visit.page.url.rpartition('/')[2]}").is_success
    other.ask("Who else?")
    expect(other.page.locator("#error")).to_contain_text("There is no such conversation: it was deleted")
    expect(other.page.get_by_label("Your question")).to_have_value("Who else?")
    visit.context.close()
    other.context.close()


def test_a_server_that_is_gone_is_told_in_place_and_asked_again(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.goto(f"/?article=ferry&q={CAPTAIN}")
    visit.mark()
    visit.context.set_offline(True)
    visit.ask(SANK)
    expect(page.locator("#error")).to_contain_text("The server cannot be reached.")
    expect(page.get_by_label("Your question")).to_have_value(SANK)
    visit.context.set_offline(False)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(turns(visit)).to_have_count(2)
    expect(page.locator("#error")).to_be_empty()
    assert visit.is_marked()
    visit.context.close()


def test_scripts_that_do_not_load_leave_a_page_that_works(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.route(
        "**/static/views.js", lambda route: route.fulfill(status=503, body="")
    )  # which three others import
    visit.page.goto("/?article=ferry")
    visit.ask(CAPTAIN)
    expect(turns(visit)).to_have_count(1)
    expect(visit.page).to_have_url(re.compile("q=Who"))
    visit.context.close()


def test_where_cookies_and_storage_are_refused_all_but_keeping_the_colours_works(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"])
             Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
           Object.defineProperty(document, "cookie", { get: () => "", set() {} });"""
    )
    page.goto("/?article=ferry")
    visit.ask(CAPTAIN)
    expect(turns(visit)).to_have_count(1)
    page.locator(".display summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    keep(visit)
    visit.close()

"""A conversation and what is said of its answers, in a real browser: on three screens, with and without script."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, expect

from bot import Bot, Settings
from index import PassageIndex
from tests.browser import ALSO_ASKED, ALSO_QUOTE, ASKED, MATCH, NEWS, QUOTE, UNANSWERED, Visit, cited, serving
from tests.fakes import FakeEncoder
from web import create_app
from web.served_talk import ServedTalk

pytestmark = pytest.mark.browser

SCREENS = [(360, 800, True), (360, 800, False), (768, 1024, True), (1440, 900, True), (1440, 900, False)]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> ServedTalk:
    return ServedTalk(Settings(data=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def server(talk: ServedTalk) -> Iterator[str]:
    """A running server's address; two articles are asked, and what is said of them is kept."""
    match = replace(MATCH, source="The Example", published=date(2024, 10, 23))
    with serving(create_app(Bot(PassageIndex.build([NEWS, match], FakeEncoder())), talk=talk)) as address:
        yield address


@pytest.fixture
def wide(browser: Browser, server: str) -> Iterator[Visit]:
    visit = Visit(browser, server, width=1440, height=900)
    yield visit
    visit.close()


def turns(visit: Visit) -> Locator:
    return visit.page.locator(".turn:visible:not(.pending)")


def newest(visit: Visit) -> Locator:
    return turns(visit).last


def asked(visit: Visit, question: str, said: str) -> None:
    visit.ask(question)
    expect(newest(visit).locator(".question")).to_have_text(question)
    expect(newest(visit)).to_contain_text(said)


@pytest.mark.parametrize(("width", "height", "script"), SCREENS)
def test_a_conversation_is_kept_asked_on_taken_back_exported_and_deleted(
    browser: Browser, server: str, talk: ServedTalk, width: int, height: int, script: bool
) -> None:
    visit = Visit(browser, server, script=script, width=width, height=height, accept_downloads=True)
    page, menu = visit.page, visit.page.locator("#menu")

    def step(name: str) -> None:
        visit.photograph(f"talk-{width}-{'script' if script else 'plain'}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto("/?article=news")
    step("start")
    asked(visit, ASKED, QUOTE)
    asked(visit, ALSO_ASKED, ALSO_QUOTE)
    before = len(talk.scan())
    menu.locator("summary").first.click()
    step("menu")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as Markdown").click()
    exported = download.value.path().read_text("utf-8")
    assert f"> {QUOTE}" in exported
    assert f"> {ALSO_QUOTE}" in exported
    assert len(talk.scan()) == before
    page.get_by_role("button", name="Keep this conversation").click()
    expect(turns(visit)).to_have_count(2)
    assert page.url.startswith(f"{server}/conversation/")
    kept = page.url
    asked(visit, UNANSWERED, "The article does not say.")
    expect(turns(visit)).to_have_count(3)
    step("kept")
    newest(visit).get_by_role("button", name="Undo").click()
    expect(turns(visit)).to_have_count(2)
    assert ALSO_QUOTE in cited(page)
    menu.locator("summary").first.click()
    step("kept-menu")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as JSON").click()
    assert download.value.suggested_filename == "conversation.json"
    other = Visit(browser, server, script=script, width=width, height=height)
    other.page.goto(kept)
    expect(turns(other)).to_have_count(2)
    expect(turns(other).first).to_contain_text(QUOTE)
    other.close()
    if menu.get_attribute("open") != "":
        menu.locator("summary").first.click()
    menu.locator("summary", has_text="Delete").click()
    page.get_by_role("button", name="Delete the conversation").click()
    expect(page.get_by_text("The conversation is deleted.")).to_be_visible()
    assert len(talk.scan()) == before
    visit.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize(("width", "height"), [(360, 800), (1440, 900)])
def test_an_answer_is_called_wrong_the_right_sentence_chosen_and_all_taken_back(
    browser: Browser, server: str, talk: ServedTalk, width: int, height: int, script: bool
) -> None:
    visit = Visit(browser, server, script=script, width=width, height=height)
    page = visit.page

    def step(name: str) -> None:
        visit.photograph(f"feedback-{width}-{'script' if script else 'plain'}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    before = len(talk.feedback())
    page.goto(f"/?article=news&q={ASKED}")
    newest(visit).get_by_role("button", name="Wrong").click()
    expect(page.locator(".thank")).to_contain_text("Thank you.")
    step("wrong")
    if script:
        page.get_by_role("link", name="Which sentence is right?").click()
        expect(page.locator(".sentence:focus")).to_have_text(QUOTE)
        step("picking")
        page.keyboard.press("Home")
        expect(page.locator(".sentence:focus")).to_have_text(ALSO_QUOTE)
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name=ALSO_QUOTE).click()
    expect(page.locator(".thanks blockquote")).to_have_text(ALSO_QUOTE)
    step("thanks")
    stored = talk.feedback()[-1]
    assert len(talk.feedback()) == before + 1
    assert stored.right is not None
    assert stored.place is not None
    assert (stored.verdict, stored.right.start, stored.question) == ("wrong", 0, ASKED)
    assert NEWS.text[stored.place.start : stored.place.end] == QUOTE
    page.get_by_role("button", name="Take it back").click()
    expect(newest(visit).get_by_role("button", name="Right")).to_be_visible()
    assert cited(page)[0] == QUOTE
    assert len(talk.feedback()) == before
    visit.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_an_answer_of_a_kept_conversation_is_called_right(
    browser: Browser, server: str, talk: ServedTalk, script: bool
) -> None:
    visit = Visit(browser, server, script=script)
    page = visit.page
    page.goto(f"/?article=news&q={ASKED}")
    page.locator("#menu summary").first.click()
    page.get_by_role("button", name="Keep this conversation").click()
    newest(visit).get_by_role("button", name="Right").click()
    expect(page.locator(".thank")).to_contain_text("You said that this is right.")
    stored = talk.feedback()[-1]
    assert (stored.verdict, stored.conversation) == ("right", talk.scan()[-1].id)
    visit.close()


def test_the_right_sentence_is_clicked_and_what_was_said_is_announced(wide: Visit) -> None:
    page, said = wide.page, wide.page.get_by_role("status")
    page.goto(f"/?article=news&q={ASKED}")
    newest(wide).get_by_role("button", name="Wrong").click()
    expect(said).to_contain_text("Thank you. You said that this is wrong.")
    expect(page.locator(".thank")).to_be_focused()
    page.get_by_role("link", name="Which sentence is right?").click()
    expect(said).to_contain_text("Choose the right sentence")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Which sentence is right?")).to_be_focused()
    expect(page.locator(".sentence[tabindex]")).to_have_count(0)
    page.get_by_role("link", name="Which sentence is right?").click()
    page.locator(".sentence", has_text="Nobody was hurt.").click()
    expect(page.locator(".thanks blockquote")).to_have_text("Nobody was hurt.")
    expect(said).to_contain_text("which sentence is right")
    page.get_by_role("button", name="Take it back").click()
    expect(said).to_have_text("Taken back.")
    expect(newest(wide).get_by_role("button", name="Right")).to_be_focused()


def test_what_cannot_be_stored_is_said_in_place(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.route("**/feedback", lambda route: route.abort())
    visit.page.goto(f"/?article=news&q={ASKED}")
    newest(visit).get_by_role("button", name="Right").click()
    expect(newest(visit)).to_contain_text("That was not stored. Try again.")
    expect(newest(visit).get_by_role("button", name="Right")).to_be_visible()
    visit.context.close()

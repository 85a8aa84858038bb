"""Where a conversation goes: taken back, begun anew, from article to article, and back by the browser's button."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Browser, expect

from bot import Bot
from index import PassageIndex
from tests.browser import ALSO_ASKED, ALSO_QUOTE, ASKED, MATCH, NEWS, QUOTE, UNANSWERED, Visit, cited, serving
from tests.fakes import FakeEncoder
from tests.test_web_talk_journeys import asked, newest, turns
from web import create_app

pytestmark = pytest.mark.browser

PENALTY = "Who saved the penalty?"
SAVED = "The keeper saved a penalty."


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A running server's address; two articles are asked."""
    match = replace(MATCH, source="The Example", published=date(2024, 10, 23))
    with serving(create_app(Bot(PassageIndex.build([NEWS, match], FakeEncoder())))) as address:
        yield address


@pytest.fixture
def wide(browser: Browser, server: str) -> Iterator[Visit]:
    visit = Visit(browser, server, width=1440, height=900)
    yield visit
    visit.close()


def test_undo_and_new_work_in_place_and_can_be_gone_back_from(wide: Visit) -> None:
    page = wide.page
    page.goto("/?article=news")
    expect(page.locator("#menu")).to_be_hidden()
    wide.mark()
    asked(wide, ASKED, QUOTE)
    asked(wide, ALSO_ASKED, ALSO_QUOTE)
    expect(page.get_by_role("link", name="Undo")).to_have_count(1)
    page.get_by_role("link", name="Undo").click()
    expect(turns(wide)).to_have_count(1)
    assert cited(page)[0] == QUOTE
    expect(page.get_by_role("status")).to_have_text(f"Taken back: {ALSO_ASKED}")
    expect(page.get_by_label("Your question")).to_be_focused()
    asked(wide, UNANSWERED, "does not say")
    page.locator("#menu summary").first.click()
    page.get_by_role("link", name="New conversation").click()
    expect(turns(wide)).to_have_count(0)
    assert page.url.endswith("/?article=news")
    page.go_back()
    expect(turns(wide)).to_have_count(2)
    page.go_forward()
    asked(wide, ALSO_ASKED, ALSO_QUOTE)
    assert page.locator("#earlier input").count() == 1
    page.get_by_role("link", name="Undo").click()
    expect(turns(wide)).to_have_count(0)
    assert wide.is_marked()
    page.go_back()
    page.go_back()
    expect(newest(wide).locator(".question")).to_have_text(UNANSWERED)  # of turns that were let go of: the server


def test_without_script_undo_and_new_are_links(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, script=False)
    page = visit.page
    page.goto("/?article=news")
    asked(visit, ASKED, QUOTE)
    asked(visit, ALSO_ASKED, ALSO_QUOTE)
    expect(page.get_by_role("navigation", name="Earlier questions")).to_contain_text(ASKED)
    page.get_by_role("link", name="Undo").click()
    expect(newest(visit).locator(".question")).to_have_text(ASKED)
    page.get_by_role("link", name="Undo").click()
    expect(turns(visit)).to_have_count(0)
    asked(visit, ASKED, QUOTE)
    page.locator("#menu summary").first.click()
    page.get_by_role("link", name="New conversation").click()
    expect(turns(visit)).to_have_count(0)
    visit.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
def test_quotes_of_several_articles_name_theirs(browser: Browser, server: str, script: bool) -> None:
    visit = Visit(browser, server, script=script, width=1440, height=900)
    page = visit.page
    page.goto("/")
    asked(visit, PENALTY, SAVED)
    expect(newest(visit).locator(".from").first).to_have_text("Match · The Example · 23 October 2024")
    expect(page.get_by_role("heading", level=1)).to_have_text("Match")
    visit.photograph(f"several-{'script' if script else 'plain'}")
    newest(visit).get_by_role("link", name="Match").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Match")
    visit.close()


def test_another_articles_answer_keeps_the_conversation(wide: Visit) -> None:
    page, heading = wide.page, wide.page.get_by_role("heading", level=1)
    page.goto("/")
    wide.mark()
    asked(wide, PENALTY, SAVED)
    asked(wide, ASKED, QUOTE)
    expect(heading).to_have_text("Troops in the port")
    expect(turns(wide)).to_have_count(2)
    assert cited(page)[0] == QUOTE
    turns(wide).first.get_by_role("link", name="Sentence").first.click()
    expect(heading).to_have_text("Match")
    assert cited(page)[0] == SAVED
    expect(turns(wide)).to_have_count(2)
    page.go_back()
    expect(heading).to_have_text("Match")
    expect(turns(wide)).to_have_count(1)
    page.go_back()
    expect(heading).to_have_text("2 articles")
    page.go_forward()
    page.go_forward()
    expect(heading).to_have_text("Troops in the port")
    expect(turns(wide)).to_have_count(2)
    assert wide.is_marked()

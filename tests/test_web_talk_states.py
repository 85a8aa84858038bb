"""Suggestions as they arrive; every state of a conversation and of feedback for everyone: axe, zoom, hostile text."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot import Bot, Settings
from corpus import Article
from index import PassageIndex
from tests.browser import ALSO_ASKED, ASKED, MATCH, NEWS, QUOTE, UNANSWERED, Visit, serving
from tests.fakes import FakeEncoder
from tests.test_web_accessibility import RULES
from tests.test_web_talk_journeys import newest
from tests.test_web_weight import LAYOUT_SHIFT, MARKUP, MOST_SHIFT, TURNED
from web import create_app
from web.served_talk import ServedTalk

pytestmark = pytest.mark.browser

HOSTILE = Article.create(
    f"Ships of {MARKUP} sailed.\nBoats {TURNED} sailed.\n" + "w" * 100_000, id="hostile", title=TURNED
)


class Suggesting(Bot):
    """Suggests a question that it answers."""

    def suggestions(self, article_id: str) -> tuple[str, ...]:
        return (ASKED, ALSO_ASKED) if article_id == NEWS.id else ()


@pytest.mark.parametrize(("width", "height"), [(360, 800), (1440, 900)])
def test_suggested_questions_arrive_without_moving_anything_and_are_put(
    browser: Browser, width: int, height: int
) -> None:
    with serving(create_app(Suggesting(PassageIndex.build([NEWS, MATCH], FakeEncoder())))) as address:
        visit = Visit(browser, address, width=width, height=height)
        page = visit.page
        page.add_init_script(LAYOUT_SHIFT)
        page.goto("/?article=news")
        chip = page.locator(".welcome").get_by_role("link", name=ASKED)
        expect(chip).to_be_visible()
        visit.photograph(f"chips-{width}")
        assert page.evaluate("window.moved") <= MOST_SHIFT
        chip.click()
        expect(newest(visit)).to_contain_text(QUOTE)
        visit.ask(UNANSWERED)
        expect(newest(visit)).to_contain_text("does not say")
        expect(newest(visit).get_by_role("link", name=ALSO_ASKED)).to_be_visible()
        visit.photograph(f"chips-declined-{width}")
        visit.close()
        plain = Visit(browser, address, script=False, width=width, height=height)
        plain.page.goto("/?article=news")
        plain.page.locator(".welcome").get_by_role("link", name=ASKED).click()
        expect(newest(plain)).to_contain_text(QUOTE)
        plain.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    talk = ServedTalk(Settings(data=tmp_path_factory.mktemp("data")))
    bot = Bot(PassageIndex.build([NEWS, MATCH, HOSTILE], FakeEncoder()))
    with serving(create_app(bot, talk=talk)) as address:
        yield address


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_any_state(browser: Browser, server: str, theme: str) -> None:
    visit = Visit(browser, server, color_scheme=theme, height=900)
    page, found = visit.page, {}

    def check(name: str) -> None:
        result = Axe().run(page, options=RULES)
        assert result.response["passes"], "axe did not run"
        if result.violations_count:
            found[name] = result.generate_report()
        visit.photograph(f"{theme}-state-{name}")

    page.goto(f"/?article=news&h={ALSO_ASKED}&q={ASKED}")
    newest(visit).get_by_role("button", name="Wrong").click()
    page.get_by_role("link", name="Which sentence is right?").click()
    expect(page.locator(".sentence:focus")).to_have_text(QUOTE)
    check("picking")
    page.keyboard.press("Enter")
    expect(page.locator(".thanks blockquote")).to_have_text(QUOTE)
    check("thanks")
    page.locator("#menu summary").first.click()
    check("menu")
    page.get_by_role("button", name="Keep this conversation").click()
    expect(page.locator(".turn:not(.pending)")).to_have_count(2)
    page.locator("#menu summary").first.click()
    page.locator("#menu summary", has_text="Delete").click()
    check("kept")
    newest(visit).get_by_role("button", name="Wrong").click()
    page.goto(str(newest(visit).get_by_role("link", name="Which sentence is right?").get_attribute("href")))
    expect(page.get_by_role("heading", name="Which sentence is right?")).to_be_visible()
    check("feedback")
    assert found == {}
    visit.close()


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)], ids=["200 %", "400 %"])
def test_zoomed_and_without_script_all_of_it_fits(browser: Browser, server: str, width: int, height: int) -> None:
    visit = Visit(browser, server, script=False, width=width, height=height)
    page = visit.page

    def fits(name: str) -> None:
        visit.photograph(f"zoom-{width}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name

    page.goto(f"/?article=hostile&h={ALSO_ASKED}&q=Boats sailed?")
    page.locator("#menu summary").first.click()
    fits("menu")
    page.get_by_role("button", name="Keep this conversation").click()
    page.locator("#menu summary").first.click()
    page.locator("#menu summary", has_text="Delete").click()
    fits("kept")
    page.locator("#menu summary").first.click()
    page.get_by_role("button", name="Wrong").first.click()
    fits("wrong")
    page.get_by_role("button", name="Ships of").click()
    fits("thanks")
    expect(page.locator(".thanks blockquote")).to_contain_text(MARKUP)
    visit.close()


def test_hostile_text_stays_text_in_a_kept_conversation(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.add_init_script("document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e))")
    page.goto("/?article=hostile")
    for question in (f"Ships of {MARKUP} sailed?", f"Boats {TURNED} sailed?"):
        visit.ask(question)
        expect(newest(visit).locator(".question")).to_contain_text("sailed?")
    page.locator("#menu summary").first.click()
    page.get_by_role("button", name="Keep this conversation").click()
    expect(page.locator(".turn:not(.pending)")).to_have_count(2)
    expect(page.locator(".turn .question").first).to_have_text(f"Ships of {MARKUP} sailed?")
    visit.ask(MARKUP)
    expect(page.locator(".turn:not(.pending)")).to_have_count(3)
    newest(visit).get_by_role("button", name="Wrong").click()
    expect(page.locator(".thank")).to_be_focused()
    assert page.evaluate("window.hacked") is None
    visit.close()


def test_a_kept_conversation_says_so_where_nothing_comes(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.goto(f"/?article=news&q={ASKED}")
    page.locator("#menu summary").first.click()
    page.get_by_role("button", name="Keep this conversation").click()
    expect(page.locator("#conversation[data-kept]")).to_be_visible()
    page.route("**/conversation/*", lambda route: route.abort())
    visit.ask(UNANSWERED)
    expect(page.locator("#error")).to_contain_text("The answer did not come.")
    expect(page.get_by_label("Your question")).to_have_value(UNANSWERED)
    visit.context.close()

"""The pages for everyone: axe-core finds nothing, at any size, in both themes, from right to left, on paper."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot import Bot
from corpus import Article
from index import PassageIndex
from tests.browser import ASKED, MATCH, NEWS, QUOTE, UNANSWERED, Visit, serving
from tests.fakes import FakeEncoder
from web import create_app

pytestmark = pytest.mark.browser

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}}
ARABIC = Article.create(
    "أُغلق الجسر يوم الاثنين. وجد المهندسون شقوقا في اثنتين من دعائمه التسع.",
    id="arabic",
    title="إغلاق الجسر",
    language="ar",
)
PAGES = {
    "list": "/",
    "article": "/?article=news",
    "answer": f"/?article=news&q={ASKED}",
    "declined": f"/?article=news&q={UNANSWERED}",
    "refused": "/?article=news&q=",
    "right-to-left": "/?article=arabic&q=وجد المهندسون شقوقا في اثنتين من دعائمه التسع؟",
    "components": "/components",
    "docs": "/docs",
    "lost": "/nowhere",
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    bot = Bot(PassageIndex.build([NEWS, MATCH, ARABIC], FakeEncoder()))
    with serving(create_app(bot, develop=True)) as address:
        yield address


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, server: str, theme: str) -> None:
    visit = Visit(browser, server, color_scheme=theme, height=900)
    found = {}
    for name, address in PAGES.items():
        visit.page.goto(address)
        visit.page.locator(".display summary").click()
        for details in visit.page.locator(".by-hand").all():
            details.evaluate("element => { element.hidden = false; element.open = true; }")
        result = Axe().run(visit.page, options=RULES)
        assert result.response["passes"], "axe did not run"
        if result.violations_count:
            found[name] = result.generate_report()
        visit.page.reload()
        visit.photograph(f"{theme}-{name}", whole=name != "docs")
    assert found == {}
    visit.context.close()


def test_axe_would_find_a_violation(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.goto("/")
    visit.page.evaluate("document.querySelector('label[for=q]').remove()")
    visit.page.evaluate("document.getElementById('q').removeAttribute('placeholder')")  # a name too, for axe
    assert "label" in {violation["id"] for violation in Axe().run(visit.page, options=RULES).response["violations"]}
    visit.close()


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 256)], ids=["200 %", "400 %"])
def test_zoomed_pages_keep_everything(browser: Browser, server: str, width: int, height: int) -> None:
    visit = Visit(browser, server, width=width, height=height)
    for name, address in PAGES.items():
        visit.page.goto(address)
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, name
    visit.page.goto("/?article=news")
    visit.ask(ASKED)
    expect(visit.page.locator(".turn blockquote").first).to_be_in_viewport()
    visit.photograph(f"zoom-{width}")
    visit.context.close()


def test_text_of_twice_the_size_fits(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, width=1440, height=900)
    for address in PAGES.values():
        visit.page.goto(address)
        visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= 1440
    visit.page.goto(PAGES["answer"])
    visit.page.evaluate("document.documentElement.style.fontSize = '200%'")
    visit.photograph("text-200")
    expect(visit.page.get_by_role("button", name="Ask", exact=True)).to_be_in_viewport()
    visit.context.close()


def test_text_from_right_to_left_runs_so(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.goto(PAGES["right-to-left"])
    for selector in ("h1", ".story p", ".turn blockquote", ".question"):
        place = visit.page.locator(selector).first
        assert place.evaluate("element => getComputedStyle(element).direction") == "rtl", selector
    assert visit.page.locator("body").evaluate("element => getComputedStyle(element).direction") == "ltr"
    visit.close()


def test_on_paper_stand_the_article_and_the_answer(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, color_scheme="dark")
    page = visit.page
    page.goto(PAGES["answer"])
    page.emulate_media(media="print")
    visit.photograph("print", whole=True)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".question-form")).to_be_hidden()
    expect(page.locator(".display")).to_be_hidden()
    expect(page.locator(".turn blockquote").first).to_have_text(QUOTE)
    assert page.locator("#conversation").evaluate("element => element.scrollHeight <= element.clientHeight")
    page.goto(PAGES["article"])
    expect(page.locator("#ask")).to_be_hidden()
    visit.close()


def test_whatever_has_the_focus_is_seen_to(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, width=1440, height=900)
    page = visit.page
    page.goto(PAGES["answer"])
    reached = []
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break  # all round
        reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        style = page.evaluate("(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))")
        assert style == ["solid", "3px"], reached[-1]
    assert {"Skip to the content", "Display", "Copy quote", "Link to this answer", "q", "Ask"} <= set(reached)
    visit.close()


def test_answers_and_errors_are_announced(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.goto(PAGES["article"])
    said = page.get_by_role("status")
    expect(said).to_be_empty()
    visit.ask(ASKED)
    expect(said).to_contain_text(QUOTE)
    visit.ask(UNANSWERED)
    expect(said).to_have_text("The article does not say.")
    visit.ask("")
    expect(said).to_contain_text("The question is empty.")
    visit.context.close()

"""The widget among what else is on a page of another origin: where it stands, how it looks, what it leaves alone."""

import calendar
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from bot import Bot
from bot.beside import days
from bot.quantities import Quantity
from index import PassageIndex
from tests.browser import serving
from tests.fakes import FakeEncoder
from tests.test_web_accessibility import RULES
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
from web.rendering import percent

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


@pytest.mark.parametrize("where", ["head", "body", "into", "by hand", "added later", "async"])
def test_it_stands_wherever_it_is_put(browser: Browser, site: Site, server: str, where: str) -> None:
    plain, main = tag(server), f"<main>{STORY}<div id='here'></div><p>End.</p></main>"
    head, body, parent = {
        "head": (plain, main, "MAIN"),
        "body": ("", f"<div>{plain}</div>{main}", "DIV"),
        "into": (tag(server, "data-article='ferry' data-into='#here'"), main, "DIV"),
        "by hand": (tag(server, ""), f"{main}<nav><ask-article article='ferry'>Elsewhere</ask-article></nav>", "NAV"),
        "added later": (tag(server, ""), main, "BODY"),
        "async": (tag(server, "async data-article='ferry'"), main, "MAIN"),
    }[where]
    reading = Reading(browser, site.put(f"/{where.replace(' ', '-')}", body, head=head))
    if where == "added later":
        script = "Object.assign(document.createElement('script'), {type: 'module', src})"
        reading.page.evaluate(
            f"src => {{ const script = {script}; script.dataset.article = 'ferry'; document.body.append(script); }}",
            f"{server}/widget.js",
        )
    expect(reading.widget().get_by_label("Your question")).to_be_visible()
    reading.page.wait_for_load_state("networkidle")
    assert reading.page.locator("ask-article").count() == 1
    assert reading.widget().evaluate("element => element.parentElement.tagName") == parent
    reading.ask(ASKED)
    expect(reading.widget().locator("blockquote").first).to_have_text(QUOTE)
    reading.close()


def test_two_on_one_page_are_two_conversations(browser: Browser, site: Site, server: str, policy: str) -> None:
    second = tag(server, 'data-article="hostile" data-heading="Ask about ships" data-theme="dark"')
    address = site.put("/two", STORY + tag(server) + second, policy=policy)
    reading = Reading(browser, address)
    expect(reading.page.locator("ask-article")).to_have_count(2)
    expect(reading.widget(1).get_by_role("heading", name="Ask about ships")).to_be_visible()
    reading.ask(ASKED)
    reading.ask(f"Ships of {MARKUP} sailed", 1)
    expect(reading.widget(0).locator("blockquote").first).to_have_text(QUOTE)
    expect(reading.widget(1).locator("blockquote").first).to_contain_text(MARKUP)
    assert reading.widget(0).locator(".turn").count() == reading.widget(1).locator(".turn").count() == 1
    reading.photograph("two")
    reading.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, site: Site, server: str, theme: str) -> None:
    head = f"<style>:root {{ color-scheme: {theme} }}</style>"
    body = f"<main><h1>Ferry</h1>{STORY}{tag(server)}</main>"
    reading = Reading(browser, site.put(f"/axe-{theme}", body, head=head))
    for number, question in enumerate((ASKED, UNANSWERED, "and when?"), start=1):
        reading.ask(question)
        expect(reading.widget().locator(".turn:not(.pending)")).to_have_count(number)
    reading.widget().get_by_role("button", name="Ask", exact=True).click()
    expect(reading.widget().locator("#error")).not_to_be_empty()
    paper = reading.widget().locator("section").evaluate("element => getComputedStyle(element).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(28, 30, 35)"}[theme]
    result = Axe().run(reading.page, options=RULES)
    assert result.response["passes"]
    assert result.violations_count == 0, result.generate_report()
    reading.photograph(f"axe-{theme}")
    reading.context.close()


def test_a_page_gives_it_its_own_look(browser: Browser, site: Site, server: str) -> None:
    style = "html{font-size:62.5%} body{font:1.8rem serif; text-align:center; line-height:0; color:red}"
    own = (
        "ask-article{--ask-article-accent:#063; --ask-article-radius:12px; --ask-article-size:20px; margin-inline:2rem}"
    )
    reading = Reading(browser, site.put("/look", STORY + tag(server), head=f"<style>{style}{own}</style>"), width=480)
    reading.ask(ASKED)
    chat = reading.widget()
    expect(chat.locator("blockquote").first).to_be_visible()
    look = chat.locator("section").evaluate(
        "s => (c => [c.fontSize, c.textAlign, c.borderTopColor, c.borderRadius, c.color])(getComputedStyle(s))"
    )
    assert look == ["20px", "start", "rgb(0, 102, 51)", "12px", "rgb(29, 27, 24)"]
    reading.photograph("own-look")
    reading.close()


def test_nothing_on_the_page_moves_when_a_late_answer_comes(browser: Browser, site: Site, server: str) -> None:
    reading = Reading(browser, site.put("/still", f"{tag(server)}<main>{STORY}</main>"))
    page = reading.page
    page.route("**/api/v1/ask", lambda route: (page.wait_for_timeout(800), route.continue_()))
    page.evaluate(
        "() => { window.moved = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " if (!entry.hadRecentInput) moved += entry.value; }).observe({type: 'layout-shift'}); }"
    )
    for number, question in enumerate((ASKED, UNANSWERED), start=1):
        reading.ask(question)
        expect(reading.widget().locator(".turn:not(.pending)")).to_have_count(number)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("moved") <= 0.02
    reading.close()


def test_another_article_is_another_conversation(browser: Browser, site: Site, server: str) -> None:
    reading = Reading(browser, site.put("/single-page", STORY + tag(server)))
    reading.ask(ASKED)
    expect(reading.widget().locator(".turn:not(.pending)")).to_have_count(1)
    reading.widget().evaluate("element => element.setAttribute('article', 'hostile')")
    expect(reading.widget().locator(".turn")).to_have_count(0)
    reading.ask(ASKED)
    expect(reading.widget().locator(".verdict")).to_have_text("The article does not say.")
    reading.close()


def test_its_figures_and_days_are_those_of_the_servers_page(browser: Browser, site: Site, server: str) -> None:
    reading = Reading(browser, site.put("/figures", tag(server)))
    module = reading.page.request.get(f"{server}/widget.js").text()
    path = module.partition('"./')[2].partition("/words.js")[0]
    use = f"import('{server}/{path}/answer.js')"
    sure = [n / 10_000 for n in range(10_001)]
    assert reading.page.evaluate(f"async all => all.map((await {use}).percent)", sure) == [percent(n) for n in sure]
    dates = [_dates(*span) for span in _spans()]
    said = [{"text": d.text, "first": d.first and str(d.first), "last": d.last and str(d.last)} for d in dates]
    assert reading.page.evaluate(f"async all => all.map((await {use}).days)", said) == [days(d) for d in dates]
    reading.close()


def _spans() -> Iterator[tuple[date | None, date | None]]:
    yield None, None
    for year in (2023, 2024):
        yield date(year, 1, 1), date(year, 12, 31)
        yield date(year, 1, 1), date(year + 1, 12, 31)
        for month in range(1, 13):
            first = date(year, month, 1)
            last = date(year, month, calendar.monthrange(year, month)[1])
            yield from ((first, first), (first, last), (first, last - timedelta(1)), (first, last + timedelta(9)))
            yield last, last + timedelta(400)


def _dates(first: date | None, last: date | None) -> Quantity:
    plain = Quantity(kind="date", text="last week", start=0, end=9)
    return replace(plain, first=first, last=last)

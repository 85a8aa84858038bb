"""What the pages weigh, whether anything moves, and what hostile text does in a real browser: nothing."""

import gzip
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Response, Route, expect

from bot import Bot
from corpus import Article
from index import PassageIndex
from tests.browser import ASKED, NEWS, UNANSWERED, Visit, serving, until
from tests.fakes import FakeEncoder
from web import create_app

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000  # of a first visit, compressed, without the article's text
MOST_SHIFT = 0.02
LATE = 0.8  # seconds; what moves within half a second of a key or a click is no shift
MARKUP = "<script>hacked = 1</script><img src=x onerror='hacked = 1'>\"'&amp;{{7*7}}{% raw %}${1}</textarea></template>"
TURNED = "\u202eturned \u2067around \u2066and on"
HOSTILE = Article.create(
    f"Ships of {MARKUP} sailed. Boats {TURNED} sailed. Rafts sailed.\n" + "w" * 100_000,
    id="hostile",
    title=f"{TURNED} {MARKUP}",
    source=MARKUP,
    author=TURNED,
    url='https://example.org/"onclick="hacked=1',
)
LAYOUT_SHIFT = """
window.moved = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with serving(create_app(Bot(PassageIndex.build([NEWS, HOSTILE], FakeEncoder())))) as address:
        yield address


def test_a_first_visit_is_light(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    responses: list[Response] = []
    visit.page.on("response", lambda response: responses.append(response))
    visit.page.goto("/?article=news")
    visit.page.wait_for_load_state("networkidle")
    weights = {response.url: response.request.sizes()["responseBodySize"] for response in responses}
    text = len(gzip.compress(NEWS.text.encode()))
    assert len(weights) >= 5
    assert all(
        response.headers.get("content-encoding") == "gzip"
        for response in responses
        if "svg" not in response.url and "/suggestions" not in response.url  # a line at most, too short to be packed
    )
    assert 5_000 < sum(weights.values()) - text < MOST_BYTES
    visit.close()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (768, 1024), (1440, 900)])
def test_nothing_moves_when_a_late_answer_arrives(browser: Browser, server: str, width: int, height: int) -> None:
    visit = Visit(browser, server, width=width, height=height)
    page = visit.page

    def hold(route: Route) -> None:
        time.sleep(LATE)
        route.continue_()

    page.add_init_script(LAYOUT_SHIFT)
    page.route("**/answer?*", hold)
    page.goto("/?article=news")
    for number, question in enumerate((ASKED, UNANSWERED, ASKED), start=1):
        visit.ask(question)
        expect(page.locator(".turn:not(.pending)")).to_have_count(number)
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    moved = page.evaluate("window.moved")
    assert moved <= MOST_SHIFT
    visit.close()


def test_a_shift_would_be_seen(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.add_init_script(LAYOUT_SHIFT)
    visit.page.goto("/?article=news")
    visit.page.evaluate("document.getElementById('main').style.marginTop = '300px'")
    until(visit.page, "window.moved > 0.02")
    visit.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_hostile_text_is_shown_as_text(browser: Browser, server: str, width: int) -> None:
    visit = Visit(browser, server, width=width)
    page = visit.page
    page.add_init_script("document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e))")
    page.goto("/")
    page.get_by_role("link", name="turned").click()
    for number, question in enumerate((f"Ships {MARKUP} sailed?", f"Boats {TURNED} sailed?", "w" * 900), start=1):
        visit.ask(question)
        expect(page.locator(".turn:not(.pending)")).to_have_count(number)
        expect(page.locator(".turn .question").last).to_have_text(question)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    visit.photograph(f"{width}-hostile")
    expect(page.locator("h1")).to_have_text(HOSTILE.title)
    expect(page.locator(".turn blockquote").first).to_contain_text(MARKUP)
    assert MARKUP in page.locator(".by-hand textarea").first.input_value()
    assert page.locator("#article").inner_text().count("w") >= 100_000
    name, api = page.locator(".name").bounding_box(), page.get_by_role("link", name="API").bounding_box()
    assert name
    assert api
    assert name["x"] < api["x"]
    assert page.evaluate("typeof hacked") == "undefined"
    assert page.locator("img").count() == 0
    visit.close()


def test_the_policy_would_report_what_it_stops(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    visit.page.goto("/")
    visit.page.evaluate("document.body.insertAdjacentHTML('beforeend', `<img src=x onerror='hacked = 1'>`)")
    visit.page.wait_for_timeout(200)
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)
    assert visit.page.evaluate("typeof hacked") == "undefined"
    visit.context.close()

"""The library's pages for everyone: axe-core finds nothing, at any size, in both themes; light, and whole."""

from collections.abc import Iterator
from dataclasses import dataclass

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Response, expect

from index.ingest import Taken
from tests.api_server import BRIDGE, FERRY, make_app
from tests.browser import Visit, serving
from tests.held_job import Held
from tests.test_web_accessibility import ARABIC, RULES
from tests.test_web_weight import MARKUP, MOST_BYTES, TURNED

pytestmark = pytest.mark.browser

LONG = "w" * 100_000
NAME = "<img src=x onerror=hacked=1>"
# A small window is what zoom makes of a larger one, here of 200 % and 400 %; the last is text of twice the size.
SIZES = [(640, 400, "100%"), (320, 256, "100%"), (1440, 900, "200%")]


@dataclass(frozen=True, slots=True)
class Shown:
    """A running server, and the pages to look at by name."""

    server: str
    pages: dict[str, str]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    app = make_app(tmp_path_factory.mktemp("library"))
    with serving(app) as server, httpx2.Client(base_url=server, timeout=60, follow_redirects=True) as client:
        lines = [
            {"id": "ferry", "text": FERRY, "title": "Ferry sank", "author": "Ida Brandt", "collection": "sea"},
            {"id": "again", "text": f"{FERRY} Yes.", "title": "Ferry again", "collection": "sea"},
            {"id": "gone", "text": BRIDGE, "title": "To be removed"},
            {"id": "arabic", "text": ARABIC.text, "title": ARABIC.title, "language": "ar", "source": "الجريدة"},
            {
                "id": "hostile",
                "text": f"Ships of {MARKUP}. Boats {TURNED}.\n{LONG}",
                "title": f"{TURNED} {MARKUP}"[:300],
            },
        ]
        for body in lines:
            client.post("/api/v1/articles", json=body).raise_for_status()
        for text in (f"{FERRY} It was raised.", f"{FERRY.replace('Friday', 'Saturday')} It was raised. It sails."):
            client.put("/api/v1/articles/ferry", json={"text": text}, headers={"if-match": "*"}).raise_for_status()
        removed = client.post("/library/articles/gone/remove", data={"version": "1"})
        job = client.post("/library/add/files", files={"files": (f"{TURNED}{NAME}.txt", b"\x89PNG")})
        held = Held(Taken("https://example.org/gone", "refused", reason="It is not there."))
        app.state.jobs.submit(held.job)
        yield Shown(
            server,
            {
                "list": "/library",
                "search": "/library?q=ferry&collection=sea&from=1",
                "nothing": "/library?source=nobody",
                "add": "/library/add",
                "job": f"/library/jobs/{held.job.id}",
                "job-done": job.url.path,
                "article": "/library/articles/ferry",
                "old": "/library/articles/ferry?version=1",
                "duplicate": "/library/articles/again",
                "right-to-left": "/library/articles/arabic",
                "hostile": "/library/articles/hostile",
                "changes": "/library/articles/ferry/changes?from=1",
                "remove": "/library/articles/ferry/remove",
                "removed": removed.url.path,
                "late": "/library/removed/x",
                "gone": "/library/articles/nowhere",
            },
        )
        held.go.set()
        app.state.jobs.close()


def refuse(visit: Visit) -> None:
    """Come to the forms with everything wrong."""
    visit.page.goto("/library/add")
    form = visit.page.locator("#text")
    for label, typed in (("Headline", MARKUP * 30), ("Or a new collection", "x" * 70)):
        form.get_by_label(label).fill(typed)
    form.get_by_role("button", name="Add the text").click()
    expect(visit.page.locator(".summary")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, shown: Shown, theme: str) -> None:
    visit = Visit(browser, shown.server, color_scheme=theme, height=900)
    found = {}

    def look(name: str) -> None:
        for details in visit.page.locator(".library details").all():
            details.evaluate("element => { element.open = true; }")
        result = Axe().run(visit.page, options=RULES)
        assert result.response["passes"], "axe did not run"
        if result.violations_count:
            found[name] = result.generate_report()
        visit.photograph(f"{theme}-library-{name}", whole=True)

    for name, address in shown.pages.items():
        if name != "hostile":  # the same parts as "article", and a word that takes axe very long
            visit.page.goto(address)
            look(name)
    refuse(visit)
    look("refused")
    assert found == {}
    visit.context.close()


def test_zoomed_pages_and_larger_text_keep_everything(browser: Browser, shown: Shown) -> None:
    visit = Visit(browser, shown.server)
    page = visit.page

    def look(name: str) -> None:
        for details in page.locator(".library details").all():
            details.evaluate("element => { element.open = true; }")
        for width, height, text in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(f"document.documentElement.style.fontSize = '{text}'")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)

    for name, address in shown.pages.items():
        page.goto(address)
        look(name)
    refuse(visit)
    look("refused")
    page.set_viewport_size({"width": 320, "height": 256})
    page.evaluate("document.documentElement.style.fontSize = '100%'")
    visit.photograph("zoom-320-library", whole=True)
    visit.context.close()


def test_first_visits_are_light(browser: Browser, shown: Shown) -> None:
    for name in ("list", "add", "article"):
        visit = Visit(browser, shown.server)
        responses: list[Response] = []
        visit.page.on("response", lambda response: responses.append(response))  # noqa: B023
        visit.page.goto(shown.pages[name])
        visit.page.wait_for_load_state("networkidle")
        weight = sum(response.request.sizes()["responseBodySize"] for response in responses)
        assert 5_000 < weight < MOST_BYTES, name
        visit.close()


def test_hostile_names_are_text_and_titles_run_their_own_way(browser: Browser, shown: Shown) -> None:
    visit = Visit(browser, shown.server, width=360)
    page = visit.page
    page.add_init_script("document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e))")
    for name, text in (("list", MARKUP), ("hostile", MARKUP), ("job-done", NAME)):
        page.goto(shown.pages[name])
        expect(page.locator("main")).to_contain_text(text)
        assert page.evaluate("typeof hacked") == "undefined"
        assert page.locator("img").count() == 0
    page.goto(shown.pages["right-to-left"])
    for selector in ("h1", ".story p"):
        assert page.locator(selector).first.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator(".facts").evaluate("element => getComputedStyle(element).direction") == "ltr"
    visit.photograph("360-library-right-to-left", whole=True)
    visit.close()

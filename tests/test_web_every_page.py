"""Every address that gives a page: light, still, without a complaint and without a request that leaves the server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Response

from bot.settings import Settings
from tests.api_server import BRIDGE, FERRY, make_bot
from tests.browser import Visit, serving
from tests.fakes import FakeEncoder
from tests.test_web_accessibility import RULES
from tests.test_web_operations_routes import routes
from tests.test_web_weight import LAYOUT_SHIFT, MOST_BYTES, MOST_SHIFT
from web import ServedLibrary, create_app
from web.problems import Problem

pytestmark = pytest.mark.browser

# Addresses that are not in the API's description, and give no page to a browser: parts of pages, files, streams.
NO_PAGES = {
    *("/answer", "/story", "/suggestions", "/openapi.json", "/static/{name}", "/widget.js", "/widget/{version}/{name}"),
    *("/conversation/{id}/export/{format}", "/library/jobs/{job_id}/events"),
    *("/library/add/text", "/library/add/files", "/library/add/address"),  # which lead to /library/add
    "/sign-in",  # where no keys are asked for; else see test_web_access_browser.py
}
# Not looked at by axe in the other tests: by what the page shows.
FOR_AXE = ("collection", "deleted", "right", "choose", "closed", "gone", "busy", "changed", "refused-in-kept")
POLICY = "document.addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective));"
ASKED = "Who was the captain of the ferry, the last to leave?"
BUSY = "Busy?"


@dataclass(frozen=True, slots=True)
class Shown:
    """A running server, and by name its pages: the route's path, the address, and what is posted to it, if anything."""

    server: str
    pages: dict[str, tuple[str, str, dict[str, str] | None]]


def make_app(folder: Path) -> FastAPI:
    settings, encoder = Settings(data=folder), FakeEncoder()
    bot = make_bot(settings, encoder)
    ask = bot.ask

    def ask_unless_busy(question: str, **scope: Any) -> Any:
        if question == BUSY:
            raise Problem("busy", "Too many ask. Try again after Retry-After seconds.", headers={"retry-after": "3"})
        return ask(question, **scope)

    bot.ask = ask_unless_busy  # type: ignore[method-assign]
    return create_app(bot, library=ServedLibrary(settings, encoder), develop=True)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return make_app(tmp_path_factory.mktemp("library"))


@pytest.fixture(scope="module")
def shown(app: FastAPI) -> Iterator[Shown]:
    with serving(app) as server, httpx2.Client(base_url=server, timeout=120, follow_redirects=True) as client:
        texts = {
            "ferry": FERRY,
            "bridge": BRIDGE,
            "lost": "The lighthouse keeper retired on Monday.",
            "out": "Old news.",
        }
        for id, text in texts.items():
            body = {"id": id, "text": text, "title": id.title(), "collection": "sea" if id == "ferry" else "land"}
            client.post("/api/v1/articles", json=body).raise_for_status()
        changed = {"text": f"{FERRY} It was raised."}
        client.put("/api/v1/articles/ferry", json=changed, headers={"if-match": "*"}).raise_for_status()

        def post(path: str, **data: str) -> str:
            return client.post(path, data=data).raise_for_status().url.path

        kept, closed = (post("/conversation", turn=f"/?article={id}&q={ASKED}") for id in ("ferry", "lost"))
        wrong, right = (
            post("/feedback", conversation=kept.rpartition("/")[2], number="1", verdict=verdict)
            for verdict in ("wrong", "right")
        )
        client.delete("/api/v1/articles/lost").raise_for_status()
        removed = client.post("/library/articles/out/remove", data={"version": "1"}).url.path
        job = client.post("/library/add/text", data={"text": "A new bridge stands."}, files={"z": ("", b"")}).url.path
        chat, talk, said, article = "/", "/conversation/{id}", "/feedback/{id}", "/library/articles/{article_id}"
        pages = {
            "list": (chat, "/", None),
            "collection": (chat, "/?collection=land", None),
            "article": (chat, "/?article=ferry", None),
            "answer": (chat, f"/?article=ferry&q={ASKED}", None),
            "declined": (chat, "/?q=Why do volcanoes erupt?", None),
            "deleted": (chat, "/?said=deleted", None),
            "gone": (chat, f"/?article=nowhere&q={ASKED}", None),
            "busy": (chat, f"/?q={BUSY}", None),
            "kept": (talk, kept, None),
            "refused-in-kept": (talk, kept, {"q": "why " * 600}),
            "closed": (talk, closed, None),
            "wrong": (said, wrong, None),
            "choose": (said, f"{wrong}?every=true", None),
            "right": (said, right, None),
            "changed": (said, "/feedback", {"turn": "/?article=ferry&q=why", "shown": "x", "verdict": "right"}),
            "docs": ("/docs", "/docs", None),
            "components": ("/components", "/components", None),
            "library": ("/library", "/library?q=ferry", None),
            "add": ("/library/add", "/library/add", None),
            "in-library": (article, "/library/articles/ferry", None),
            "old": (article, "/library/articles/ferry?version=1", None),
            "changes": (f"{article}/changes", "/library/articles/ferry/changes", None),
            "remove": (f"{article}/remove", "/library/articles/ferry/remove", None),
            "removed": ("/library/removed/{token}", removed, None),
            "job": ("/library/jobs/{job_id}", job, None),
        }
        yield Shown(server, pages)
        app.state.jobs.close()
        app.state.library.close()


def test_every_address_that_gives_a_page_is_looked_at(app: FastAPI, shown: Shown) -> None:
    found = {route.path for route in routes(app) if "GET" in route.methods and not route.include_in_schema}
    assert found - NO_PAGES == {path for path, _, _ in shown.pages.values()}


def come_to(visit: Visit, address: str, posted: dict[str, str] | None) -> None:
    """Go to a page; to one that answers a form by sending that, as a page of the server's own."""
    if posted is None:
        visit.page.goto(address)
        return
    visit.page.goto("/library/add")
    fill = """([address, fields]) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action: address });
      for (const [name, value] of Object.entries(fields))
        form.append(Object.assign(document.createElement("input"), { name, value }));
      document.body.append(form);
      form.submit();
    }"""
    with visit.page.expect_navigation():
        visit.page.evaluate(fill, [address, posted])


def test_every_page_is_light_and_still_and_nothing_is_complained_of(browser: Browser, shown: Shown) -> None:
    for name, (_, address, posted) in shown.pages.items():
        if posted is not None:
            continue  # its first visit is the one of the page with the form
        visit = Visit(browser, shown.server)
        responses: list[Response] = []
        visit.page.on("response", lambda response: responses.append(response))  # noqa: B023
        visit.page.add_init_script(LAYOUT_SHIFT + POLICY)
        visit.page.goto(address)
        visit.page.wait_for_load_state("networkidle")
        weight = sum(response.request.sizes()["responseBodySize"] for response in responses)
        assert 2_000 < weight < MOST_BYTES, name
        assert visit.page.evaluate("window.moved") <= MOST_SHIFT, name
        if responses[0].status >= 400:  # which the browser tells of the page itself
            assert visit.complaints.pop(0).startswith("Failed to load resource"), name
        assert visit.complaints == [], name
        visit.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_the_pages_that_no_other_test_looks_at(
    browser: Browser, shown: Shown, theme: str
) -> None:
    visit = Visit(browser, shown.server, color_scheme=theme, height=900)
    found = {}
    for name in FOR_AXE:
        _, address, posted = shown.pages[name]
        come_to(visit, address, posted)
        result = Axe().run(visit.page, options=RULES)
        assert result.response["passes"], "axe did not run"
        if result.violations_count:
            found[name] = result.generate_report()
        visit.photograph(f"{theme}-page-{name}", whole=True)
    assert found == {}
    visit.context.close()

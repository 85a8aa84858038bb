"""Ways through the library's pages, on three screens, with and without script; pictures of them are kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from index.ingest import Taken
from tests.api_server import BRIDGE, FERRY, make_app
from tests.browser import Visit, serving
from tests.held_job import Held

pytestmark = pytest.mark.browser

STORY = "The heron came back to the marsh of Arden in spring. The warden counted forty nests along the dyke."
MARKUP = "<img src=x onerror=hacked=1>"
TURNED = "\u202eturned"


def publish(_: Request) -> Response:
    paragraphs = "".join(f"<p>{STORY} It was day {n} of the count.</p>" for n in range(4))
    return HTMLResponse(f"<!doctype html><title>Herons</title><article><h1>Herons return</h1>{paragraphs}</article>")


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    with serving(Starlette(routes=[Route("/herons", publish)])) as address:
        yield address


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A running server's address; its library is empty, and it may fetch from this machine."""
    app = make_app(tmp_path, allow_private=True)
    with serving(app) as address:
        yield address
    app.state.jobs.close()
    app.state.library.close()


def paste(page: Page, text: str, *, title: str = "", collection: str = "") -> None:
    page.goto("/library/add")
    form = page.locator("#text")
    form.get_by_label("Text", exact=True).fill(text)
    form.get_by_label("Headline").fill(title)
    form.get_by_label("Or a new collection").fill(collection)
    form.get_by_role("button", name="Add the text").click()


def done(page: Page) -> None:
    expect(page.locator(".state strong")).to_have_text("Done")


@pytest.mark.parametrize(
    ("width", "height", "script"),
    [(360, 800, False), (768, 1024, True), (1440, 900, True)],
)
def test_add_search_ask_correct_remove_and_undo(
    browser: Browser, server: str, publisher: str, tmp_path: Path, width: int, height: int, script: bool
) -> None:
    visit = Visit(browser, server, script=script, width=width, height=height)
    page = visit.page

    def step(name: str) -> None:
        visit.photograph(f"{width}-{'script' if script else 'plain'}-library-{name}", whole=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.goto("/")
    page.get_by_role("link", name="Library").click()
    expect(page.locator(".lead")).to_contain_text("The library is empty.")
    step("empty")
    page.get_by_role("link", name="Add articles").click()
    step("add")
    paste(page, " … ", title='Kept "title"')
    expect(page.locator("#text .error")).to_contain_text("There are no words in it.")
    expect(page.locator("#text").get_by_label("Headline")).to_have_value('Kept "title"')
    step("refused")
    paste(page, FERRY, title="Ferry sank", collection="sea")
    done(page)
    expect(page.locator(".taken")).to_contain_text("Added")
    step("added")

    file = tmp_path / f"{MARKUP.replace('/', '')}.txt"
    file.write_text(BRIDGE)
    page.goto("/library/add")
    page.get_by_label("Choose files").set_input_files([file])
    if script:
        expect(page.locator("#chosen li")).to_have_count(1)
        step("chosen")
    page.get_by_role("button", name="Add the files").click()
    done(page)

    page.goto("/library/add")
    page.get_by_label("Address of a page").fill(f"{publisher}/herons")
    page.locator("#address").get_by_label("Collection", exact=True).select_option("sea")
    page.get_by_role("button", name="Add what is there").click()
    done(page)
    page.get_by_role("link", name="To the library").click()
    expect(page.locator(".articles li")).to_have_count(3)
    step("list")

    page.get_by_label("Search titles and texts").fill("heron nests")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".passages")).to_contain_text("forty nests")
    step("search")
    page.goto("/library")
    page.get_by_role("link", name="Ask sea").click()
    expect(page.locator("#ask-heading")).to_have_text("Ask the 2 articles in sea")
    visit.ask("Who counted forty nests along the dyke?")
    expect(page.locator(".turn blockquote").first).to_contain_text("forty nests")
    assert "collection=sea" in page.url

    page.goto("/library")
    page.get_by_role("link", name="Ferry sank").click()
    step("article")
    page.get_by_role("link", name="Remove this article").click()
    step("remove")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Removed")
    step("removed")
    removed = page.url
    page.goto("/library")
    expect(page.locator(".articles li")).to_have_count(2)
    page.goto(removed)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notice")).to_have_text("It is back, with all its versions.")
    page.goto(removed)
    expect(page.get_by_role("heading", level=1)).to_have_text("It is too late to undo this")
    visit.complaints = [said for said in visit.complaints if "422" not in said and "410" not in said]
    visit.close()


def drop(page: Page, *files: tuple[str, str]) -> None:
    """Drop files onto the page's place for them."""
    data = page.evaluate_handle(
        """files => {
          const data = new DataTransfer();
          for (const [name, text] of files) data.items.add(new File([text], name, { type: "text/plain" }));
          return data;
        }""",
        [list(file) for file in files],
    )
    for event in ("dragover", "drop"):
        page.locator("#drop").dispatch_event(event, {"dataTransfer": data})


def test_files_are_dropped(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, width=1440, height=900)
    page = visit.page
    page.goto("/library/add")
    drop(page, (f"{TURNED}{MARKUP}.txt", FERRY), ("bridge.txt", BRIDGE))
    expect(page.locator("#chosen li")).to_have_count(2)
    expect(page.locator("#chosen li").first).to_contain_text(MARKUP)
    visit.photograph("1440-library-dropped", whole=True)
    page.get_by_role("button", name="Add the files").click()
    done(page)
    expect(page.locator(".taken li")).to_have_count(2)
    assert page.evaluate("typeof hacked") == "undefined"
    visit.close()


def test_files_that_are_too_large_or_none_are_told_before_they_are_sent(browser: Browser, server: str) -> None:
    visit = Visit(browser, server)
    page = visit.page
    page.goto("/library/add")
    page.evaluate("document.getElementById('files-form').dataset.mostBytes = 10")
    drop(page, ("story.txt", FERRY))
    expect(page.locator("#files-said")).to_contain_text("“story.txt” is larger than")
    page.get_by_role("button", name="Add the files").click()
    assert page.url.endswith("/library/add")
    page.reload()
    page.locator("#files-input").evaluate("input => { input.value = ''; }")
    page.get_by_role("button", name="Add the files").click()
    expect(page.locator("#files-said")).to_contain_text("Choose a file")
    visit.close()


def test_a_page_follows_its_job_and_without_script_looks_again(browser: Browser, tmp_path: Path) -> None:
    app, held = make_app(tmp_path), Held(Taken("https://example.org/gone", "refused", reason="It is not there."))
    with serving(app) as server:
        app.state.jobs.submit(held.job)
        visit, plain = (Visit(browser, server, script=script) for script in (True, False))
        for each in (visit, plain):
            each.page.goto(f"/library/jobs/{held.job.id}")
            expect(each.page.locator(".state")).to_contain_text("3 of 12 passages and sentences: 1 refused")
        visit.photograph("1280-library-job")
        visit.mark()
        held.job.progress = (9, 12)
        for each in (visit, plain):
            expect(each.page.locator(".state")).to_contain_text("9 of 12")
        visit.page.get_by_role("button", name="Cancel").focus()
        plain.page.get_by_role("link", name="Stop that").click()
        expect(plain.page.get_by_role("link", name="Look again")).to_be_visible()
        plain.page.get_by_role("button", name="Cancel").click()
        for each in (visit, plain):
            expect(each.page.locator(".state strong")).to_have_text("Cancelled")
        expect(visit.page.locator("#job-heading")).to_be_focused()
        expect(visit.page.get_by_role("status")).to_contain_text("Cancelled")
        assert visit.is_marked()
        for each in (visit, plain):
            each.close()
        app.state.jobs.close()


def test_the_keyboard_reaches_everything(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, width=1440, height=900)
    page = visit.page
    paste(page, FERRY, title="Ferry sank", collection="sea")
    done(page)
    page.goto("/library")
    reached = []
    while True:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        style = page.evaluate("(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))")
        assert style == ["solid", "3px"], reached[-1]
    assert {"Library", "Add articles", "words", "Search", "Narrow and sort the list", "Ferry sank"} <= set(reached)
    page.get_by_role("link", name="Ferry sank").press("Enter")
    page.get_by_role("link", name="Remove this article").press("Enter")
    page.get_by_role("button", name="Remove").press("Enter")
    page.get_by_role("button", name="Undo").press("Space")
    expect(page.locator(".notice")).to_have_text("It is back, with all its versions.")
    visit.close()

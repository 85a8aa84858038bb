"""A reader's whole way with the real models: on three screens, with and without script; pictures of it are kept."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot import Settings, open_bot
from corpus.readers.types import ReadLimits
from index import open_encoder
from tests.browser import Visit, cited, serving
from web import ServedLibrary, create_app

pytestmark = [pytest.mark.browser, pytest.mark.model]

SCREENS = [(360, 800), (768, 1024), (1440, 900)]
# A story for each reader: its names are in no other, so that all can be asked at once.
STORY = (
    "The ferry {name} sank off {place} on Friday. Its captain, Mara {person}, was the last to leave the ship. "
    "All 112 passengers were rescued by the coast guard, a spokesman said.\n"
    "Repairs will cost about 14 million euros, the shipping company estimated."
)
SHIPS = ("Marit", "Solveig", "Tordis", "Ingrid", "Astrid", "Sigrun")
PLACES = ("Lindholm", "Arden", "Northgate", "Fellport", "Karrick", "Holmside")
PEOPLE = ("Voss", "Keller", "Brandt", "Okafor", "Duval", "Petrov")
HERONS = "The herons came back to the marsh of {place} in spring. The warden, Lena {person}, counted forty nests there."


def publish(request: Request) -> Response:
    place, person = request.path_params["place"], request.path_params["person"]
    story = HERONS.format(place=place, person=person)
    paragraphs = "".join(f"<p>{story} It was the {day} day of the count.</p>" for day in ("first", "second"))
    page = f"<!doctype html><title>Herons of {place}</title><article><h1>Herons of {place}</h1>{paragraphs}</article>"
    return HTMLResponse(page)


@pytest.fixture(scope="module")
def publisher() -> Iterator[str]:
    with serving(Starlette(routes=[Route("/{place}/{person}", publish)])) as address:
        yield address


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data, shared = tmp_path_factory.mktemp("data"), Settings().data
    open_encoder(shared)  # exported once for all tests
    (data / "encoders").symlink_to(shared / "encoders")
    settings = Settings(data=data)
    bot = open_bot(settings)
    library = ServedLibrary(settings, bot.index.encoder, ReadLimits(allow_private_addresses=True))
    app = create_app(bot, library=library)
    with serving(app) as address:
        yield address
    app.state.jobs.close()
    library.close()


def newest(page: Page) -> Locator:
    return page.locator(".turn:visible:not(.pending)").last


def asked(visit: Visit, question: str, said: str) -> None:
    visit.ask(question)
    expect(newest(visit.page).locator(".question")).to_have_text(question)
    expect(newest(visit.page)).to_contain_text(said)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
@pytest.mark.parametrize("screen", range(len(SCREENS)), ids=[str(width) for width, _ in SCREENS])
def test_add_ask_follow_up_decline_share_judge_and_remove(
    browser: Browser, server: str, publisher: str, screen: int, script: bool
) -> None:
    (width, height), nth = SCREENS[screen], 2 * screen + script
    name, place, person = SHIPS[nth], PLACES[nth], PEOPLE[nth]
    visit = Visit(browser, server, script=script, width=width, height=height)
    page = visit.page

    def step(name: str) -> None:
        visit.photograph(f"real-{width}-{'script' if script else 'plain'}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def done() -> None:
        expect(page.locator(".state strong")).to_have_text("Done")

    page.goto("/library/add")
    story = STORY.format(name=name, place=place, person=person)
    file = {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": story.encode()}
    page.get_by_label("Choose files").set_input_files(file)
    page.locator("#files").get_by_label("Or a new collection").fill(
        f"reader {nth}"
    )  # whose stories are near-duplicates
    page.get_by_role("button", name="Add the files").click()
    done()
    page.goto("/library/add")
    page.get_by_label("Address of a page").fill(f"{publisher}/{place}/{person}")
    page.locator("#address").get_by_label("Collection", exact=True).select_option(f"reader {nth}")
    page.get_by_role("button", name="Add what is there").click()
    done()
    step("added")
    page.get_by_role("link", name="Ask this article").click()
    asked(visit, "How many nests did the warden count?", "forty")
    step("by-url")

    page.goto("/library")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Ask this article").click()
    asked(visit, f"Who was the captain of the {name}?", f"Mara {person}")
    expect(newest(page).locator("strong").first).to_contain_text(person)
    assert person in "".join(cited(page))
    step("answer")
    shared, answer, marked = page.url, newest(page).inner_text(), cited(page)
    asked(visit, "How many passengers were on board?", "112 passengers")
    asked(visit, "And who rescued them?", "Understood as: ")
    step("follow-up")
    asked(visit, "What does a litre of milk cost?", "The article does not say.")
    expect(newest(page)).to_contain_text("probably do not answer")
    step("declined")

    other = Visit(browser, server, script=script, width=width, height=height)
    other.page.goto(shared)
    expect(newest(other.page).locator("blockquote").first).to_contain_text(person)
    assert (newest(other.page).inner_text(), cited(other.page)) == (answer, marked)
    other.page.get_by_role("button", name="Wrong").click()
    expect(other.page.locator(".thank")).to_contain_text("You said that this is wrong.")
    if script:
        other.page.get_by_role("link", name="Which sentence is right?").click()
        other.page.locator(".sentence", has_text="112 passengers").click()
    else:
        other.page.get_by_role("button", name="112 passengers").click()
    expect(other.page.locator(".thanks blockquote")).to_contain_text("112 passengers")
    other.photograph(f"real-{width}-{'script' if script else 'plain'}-judged")
    other.close()

    page.goto("/library")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Remove this article").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Removed")
    step("removed")
    page.goto("/")
    visit.ask(f"Who was the captain of the {name}?")
    expect(newest(page).locator(".question")).to_contain_text(name)
    assert person not in newest(page).inner_text().replace(f"Lena {person}", "")
    visit.close()

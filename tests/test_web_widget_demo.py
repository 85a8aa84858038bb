"""The demo page of docs/widget.md works as it is written, but for the port."""

import re
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, expect

from bot.settings import Settings
from tests.api_server import make_bot, served
from tests.fakes import FakeEncoder
from tests.widget_host import Reading, publishing
from web import ServedLibrary, create_app

DOCS = Path(__file__).parent.parent / "docs"
DOCUMENT = (DOCS / "widget.md").read_text("utf-8")
SERVER = "http://127.0.0.1:8000"  # as the page has it
QUOTE = "The captain, Mara Voss, was the last to leave the ferry."


@pytest.mark.browser
def test_the_demo_page_works(browser: Browser, tmp_path: Path) -> None:
    page = DOCS / "widget-demo.html"
    with publishing() as site:
        settings, encoder = Settings(data=tmp_path), FakeEncoder()
        library = ServedLibrary(settings, encoder)
        app = create_app(make_bot(settings, encoder), library=library, origins=[site.origin])
        with served(app) as server:
            files, form = {"file": (page.name, page.read_bytes())}, {"collection": "demo"}
            added = httpx2.post(f"{server}/api/v1/imports/file?wait=60", files=files, data=form, timeout=90)
            assert added.json()["counts"]["added"] == 1
            site.pages["/widget-demo.html"] = (page.read_text("utf-8").replace(SERVER, server), None)
            reading = Reading(browser, f"{site.origin}/widget-demo.html")
            question = "Who was the last to leave the ferry?"
            assert question in DOCUMENT
            reading.ask(question)
            chat = reading.widget()
            expect(chat.locator("blockquote").first).to_have_text(QUOTE)
            chat.locator("a.sentence").first.click()
            shown = reading.page.evaluate("[...CSS.highlights.get('ask-article')][0].toString()")
            assert " ".join(shown.split()) == QUOTE
            reading.photograph("demo")
            reading.close()


def test_every_property_of_the_sheet_is_documented() -> None:
    sheet = (DOCS.parent / "web" / "static" / "widget" / "widget.css").read_text("utf-8")
    names = set(re.findall(r"--ask-article-[\w-]+", sheet))
    assert names == set(re.findall(r"--ask-article-[a-z-]*[a-z]", DOCUMENT))
    assert len(names) > 15


def test_every_attribute_of_the_tag_is_documented() -> None:
    mount = (DOCS.parent / "web" / "static" / "widget" / "mount.js").read_text("utf-8")
    copied = mount.partition("const COPIED = [")[2].partition("]")[0]
    for name in copied.replace('"', "").split(", "):
        assert f"| `data-{name}` | `{name}` |" in DOCUMENT

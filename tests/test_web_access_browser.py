"""Signing in and out in a real browser, without script and with it, in both themes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.access_app import Server, keyed
from tests.browser import Visit, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with keyed(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="module")
def address(server: Server) -> Iterator[str]:
    with serving(server.app) as address:
        yield address


def violations(page: Any) -> list[str]:
    return [found["id"] for found in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("script", "theme", "width"), [(False, "light", 360), (True, "dark", 1440)])
def test_a_reader_signs_in_asks_and_signs_out(
    browser: Any, server: Server, address: str, script: bool, theme: str, width: int
) -> None:
    key = server.key("read", "harbour")
    visit = Visit(browser, address, script=script, width=width, color_scheme=theme)
    page = visit.page
    page.goto("/?article=ferry&q=was+anybody+hurt%3F")
    page.get_by_label("Your key").fill("aa_wrong")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert page.get_by_label("Your key").input_value() == ""
    visit.photograph(f"sign-in-{theme}-{width}")
    if script:
        assert violations(page) == []
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    assert page.url == f"{address}/?article=ferry&q=was+anybody+hurt%3F"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.photograph(f"signed-in-{theme}-{width}")
    if script:
        assert violations(page) == []
        visit.ask("who was the last to leave?")
        page.locator(".turn").nth(1).wait_for()
        assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Your key").wait_for()
    page.goto("/?article=ferry")
    page.get_by_label("Your key").wait_for()
    visit.complaints[:] = [said for said in visit.complaints if "401" not in said and "422" not in said]
    visit.close()


def test_a_link_from_another_site_leads_a_reader_who_is_signed_in_to_the_page(
    browser: Any, server: Server, address: str, tmp_path: Path
) -> None:
    """The cookie does not come along from elsewhere; the page asks for itself once more."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Your key").fill(server.key("read"))
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    page.route("http://elsewhere.test/", lambda route: route.fulfill(
        content_type="text/html", body=f'<a href="{address}/?article=ferry">the story</a>'
    ))  # fmt: skip
    page.goto("http://elsewhere.test/")
    page.get_by_role("link").click()
    page.get_by_role("button", name="Sign out").wait_for()
    assert "Mara Voss" in page.content()
    context.close()

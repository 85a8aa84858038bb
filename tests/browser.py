"""A real browser against a real server: what the browser tests share."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from corpus import Article

PICTURES = Path(__file__).parent.parent / "artefacts" / "web"
PATIENCE = 30_000  # ms; a busy machine is no failure
_FLAGS = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
          "disable-component-update", "disable-sync")  # fmt: skip
expect.set_options(timeout=PATIENCE)

FILLER = "\n".join(
    f"Paragraph {n} speaks of gardens, of weather and of trains that were late again." for n in range(60)
)
NEWS = Article.create(
    "Three thousand troops arrived in the port on Monday. Nobody was hurt.\n"
    + FILLER
    + "\nThe harbour master, Ida Brandt, counted eleven ships. The minister left for the capital at noon.\n"
    + "w" * 5_000,
    id="news",
    title="Troops in the port",
)
MATCH = Article.create("Northfield beat Southgate by two goals. The keeper saved a penalty.", id="match", title="Match")
ASKED = "Which harbour master counted the eleven ships?"
QUOTE = "The harbour master, Ida Brandt, counted eleven ships."
ALSO_ASKED = "When did three thousand troops arrive in the port?"
ALSO_QUOTE = "Three thousand troops arrived in the port on Monday."
UNANSWERED = "Why do volcanoes erupt?"


def until(page: Page, expression: str) -> None:
    """Wait until ``expression`` holds on the page.

    Asked from outside: a page's content security policy forbids the browser's own poll (``wait_for_function``) from its
    second look on, and without script it may stand still.
    """
    ends = time.monotonic() + PATIENCE / 1000
    while not _holds(page, expression):
        assert time.monotonic() < ends, f"it never held: {expression}"
        page.wait_for_timeout(50)


def _holds(page: Page, expression: str) -> bool:
    try:
        return bool(page.evaluate(expression))
    except Error as error:
        if "context was destroyed" in str(error):  # the page gives way to another
            return False
        raise


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Run ``app`` on a free port of the loopback; give its address."""
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", lifespan="off"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 60
        while not running.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert running.started, "the server did not start"
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:  # a test that failed, too: else the process never ends
            running.should_exit = True
            thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; skip the test where there is none."""
    path = shutil.which("chromium")
    if path is None:
        said = "This test drives Chromium, which is not installed. Install it: apt-get install chromium"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    with sync_playwright() as playwright:
        flags = [f"--{flag}" for flag in _FLAGS]
        browser = playwright.chromium.launch(executable_path=path, args=flags, timeout=PATIENCE)
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """A page, and what it complained of and asked for."""

    def __init__(
        self, browser: Browser, server: str, *, script: bool = True, width: int = 1280, height: int = 800, **more: Any
    ) -> None:
        self.server = server
        self.context = browser.new_context(
            base_url=server,
            java_script_enabled=script,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **more,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked_for: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked_for.append(request.url))

    def ask(self, question: str) -> None:
        self.page.get_by_label("Your question").fill(question)
        self.page.get_by_role("button", name="Ask", exact=True).click()

    def mark(self) -> None:
        """Leave a mark that a reload would remove."""
        self.page.evaluate("window.marked = true")

    def is_marked(self) -> bool:
        return bool(self.page.evaluate("window.marked === true"))

    def photograph(self, name: str, *, whole: bool = False) -> None:
        """Keep a picture of the window, or of the whole page, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)

    def close(self) -> None:
        """End the visit: nothing was complained of, and nothing asked of another server."""
        self.context.close()
        assert self.complaints == []
        assert all(address.startswith(f"{self.server}/") for address in self.asked_for)


def cited(page: Page) -> list[str]:
    """Give the sentences that the article shows as cited."""
    return page.locator(".sentence.cited").all_inner_texts()

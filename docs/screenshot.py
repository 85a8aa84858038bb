"""Take the README's picture of the chat: ``python docs/screenshot.py`` writes docs/chat.png.

It starts the chat on the default article, asks "how many troops?" in Chromium as a reader would, and takes the window.
"""

import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import sync_playwright

from bot import Settings, open_bot
from web import create_app
from web.served_talk import ServedTalk

PICTURE = Path(__file__).with_name("chat.png")
QUESTION = "how many troops?"


def main() -> int:
    """Take the picture; give the exit status."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is not installed. Install it: apt-get install chromium", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listener:
        app = create_app(open_bot(Settings()), talk=ServedTalk(Settings(data=Path(folder))))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        listener.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            _take(chromium, f"http://127.0.0.1:{listener.getsockname()[1]}/")
        finally:
            server.should_exit = True
            thread.join()
    print(PICTURE)
    return 0


def _take(chromium: str, address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", color_scheme="light")
        page.goto(address)
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_role("button", name="Ask").click()
        page.locator(".turn blockquote").first.wait_for()
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    raise SystemExit(main())

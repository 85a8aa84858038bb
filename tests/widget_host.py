"""A publisher's site: pages of another origin than the server's, with the widget on them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser, Locator, Page

from corpus import Article
from tests.browser import PATIENCE, PICTURES

# Nothing inline, no markup made by script; what the widget needs is named and no more.
STRICT = (
    "default-src 'none'; script-src {server}; connect-src {server}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
FERRY = Article.create(
    "The ferry to Lindholm sank on Friday with 212 people on board.\n"
    "Its captain, Mara Voss, was the last to leave. Nobody was hurt.\n"
    "Raising the ferry will cost about 4 million euros, the harbour master said.\n"
    "The harbour is closed until Monday.",
    id="ferry",
    title="Ferry to Lindholm sinks",
)
STORY = "".join(f"<p>{line}</p>" for line in FERRY.text.split("\n")).replace("Mara Voss", "<b>Mara</b>\n  Voss")
MARKUP = "<script>hacked = 1</script><img src=x onerror='hacked = 1'>&amp;</textarea>"
HOSTILE = Article.create(
    f"Ships of {MARKUP} sailed. Boats \u202eturned sailed.\n" + "w" * 2_000, id="hostile", title=f"\u202e{MARKUP}"
)
ASKED = "Who was the captain of the ferry, the last to leave?"
QUOTE = "Its captain, Mara Voss, was the last to leave."
UNANSWERED = "Why do volcanoes erupt?"


class Site:
    """The pages of a site, which tests set: path -> (HTML, Content-Security-Policy or None)."""

    def __init__(self) -> None:
        self.origin = ""
        self.pages: dict[str, tuple[str, str | None]] = {}

    def put(self, path: str, body: str, *, head: str = "", policy: str | None = None, lang: str = "en") -> str:
        """Set a page and give its address."""
        meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        title = f"<title>The Lindholm Herald {path}</title>"
        page = f'<!doctype html><html lang="{lang}"><head>{meta}{title}{head}</head><body>{body}</body></html>'
        self.pages[path] = (page, policy)
        return self.origin + path


@contextmanager
def publishing() -> Iterator[Site]:
    """Serve a site on a free port."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page, policy = site.pages.get(self.path.partition("?")[0], ("", None))
            content = page.encode()
            self.send_response(200 if content else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def tag(server: str, more: str = 'data-article="ferry"') -> str:
    """Give the script tag."""
    return f'<script type="module" src="{server}/widget.js" {more}></script>'


class Reading:
    """A reader on a page of the site, and what the page complained of."""

    def __init__(self, browser: Browser, address: str, *, width: int = 1280, height: int = 900, **more: object) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, **more)  # type: ignore[arg-type]
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def widget(self, number: int = 0) -> Locator:
        return self.page.locator("ask-article").nth(number)

    def ask(self, question: str, number: int = 0) -> None:
        self.widget(number).get_by_label("Your question").fill(question)
        self.widget(number).get_by_role("button", name="Ask", exact=True).click()

    def photograph(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"widget-{name}.png", full_page=True)

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []

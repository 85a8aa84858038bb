import contextlib
import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest

from corpus.readers import addresses
from corpus.readers.addresses import is_public
from corpus.readers.sources import read_source
from corpus.readers.types import Read, ReadArticle, ReadLimits, Refused
from tests.source_files import pdf, zeros

PAGE = (
    "<!doctype html><html lang='fr'><head><title>Le ferry</title></head><body>"
    "<p>Le ferry a coulé vendredi, pendant une forte tempête.</p></body></html>"
)
FEED = (
    "<rss version='2.0'><channel><title>News</title><item><guid>a1</guid><title>One</title>"
    "<description>The first story.</description></item></channel></rss>"
)
LIMITS = ReadLimits(allow_private_addresses=True, url_seconds=20, file_bytes=3_000_000, redirects=3)


class Handler(BaseHTTPRequestHandler):
    answers: dict[str, Callable[["Handler"], None]]
    asked: list[tuple[str, str]]

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Host"]))
        self.answers[self.path.partition("?")[0]](self)

    def give(self, body: bytes, kind: str = "text/html; charset=utf-8", code: int = 200, **headers: str) -> None:
        self.send_response(code)
        headers = {"Content-Type": kind, "Content-Length": str(len(body))} | {
            key.replace("_", "-"): value for key, value in headers.items()
        }
        for key, value in headers.items():
            if value:
                self.send_header(key, value)
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked has heard enough
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


Server = tuple[str, type[Handler]]
Get = Callable[..., list[Read]]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    class Answers(Handler):
        answers: dict[str, Callable[[Handler], None]] = {}  # noqa: RUF012
        asked: list[tuple[str, str]] = []  # noqa: RUF012

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    httpd.daemon_threads = True
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_address[1]}", Answers
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


@pytest.fixture
def get(server: Server) -> Get:
    base, handler = server

    def ask(answer: Callable[[Handler], None], *, path: str = "/story", limits: ReadLimits = LIMITS) -> list[Read]:
        handler.answers[path] = answer
        return list(read_source(base + path, limits))

    return ask


def one(reads: list[Read]) -> Read:
    assert len(reads) == 1
    return reads[0]


def refusal(reads: list[Read]) -> str:
    read = one(reads)
    assert isinstance(read, Refused)
    assert len(read.reason.splitlines()) == 1
    assert read.reason.endswith(".")
    return read.reason


def test_a_page(get: Get, server: Server) -> None:
    read = one(get(lambda handler: handler.give(PAGE.encode("latin-1"), "text/html; charset=ISO-8859-1")))
    assert isinstance(read, ReadArticle)
    assert read.origin == read.article.url == server[0] + "/story"
    assert read.article.title == "Le ferry"
    assert read.article.text == "Le ferry a coulé vendredi, pendant une forte tempête."
    assert read.article.language == "fr"


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/a.txt", b"The ferry sank on Friday.", "text/plain"),
        ("/a", pdf([[(72, 700, "The ferry sank on Friday.")]]), "application/pdf"),
        ("/b", pdf([[(72, 700, "The ferry sank on Friday.")]]), "application/octet-stream"),
        ("/c", b"The *ferry* sank\non Friday.", "text/markdown"),
        ("/d", b"The ferry sank on Friday.", ""),
    ],
)
def test_other_kinds(get: Get, path: str, body: bytes, kind: str) -> None:
    read = one(get(lambda handler: handler.give(body, kind), path=path))
    assert isinstance(read, ReadArticle)
    assert read.article.text == "The ferry sank on Friday."


def test_a_feed_and_lines_have_an_origin_each(get: Get, server: Server) -> None:
    read = one(get(lambda handler: handler.give(FEED.encode(), "text/xml"), path="/feed"))
    assert (type(read), read.origin) == (ReadArticle, server[0] + "/feed#a1")
    lines = b'{"text": "One story."}\n{"text": "Another story."}\n'
    reads = get(lambda handler: handler.give(lines, "application/jsonl"), path="/lines")
    assert [read.origin for read in reads] == [server[0] + "/lines#1", server[0] + "/lines#2"]


def test_redirects_are_followed_and_counted(get: Get, server: Server) -> None:
    server[1].answers["/new"] = lambda handler: handler.give(PAGE.encode())
    read = one(get(lambda handler: handler.give(b"", code=301, Location="/new"), path="/old"))
    assert isinstance(read, ReadArticle)
    assert read.origin == server[0] + "/old"
    assert read.article.url == server[0] + "/new"
    server[1].asked.clear()
    assert "redirects more than 3 times" in refusal(
        get(lambda handler: handler.give(b"", code=302, Location="/round"), path="/round")
    )
    assert len(server[1].asked) == 4


def test_this_machine_is_out_of_bounds(get: Get, server: Server) -> None:
    server[1].asked.clear()
    closed = replace(LIMITS, allow_private_addresses=False)
    assert "--allow-private" in refusal(get(lambda handler: handler.give(PAGE.encode()), limits=closed))
    port = server[0].rpartition(":")[2]
    for host in ("localhost", "127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"):
        reason = refusal(list(read_source(f"http://{host}:{port}/story", closed)))
        assert "private network" in reason or "no host" in reason  # not every system knows every way to write it
    assert not server[1].asked


def test_a_redirect_to_this_machine_is_refused(get: Get, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # 127.0.0.1 plays the public server that leads to a private one, which is the same under another address.
    monkeypatch.setattr(addresses, "is_public", lambda address: str(address) == "127.0.0.1")
    server[1].asked.clear()
    inside = server[0].replace("127.0.0.1", "127.0.0.2") + "/secret"
    closed = replace(LIMITS, allow_private_addresses=False)
    reason = refusal(get(lambda handler: handler.give(b"", code=302, Location=inside), path="/out", limits=closed))
    assert "'127.0.0.2' is at 127.0.0.2" in reason
    assert [path for path, _ in server[1].asked] == ["/out"]


def test_the_address_that_was_checked_is_the_one_that_is_asked(
    get: Get, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []

    def rebinding(host: str, port: int, **options: object) -> list[object]:
        given.append(host)
        address = "127.0.0.1" if len(given) == 1 else "192.0.2.1"  # asked again, the name leads elsewhere
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", rebinding)
    server[1].answers["/story"] = lambda handler: handler.give(PAGE.encode())
    server[1].asked.clear()
    port = server[0].rpartition(":")[2]
    read = one(list(read_source(f"http://news.example:{port}/story", LIMITS)))
    assert isinstance(read, ReadArticle)
    assert given == ["news.example"]
    assert server[1].asked == [("/story", f"news.example:{port}")]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://example.com/a", "no http or https URL"),
        ("file:///etc/passwd", "no http or https URL"),
        ("http://", "no http or https URL"),
        ("http://user:secret@127.0.0.1/", "password"),
        ("http://127.0.0.1:1/" + "a" * 5000, "longer than"),
        ("http://127.0.0.1:99999999/", "port between 0 and 65535"),
        ("http://127.0.0.1:1/", "cannot be got"),
        ("http://no-such-host.invalid/", "no host"),
        ("http://" + "a" * 70 + ".com/", "no host"),
        ("http://a b/\n", "Check the URL"),
    ],
)
def test_urls_that_lead_nowhere(url: str, says: str) -> None:
    reason = refusal(list(read_source(url, LIMITS)))
    assert says in reason
    assert "secret" not in reason


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda handler: handler.give(b"gone", code=404), "answers '404 "),
        (lambda handler: handler.give(b"\x89PNG", "image/png"), "'image/png', which is not read"),
        (lambda handler: handler.give(b"\x89PNG\r\n", "text/html"), "a PNG image"),
        (lambda handler: handler.give(b"a" * 4_000_000, "text/plain"), "larger than 3 MB"),
        (lambda handler: handler.give(PAGE.encode(), Content_Length="100000"), "cannot be got"),
        (lambda handler: handler.give(gzip.compress(b"a" * 50_000_000), Content_Encoding="gzip"), "larger than 3 MB"),
        (lambda handler: handler.give(zeros(100_000_000), Content_Encoding="deflate"), "larger than 3 MB"),
        (lambda handler: handler.give(gzip.compress(PAGE.encode())[:-20], Content_Encoding="gzip"), "ends early"),
        (lambda handler: handler.give(b"not packed", Content_Encoding="gzip"), "cannot be got"),
        (lambda handler: handler.give(b"packed", Content_Encoding="br"), "not asked for"),
        (lambda handler: handler.give(gzip.compress(PAGE.encode()), Content_Encoding="gzip, gzip"), "not asked for"),
        (lambda handler: handler.give(b"", code=302, Location="http://[/"), "Check the URL"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n"), "cannot be got"),
    ],
)
def test_answers_that_are_refused(get: Get, answer: Callable[[Handler], None], says: str) -> None:
    assert says in refusal(get(answer))


def test_a_packed_page_is_read(get: Get) -> None:
    read = one(get(lambda handler: handler.give(gzip.compress(PAGE.encode()), Content_Encoding="gzip")))
    assert isinstance(read, ReadArticle)


def test_more_than_it_said_is_left_out(get: Get) -> None:
    read = one(get(lambda handler: handler.give(b"The ferry sank. And more.", "text/plain", Content_Length="15")))
    assert isinstance(read, ReadArticle)
    assert read.article.text == "The ferry sank."


@pytest.mark.parametrize("piece", [b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_drips_is_left(get: Get, piece: bytes) -> None:
    """Each byte comes in time; all of them never would, in the body or in the headers."""
    left = threading.Event()

    def drip(handler: Handler) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(piece)
            for _ in range(600):
                handler.wfile.write(b"a")
                time.sleep(0.1)
        left.set()

    reason = refusal(get(drip, limits=replace(LIMITS, url_seconds=1)))
    assert "takes longer than 1 s" in reason
    assert left.wait(30)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "127.8.9.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
        ),
        *("224.0.0.1", "239.255.255.250", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "192.0.0.8"),
        *("::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "2002:7f00:1::", "2002:c0a8:101::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "fec0::1"),
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",  # Teredo to 10.0.0.1
    ],
)
def test_closed_addresses(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(ip_address(address))

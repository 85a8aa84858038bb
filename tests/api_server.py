"""An application with a library and a fake encoder, and the same on a port of this machine."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from bot import Bot
from bot.settings import Settings
from corpus import Article, default_article
from corpus.errors import UnreadableArticleError
from corpus.library import open_library
from corpus.readers.types import ReadLimits
from index import PassageIndex, SearchIndex
from index.library_index import LibraryIndex
from index.library_or_default import LibraryOrDefault
from tests.fakes import FakeEncoder
from web import ServedLibrary, create_app

FERRY = "The ferry to Lindholm sank on Friday. Its captain, Mara Voss, was the last to leave. Nobody was hurt."
RAISED = f"{FERRY} The ferry was raised on Sunday."
BRIDGE = "The bridge at Arnfels closed on Monday. Repairs will cost about 4 million euros, the mayor said."


def make_bot(settings: Settings, encoder: FakeEncoder) -> Bot:
    """A bot on the library of ``settings``, or on the default article while that is empty."""

    def library() -> SearchIndex | None:
        return LibraryIndex(open_library(settings.library), encoder, None) if settings.library.exists() else None

    return Bot(LibraryOrDefault(encoder, library, lambda: PassageIndex.build([default_article()], encoder)))


def make_app(folder: Path, *, allow_private: bool = False) -> FastAPI:
    settings, encoder = Settings(data=folder), FakeEncoder()
    limits = ReadLimits(allow_private_addresses=allow_private)
    return create_app(make_bot(settings, encoder), library=ServedLibrary(settings, encoder, limits))


def make_app_of_one_file(text: str = BRIDGE) -> FastAPI:
    return create_app(Bot(PassageIndex.build([Article.create(text)], FakeEncoder())))


@contextmanager
def served(app: ASGIApp, **options: Any) -> Iterator[str]:
    """Serve ``app`` on a free port, with uvicorn's ``options``; give its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=5, **options))
    started = threading.Event()
    startup = server.startup

    async def tell(sockets: object = None) -> None:
        await startup(sockets)  # type: ignore[arg-type]
        started.set()

    server.startup = tell  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert started.wait(60)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join(60)


def refuse_all_urls(set_attribute: Callable[[object, str, object], None]) -> None:
    """Let no URL be got, at once: for tools that make many up."""
    from corpus.readers import urls

    def fetch(url: str, _: ReadLimits) -> urls.Fetched:
        raise UnreadableArticleError(f"{urls.shorten(url)} is not got here.")

    set_attribute(urls, "fetch", fetch)


def main() -> None:
    """Serve a library of two articles on a free port, for tools that try what they can; nothing is got from the net."""
    refuse_all_urls(setattr)
    with served(make_app(Path(sys.argv[1]))) as address:
        for text, id in ((FERRY, "ferry"), (BRIDGE, "bridge")):
            httpx2.post(f"{address}/api/v1/articles", json={"text": text, "id": id}, timeout=60).raise_for_status()
        print(address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()

"""Pages and files at a URL, by httpx2: within limits of size, time and redirects, and never off the public Internet."""

import asyncio
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from typing import TYPE_CHECKING

from corpus.errors import ArticleTooLargeError, UnreadableArticleError
from corpus.readers.addresses import resolve
from corpus.readers.drafts import megabytes
from corpus.readers.kinds import is_readable
from corpus.readers.types import ReadLimits

if TYPE_CHECKING:
    import httpx2

_HEADERS = {
    "User-Agent": "askarticle",
    "Accept": "text/html, application/xhtml+xml, application/pdf, application/epub+zip, application/rss+xml, "
    "application/atom+xml, text/*;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}
_REDIRECTS = (301, 302, 303, 307, 308)
_PIECE = 1_000_000  # bytes unpacked at once
_LONGEST_URL = 4000
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was at a URL."""

    url: str  # where it was found, after redirects
    data: bytes = field(repr=False)
    media_type: str  # as the server says, in small letters; "" where it says none
    charset: str | None


def fetch(url: str, limits: ReadLimits) -> Fetched:
    """Get what is at an http or https URL.

    Raises:
        UnreadableArticleError: it cannot be got, within the limits or at all, or leads where it may not.
        ArticleTooLargeError: more than ``limits.file_bytes``, as sent or unpacked.
    """
    return asyncio.run(_fetch_in_time(url, limits))


async def _fetch_in_time(url: str, limits: ReadLimits) -> Fetched:
    import httpx2

    shown = shorten(url)
    try:
        # One time limit over all: a server that sends a byte a second keeps within any limit on single steps.
        async with asyncio.timeout(limits.url_seconds):
            return await _follow(url, limits)
    except TimeoutError:
        raise UnreadableArticleError(
            f"{shown} takes longer than {limits.url_seconds:g} s. Try again later, or save the page as a file."
        ) from None
    except (httpx2.HTTPError, httpx2.InvalidURL, zlib.error, ValueError) as error:
        reason = " ".join(str(error).split())[:150] or type(error).__name__
        raise UnreadableArticleError(f"{shown} cannot be got: {reason}. Check the URL, or try again later.") from None


async def _follow(url: str, limits: ReadLimits) -> Fetched:
    import httpx2

    # No proxy and no password file of the system's: the address that is checked is the one that is asked.
    async with httpx2.AsyncClient(trust_env=False, timeout=limits.url_seconds, headers=_HEADERS) as client:
        place = httpx2.URL(url[: _LONGEST_URL + 1])
        for _ in range(limits.redirects + 1):
            request = await _request(client, place, limits)
            response = await client.send(request, stream=True)
            try:
                if response.status_code not in _REDIRECTS or "location" not in response.headers:
                    return await _read(response, str(place), limits)
                place = place.join(response.headers["location"])
            finally:
                await response.aclose()
    raise UnreadableArticleError(
        f"{shorten(url)} redirects more than {limits.redirects} times. Give the page's own URL."
    )


async def _request(client: "httpx2.AsyncClient", place: "httpx2.URL", limits: ReadLimits) -> "httpx2.Request":
    """Make the request to the address that was checked, in the name of the host: for the server and its certificate."""
    from anyio import to_thread

    shown = shorten(str(place))
    port = place.port or (443 if place.scheme == "https" else 80)
    if place.scheme not in ("http", "https") or not place.host:
        raise UnreadableArticleError(f"{shown} is no http or https URL. Give one, or a path.")
    if not 0 <= port <= _LAST_PORT:
        raise UnreadableArticleError(f"{shown} names no port between 0 and {_LAST_PORT}. Check the URL.")
    if place.userinfo:
        raise UnreadableArticleError(
            f"{shorten(place.host)} is asked for with a password in the URL. Give the URL without."
        )
    if len(str(place)) > _LONGEST_URL:
        raise UnreadableArticleError(f"{shown} is longer than {_LONGEST_URL} characters. Give the page's own URL.")
    host = place.raw_host.decode("ascii")
    look_up = partial(resolve, host, port, allow_private=limits.allow_private_addresses)
    address = await to_thread.run_sync(look_up, abandon_on_cancel=True)
    return client.build_request(
        "GET",
        place.copy_with(host=address, fragment=None),
        headers={"Host": place.netloc.decode("ascii")},
        extensions={"sni_hostname": host},
    )


async def _read(response: "httpx2.Response", url: str, limits: ReadLimits) -> Fetched:
    shown = shorten(url)
    if response.status_code != 200:
        status = f"{response.status_code} {response.reason_phrase}".strip()
        raise UnreadableArticleError(f"{shown} answers {status[:100]!r}. Check the URL.")
    said = Message()
    said["content-type"] = response.headers.get("content-type", "")
    media_type = said.get_content_type() if response.headers.get("content-type") else ""
    if not is_readable(media_type):
        raise UnreadableArticleError(
            f"{shown} is of the type {media_type[:80]!r}, which is not read. Give an article's URL."
        )
    data = bytearray()
    async for piece in _unpacked(response):
        data += piece
        if len(data) > limits.file_bytes:
            raise ArticleTooLargeError(f"{shown} is larger than {megabytes(limits.file_bytes)}. Save a part of it.")
    return Fetched(url, bytes(data), media_type, said.get_content_charset())


async def _unpacked(response: "httpx2.Response") -> AsyncIterator[bytes]:
    """Give the body in pieces, none of them large, however much it packs."""
    packing = response.headers.get("content-encoding", "").strip().lower()
    if packing in ("", "identity"):
        async for piece in response.aiter_raw():
            yield piece
        return
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise UnreadableArticleError(
            f"{shorten(str(response.url))} is packed as {packing[:40]!r}, which was not asked for."
        )
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib, as it comes
    async for packed in response.aiter_raw():
        while packed and not unpack.eof:
            yield unpack.decompress(packed, _PIECE)
            packed = unpack.unconsumed_tail
    if not unpack.eof:
        raise ValueError("it ends early")


def shorten(url: str, limit: int = 150) -> str:
    """Write a URL for a message: quoted, on one line, not too long."""
    name = repr(url)
    return name if len(name) <= limit else f"{name[:limit]}…'"

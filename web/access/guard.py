"""The guard before all addresses: how often somebody asks, by which key, and whether that one suffices."""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.keys.key import Key
from bot.keys.rate import Rate, parse_rate
from corpus.errors import StoredDataError
from web.access.access import NOBODY, Access, access_of
from web.access.entry import Entry
from web.access.scopes import needed
from web.problems import RETRY_SECONDS, Problem

if TYPE_CHECKING:
    from web.access.keyring import Keyring
    from web.access.rate_limits import RateLimits, Standing

_LOG = logging.getLogger(__name__)
COOKIE = "askarticle_session"
_REALM = 'Bearer realm="askarticle"'
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip")

Refuse = Callable[[Request, Problem], Response]


class Guard:
    """Finds out what a request may do, before its body is read, and refuses it or passes it on.

    What it found is in the request's state: see ``web.access.access``.
    """

    def __init__(self, app: ASGIApp, entry: Entry, refuse: Refuse) -> None:
        self.app = app
        self.entry, self.refuse = entry, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        found: dict[str, Any] = scope.setdefault("state", {})
        standings = found["standings"] = []  # of the limits that the request counts against
        try:
            await self._admit(request, found, standings)
        except Problem as problem:
            problem.headers = _told(standings) | dict(problem.headers or {})
            await self.refuse(request, problem)(scope, receive, send)
            return
        await self.app(scope, receive, _with_headers(send, standings) if standings else send)

    async def _admit(self, request: Request, found: dict[str, Any], standings: list["Standing"]) -> None:
        """Let the request in, or raise a ``Problem``; what it may do goes into ``found``."""
        if self.entry.direct and any(name in request.headers for name in _FORWARDED):
            raise Problem("through-proxy", "This server serves its own machine alone and is not told of a proxy.")
        scope = needed(request.method, path_of(request))
        if scope is not None and self.entry.limits is not None:
            standings.append(self.entry.limits.address(place_of_request(request)))
            _check(standings[-1])
        if self.entry.keyring is None:
            return
        found["access"] = NOBODY
        if scope is None:  # open to all; a page shows whether somebody is signed in
            with suppress(StoredDataError):
                found["access"] = self._by_session(request, self.entry.keyring)
            return
        access = await self._access(request, self.entry.keyring)
        if access.owner is not None and self.entry.limits is not None:
            standings.append(self.entry.limits.ask("key", rate_of(access, self.entry.limits), access.owner))
            _check(standings[-1])
        if not access.may(scope):
            raise _not_enough(access, scope)
        found["access"] = access

    async def _access(self, request: Request, keyring: "Keyring") -> Access:
        """Give what the key that came with the request allows."""
        presented = presented_key(request.headers)
        try:
            if presented is None:
                return self._by_session(request, keyring)
            key = await check_key(keyring, self.entry.limits, presented, place_of_request(request))
        except StoredDataError as error:
            _LOG.warning("%s", error)
            detail = "Keys cannot be checked now. The server's log says why; try again later."
            raise Problem("keys-unavailable", detail, headers={"retry-after": RETRY_SECONDS}) from error
        return _access_by(key)

    @staticmethod
    def _by_session(request: Request, keyring: "Keyring") -> Access:
        token = request.cookies.get(COOKIE)
        # A page of another origin shall not act as the reader who is signed in here.
        if not token or request.headers.get("sec-fetch-site") == "cross-site" or not is_own_page(request):
            return NOBODY
        key = keyring.store.session(token)
        return _access_by(key, signed_in=True) if key else NOBODY


async def check_key(keyring: "Keyring", limits: "RateLimits | None", presented: str, place: str) -> Key:
    """Give the key that was presented from ``place``.

    Raises:
        Problem: it is none, or too many from there were none: then it is not even looked at.
        StoredDataError: the keys cannot be read.
    """
    known = keyring.known(presented)
    if known is not None:
        return known
    if limits is not None and (standing := limits.too_many_failures(place)):
        detail = "Too many wrong keys came from this address. Wait for Retry-After seconds."
        raise Problem("too-many-requests", detail, headers=_told([standing]))
    key = await keyring.check(presented)
    if key is None:
        if limits is not None:
            limits.fail(place)
        detail = "This key is not known: it is mistyped, was revoked, or has expired."
        raise Problem("key-refused", detail, headers={"www-authenticate": f'{_REALM}, error="invalid_token"'})
    return key


def presented_key(headers: Headers) -> str | None:
    """Give the key of an Authorization header, None without one; "" for one that holds none."""
    header = headers.get("authorization")
    if header is None:
        return None
    kind, _, key = header.strip().partition(" ")
    return key.strip() if kind.lower() == "bearer" else ""


def path_of(request: Request) -> str:
    """Give the path behind where the application is mounted."""
    path, root = str(request.scope["path"]), str(request.scope.get("root_path", "")).rstrip("/")
    return path[len(root) :] or "/" if root and (path == root or path.startswith(f"{root}/")) else path


def is_own_page(request: Request) -> bool:
    """Say whether the request comes from a page of this server, or from no page."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2].lower() == request.headers.get("host", "").lower()


def charge(request: Request, cost: int) -> None:
    """Count ``cost`` more requests of who asks: one that asks for much counts for as much.

    Raises:
        Problem: that is more than is left.
    """
    limits: RateLimits | None = request.app.state.entry.limits
    if limits is None or cost < 1:
        return
    access, standings = access_of(request), request.scope["state"]["standings"]
    if access.owner:
        standing = limits.ask("key", rate_of(access, limits), access.owner, cost)
    else:
        standing = limits.address(place_of_request(request), cost)
    standings[:] = [each for each in standings if each.policy != standing.policy] + [standing]
    if standing.refused:
        detail = f"This counts as {cost + 1} requests, and {standing.remaining + 1} of {standing.rate.amount} are left."
        raise Problem("too-many-requests", detail)


def rate_of(access: Access, limits: "RateLimits") -> Rate:
    """Give how often the key may ask."""
    return parse_rate(access.rate) if access.rate else limits.key_rate


def place_of_request(request: Request) -> str:
    """Give what the request's address is counted as."""
    from web.access.rate_limits import place_of

    return place_of(request.scope.get("client"))


def _check(standing: "Standing") -> None:
    """Raise ``Problem`` where the limit is used up."""
    if standing.refused:
        what = "with this key" if standing.policy == "key" else "from this address"
        rate = f"{standing.rate.amount} in {standing.rate.seconds} s"
        raise Problem("too-many-requests", f"Too many requests {what}: {rate}. Wait for Retry-After seconds.")


def _told(standings: Sequence["Standing"]) -> dict[str, str]:
    if not standings:
        return {}
    from web.access.rate_limits import headers_of

    return headers_of(standings)


def _access_by(key: Key, *, signed_in: bool = False) -> Access:
    return Access(key.id, key.scope, key.collections, key.name, signed_in, key.rate)


def _not_enough(access: Access, scope: str) -> Problem:
    if access.scope is None:
        detail = "A key is needed here: send it as Authorization: Bearer KEY."
        return Problem("key-needed", detail, headers={"www-authenticate": _REALM})
    said = f'{_REALM}, error="insufficient_scope", scope="{scope}"'
    detail = f"This key may {access.scope}; here one that may {scope} is needed."
    return Problem("not-allowed", detail, headers={"www-authenticate": said})


def _with_headers(send: Send, standings: Sequence["Standing"]) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _told(standings).items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers

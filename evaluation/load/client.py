"""A small HTTP client: one connection, kept open. It takes little of the processor that the server needs too."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Any

_END = b"\r\n\r\n"


class NotTakenError(Exception):
    """No connection was made: nobody has taken the request on."""


class LostError(Exception):
    """The request was sent, and the connection ended without an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one request."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float


class Client:
    """Sends one request after the other to one server."""

    def __init__(self, host: str, port: int) -> None:
        """Say which server; it is connected to when it is first needed."""
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, path: str, value: Any) -> Reply:
        """Post ``value`` as JSON.

        Raises:
            NotTakenError: there is no connection to be had.
            LostError: there was one, and no answer came over it.
        """
        body = json.dumps(value).encode()
        head = f"POST {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\nContent-Type: application/json\r\n"
        return await self._send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    async def get(self, path: str) -> Reply:
        """Get what is at ``path``; raises as ``post``."""
        return await self._send(f"GET {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n\r\n".encode())

    async def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            (_, writer), self._streams = self._streams, None
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _send(self, request: bytes) -> Reply:
        began = perf_counter()
        if self._streams is not None and self._streams[0].at_eof():  # the server has let go of it meanwhile
            await self.close()
        reader, writer = self._streams or await self._connect()
        try:
            writer.write(request)
            await writer.drain()
            status, headers = _parsed(await reader.readuntil(_END))
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        except (OSError, asyncio.IncompleteReadError) as error:
            await self.close()
            raise LostError(str(error)) from error
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Reply(status, headers, body, perf_counter() - began)

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            self._streams = await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            raise NotTakenError(str(error)) from error
        return self._streams


def _parsed(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    parts = (line.partition(":") for line in lines if line)
    return int(first.split(" ")[1]), {name.lower(): value.strip() for name, _, value in parts}

"""Parsing in a process of its own, which a hostile file may hang, fill or kill without harm.

A request is a line of JSON, then the file's bytes; a reply is a line with its length, then JSON. Never a pickle: what
comes back was made from a stranger's file. This module is the parent's side; ``child_main`` is the child's.
"""

import json
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

import corpus
from corpus.errors import (
    ArticleError,
    ArticleTooLargeError,
    EmptyArticleError,
    NotTextError,
    UnreadableArticleError,
)
from corpus.readers.drafts import Draft, megabytes
from corpus.readers.kinds import Kind
from corpus.readers.types import ReadLimits

_START = "import sys; sys.path.insert(0, sys.argv[1]); from corpus.readers.child_main import main; main(sys.argv[2])"
_ERRORS: dict[str, type[ArticleError]] = {
    error.__name__: error for error in (ArticleTooLargeError, EmptyArticleError, NotTextError, UnreadableArticleError)
}
_MOST_FILES = 500  # that one child parses: whatever the libraries leak stays small
_GRACE = 5.0  # seconds beyond the limit, for the child's start and the way there and back


class ChildParser:
    """Parses files one after another in a child, started when first needed and again after each that was lost.

    Not safe for threads. Close it, or use it in a ``with`` statement.
    """

    def __init__(self, limits: ReadLimits) -> None:
        self._limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._files = 0

    def parse(
        self, kind: Kind, data: bytes, name: str, charset: str | None = None, url: str | None = None
    ) -> list[Draft]:
        """Parse a file within the limits: one draft, or one for each entry of a feed.

        Raises:
            ArticleError: it cannot be taken in; the message says why.
        """
        if self._files >= _MOST_FILES:
            self.close()
        request = {"kind": kind, "name": name, "charset": charset, "url": url, "size": len(data)}
        reply = self._ask(json.dumps(request).encode() + b"\n", data, name)
        self._files += 1
        if reply["last"]:
            self.close()
        if "error" in reply:
            raise _ERRORS.get(reply["error"], UnreadableArticleError)(reply["message"])
        return [Draft.from_json(values) for values in reply["drafts"]]

    def _ask(self, request: bytes, data: bytes, name: str) -> dict[str, Any]:
        child = self._child = self._child or self._start()
        late = threading.Event()

        def end() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._limits.seconds + _GRACE, end)
        timer.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(request)
            child.stdin.write(data)
            child.stdin.flush()
            size = int(child.stdout.readline() or b"0")
            reply = child.stdout.read(size)
            if not size or len(reply) < size:
                raise EOFError
        except (OSError, EOFError, ValueError):
            self.close()
            raise UnreadableArticleError(self._lost(name, late.is_set())) from None
        except BaseException:  # Ctrl-C: half a reply must not be taken for the next one's
            self.close()
            raise
        finally:
            timer.cancel()
        return dict(json.loads(reply))

    def _lost(self, name: str, late: bool) -> str:
        if late:
            return f"{name!r} takes longer than {self._limits.seconds:g} s to read. Save its text as a file of its own."
        most = megabytes(self._limits.memory_bytes)
        return f"{name!r} broke its reader or takes more than {most} to read. Save its text as a file of its own."

    def _start(self) -> subprocess.Popen[bytes]:
        self._files = 0
        folder = str(Path(corpus.__file__).parent.parent)
        limits = json.dumps(asdict(self._limits))
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _START, folder, limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def close(self) -> None:
        """End the child, whatever it does."""
        child, self._child = self._child, None
        if child:
            child.kill()
            for pipe in (child.stdin, child.stdout):
                try:
                    if pipe:
                        pipe.close()
                except OSError:  # what was still to be written
                    pass
            child.wait()

    def __enter__(self) -> "ChildParser":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

"""The child's side of ``child``: parse one file after another, within limits of time and memory."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from corpus.errors import ArticleError, UnreadableArticleError
from corpus.readers.drafts import check_length, megabytes
from corpus.readers.parse import parse
from corpus.readers.types import ReadLimits

try:
    import resource
except ImportError:  # Windows: the parent's timer alone guards
    resource = None  # type: ignore[assignment]

_MEMORY = Path("/proc/self/statm")


def main(limits_json: str) -> None:
    """Answer requests from standard input until it ends: when the parent does, however that happens."""
    values = json.loads(limits_json)
    limits = ReadLimits(**values | {"ignore": tuple(values["ignore"])})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing that a library prints gets among the replies
    _limit_memory(limits)
    while line := source.readline():
        reply = json.dumps(_answer(json.loads(line), source, limits)).encode()
        sink.write(b"%d\n%s" % (len(reply), reply))
        sink.flush()


def _answer(request: dict[str, Any], source: BinaryIO, limits: ReadLimits) -> dict[str, Any]:
    name = request["name"]
    data = source.read(request["size"])
    _limit_seconds(limits)
    try:
        drafts = parse(request["kind"], data, name, limits, request["charset"], request["url"])
        for draft in drafts:
            check_length(len(draft.text), repr(name), limits)
        return {"drafts": [draft.as_json() for draft in drafts], "last": _is_large(limits)}
    except ArticleError as error:
        return {"error": type(error).__name__, "message": str(error), "last": _is_large(limits)}
    except MemoryError:
        reason = f"takes more than {megabytes(limits.memory_bytes)} of memory to read"
    except Exception as error:  # libraries over strangers' files: nearly every kind of error has been seen
        reason = f"cannot be read ({type(error).__name__})"
    message = f"{name!r} {reason}. Save its text as a file of its own."
    return {"error": UnreadableArticleError.__name__, "message": message, "last": True}


def _limit_memory(limits: ReadLimits) -> None:
    if resource:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        wanted = limits.memory_bytes if most == resource.RLIM_INFINITY else min(limits.memory_bytes, most)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, most))


def _limit_seconds(limits: ReadLimits) -> None:
    """End this process after so many more seconds of work, should the parent be gone and not end it."""
    if resource:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        wanted = int(used.ru_utime + used.ru_stime + limits.seconds) + 10
        resource.setrlimit(resource.RLIMIT_CPU, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def _is_large(limits: ReadLimits) -> bool:
    """Whether a fresh child should parse the next file: this one has grown.

    As of now, and where the system says it in a file: the peak that it gives elsewhere may be the parent's.
    """
    try:
        resident = int(_MEMORY.read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return False
    return resident * os.sysconf("SC_PAGE_SIZE") > limits.memory_bytes / 2

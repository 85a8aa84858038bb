"""From a command's options to a server at work, in this process or in several."""

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from bot.settings import Settings
from bot.start import open_bot
from web.access.entry import Entry, open_entry
from web.app import create_app
from web.operations.logs import set_up_logs
from web.operations.operations import Operations
from web.operations.patience import PatientProtocol
from web.operations.server import GracefulServer
from web.served_library import ServedLibrary
from web.served_talk import ServedTalk

_KEEP_ALIVE = 75  # seconds: longer than proxies keep theirs, so that they are the ones to close an idle connection

Say = Callable[[str], None]
Layer = Callable[[ASGIApp], ASGIApp]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be served, and where: all that a process needs to know for it. Can be sent to another process."""

    settings: Settings
    host: str  # as it was named
    address: str  # what the listening socket is bound to
    article: Path | None = None  # a file to ask alone, in place of the library
    keys: bool | None = None  # whether keys are asked for; None: where the settings say, or others can come in


def check_plan(plan: Plan) -> None:
    """Raise what can be known to be wrong before anything is loaded, as ``open_entry`` says."""
    entry = open_entry(plan.settings, plan.address, plan.keys)
    if entry.keyring is not None:
        entry.keyring.store.close()


def _no_layer(app: ASGIApp) -> ASGIApp:
    return app


def make_app(plan: Plan, say: Say, within: Layer = _no_layer) -> tuple[FastAPI, Entry]:
    """Open all that the plan names; give the application, and who may enter it.

    Raises:
        AskArticleError: something cannot be opened, or keys are needed and there are none.
    """
    settings = plan.settings
    entry = open_entry(settings, plan.address, plan.keys)
    operations = Operations.of(settings)
    operations.within = within
    bot = open_bot(settings, plan.article, say=say)
    library = None if plan.article else ServedLibrary(settings, bot.index.encoder)
    app = create_app(
        bot,
        library=library,
        talk=ServedTalk(settings, library),
        trusted_hosts=_trusted(plan),
        origins=settings.origins,
        entry=entry,
        operations=operations,
        develop=settings.develop,
    )
    return app, entry


def serve_by_plan(plan: Plan, listener: socket.socket, say: Say, where: str) -> None:
    """Serve by this process, or by as many as the settings say, until told to stop; ``where`` is the address to ask at.

    Raises:
        AskArticleError: the server cannot be started.
    """
    say = start_logs(plan, say)

    def ready() -> None:
        say(f"Ask at {where}  (stop with Ctrl-C)")

    if plan.settings.workers == 1:
        serve(plan, [listener], say, ready=ready)
        return
    from web.operations.workers import serve_by_workers

    serve_by_workers(plan, listener, say, ready=ready)


def start_logs(plan: Plan, say: Say) -> Say:
    """Begin this process' log; give what says a line: ``say``, or into the log where that is for programs."""
    set_up_logs(plan.settings.log, messages=plan.settings.log_questions)
    return logging.getLogger("askarticle").info if plan.settings.log == "json" else say


def serve(
    plan: Plan,
    listeners: list[socket.socket],
    say: Say,
    *,
    ready: Callable[[], None] = lambda: None,
    within: Layer = _no_layer,
    around: Layer = _no_layer,
) -> None:
    """Serve in this process until it is told to stop.

    ``ready`` is called when all is open, before the first request is answered; ``within`` and ``around``
    are layers to put within the one that observes requests, and around everything.
    """
    settings = plan.settings
    _allow_many_connections()
    app, entry = make_app(plan, say, within)
    ready()
    config = uvicorn.Config(
        around(app),
        log_config=None,
        access_log=False,
        timeout_keep_alive=_KEEP_ALIVE,
        http=PatientProtocol,
        proxy_headers=bool(entry.proxies),
        forwarded_allow_ips=list(entry.proxies),
    )
    GracefulServer(config, app, settings.stop_seconds).run(sockets=listeners)


def _trusted(plan: Plan) -> tuple[str, ...]:
    # On loopback other names are refused: a foreign page whose name resolves to this machine could read the answers.
    own = ("127.0.0.1", "localhost", "::1", plan.address, plan.host)
    named = plan.settings.hosts
    return (*own, *named) if named or ip_address(plan.address.partition("%")[0]).is_loopback else ()


def _allow_many_connections() -> None:
    """Let the process have as many open files as it may: the usual first limit, 1,024, is fewer than a crowd."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

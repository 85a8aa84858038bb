"""The web application: one bot behind pages and an API, nothing global."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import FastAPI

from bot.bot import Bot
from web import api, assets, examples, pages, problems
from web.rendering import make_templates
from web.security import BodyLimit, HostCheck, SecurityHeaders

MAX_BODY = 256 * 1024  # bytes; the longest question and history, escaped, in a JSON body are just below it


class _App(FastAPI):
    def openapi(self) -> dict[str, Any]:
        openapi = super().openapi()
        api.add_problem_shape(openapi)
        examples.add_examples(openapi)
        return openapi


def create_app(bot: Bot, *, trusted_hosts: Sequence[str] = ()) -> FastAPI:
    """Make the application that asks ``bot``.

    ``trusted_hosts``, when given, are the only host names it answers to; a server on a private address should name
    them, or a foreign page can reach it by DNS rebinding. Where a reverse proxy mounts it is the server's to say
    (uvicorn's ``root_path``).
    """
    app = _App(
        title="Ask the Article",
        summary="Ask an article a question and get its own sentences back, verbatim and cited.",
        version=_version(),
        docs_url=None,  # the default pages load scripts from a CDN; /docs is a page of our own
        redoc_url=None,
    )
    app.state.bot = bot
    app.state.assets = assets.load_assets()
    app.state.templates = make_templates(app.state.assets)
    app.include_router(pages.router)
    app.include_router(api.router)
    app.include_router(assets.router)
    problems.install(app)
    # The one added last is the outermost.
    app.add_middleware(BodyLimit, limit=MAX_BODY)
    if trusted_hosts:
        app.add_middleware(HostCheck, trusted=tuple(trusted_hosts), refuse=problems.error_response)
    app.add_middleware(SecurityHeaders)
    return app


def _version() -> str:
    try:
        return version("askarticle")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"

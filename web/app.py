"""The web application: one bot behind pages and an API, nothing global."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from bot.bot import Bot
from web import api, assets, pages, problems
from web.rendering import make_templates
from web.security import BodyLimit, HostCheck, SecurityHeaders

MAX_BODY = 64 * 1024  # bytes; the longest question, escaped, in a JSON body is far below it
_GZIP_FROM = 1024  # bytes; below it compressing costs more than it saves


def create_app(bot: Bot, *, root_path: str = "", trusted_hosts: Sequence[str] = ()) -> FastAPI:
    """Make the application that asks ``bot``.

    ``root_path`` is where a reverse proxy mounts it ("/ask"). ``trusted_hosts``, when given, are the only host names
    it answers to; a server on a private address should name them, or a foreign page can reach it by DNS rebinding.
    """
    app = FastAPI(
        title="Ask the Article",
        summary="Ask an article a question and get its own sentences back, verbatim and cited.",
        version=_version(),
        root_path=root_path,
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
    api.add_problem_shape(app.openapi())  # made here once and kept by the app
    # The one added last is the outermost.
    app.add_middleware(BodyLimit, limit=MAX_BODY)
    app.add_middleware(GZipMiddleware, minimum_size=_GZIP_FROM)
    if trusted_hosts:
        app.add_middleware(HostCheck, trusted=tuple(trusted_hosts), refuse=problems.error_response)
    app.add_middleware(SecurityHeaders)
    return app


def _version() -> str:
    try:
        return version("askarticle")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"

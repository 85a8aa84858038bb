"""The command: ``askarticle`` and its subcommands. Heavy imports wait until their command runs."""

import io
import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot.commands import register
from bot.commands.ask import ask_command
from bot.commands.shared import DataOption, say, settings_from, speaks_unicode
from corpus.errors import AskArticleError
from evaluation.bench.command import bench_command
from evaluation.command import evaluate_command

app = typer.Typer(
    help="Ask an article a question and get its own sentences back, verbatim and cited.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"askarticle {installed('askarticle')}")
    elif context.invoked_subcommand is None:
        typer.echo(context.get_help())


ArticleOption = Annotated[Path | None, typer.Option("--article", help="A text file to ask in place of the default.")]


@app.command()
def serve(
    article: ArticleOption = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on; default: loopback only.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)] = None,
    keys: Annotated[
        bool | None,
        typer.Option(
            "--keys/--no-keys",
            help="Ask for keys (see `askarticle keys`), or for none; default: where others can reach the server.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(help="How many processes answer; default: one.", min=1, max=64, show_default=False)
    ] = None,
    data: DataOption = None,
) -> None:
    """Serve the web chat and the HTTP API."""
    from web.operations.serving import Plan, check_plan, serve_by_plan

    settings = settings_from(data)
    if workers is not None:
        settings = settings.model_copy(update={"workers": workers})
    host = host or settings.host
    listener = _listen(host, settings.port if port is None else port)
    address, bound = listener.getsockname()[:2]
    plan = Plan(settings, host, address, article, keys)
    check_plan(plan)
    where = f"http://{f'[{address}]' if ':' in address else address}:{bound}/"
    serve_by_plan(plan, listener, say, where)


@app.command()
def mcp(article: ArticleOption = None, data: DataOption = None) -> None:
    """Serve MCP on stdin and stdout, for a client that starts this command (`serve` has it at /mcp)."""
    from bot import open_bot
    from web.mcp_mount import serve_stdio

    settings = settings_from(data)
    serve_stdio(lambda: open_bot(settings, article, say=say), None if article else settings)


app.command("ask", help=(ask_command.__doc__ or "").partition("\n")[0])(ask_command)
register(app)
app.command("evaluate", help=(evaluate_command.__doc__ or "").partition("\n")[0])(evaluate_command)
app.command("bench", help=(bench_command.__doc__ or "").partition("\n")[0])(bench_command)


def main() -> None:
    """Run the command; every error the user can mend is one line on stderr and exit status 2."""
    if isinstance(sys.stdout, io.TextIOWrapper) and not speaks_unicode(sys.stdout):
        sys.stdout.reconfigure(errors="backslashreplace")  # a quote says which of its characters cannot be shown
    try:
        sys.exit(app(prog_name="askarticle", standalone_mode=False) or 0)
    except AskArticleError as error:
        _fail(str(error))
    except _UsageError as error:
        _fail(f"{error.format_message().rstrip('.')}. See: {_command(error)} --help")
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`| head`); nothing is left to say, also not at interpreter exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:  # a defect of ours: still one line, and never the status that means "worse"
        if "ASKARTICLE_DEBUG" in os.environ or isinstance(error, AssertionError):
            raise
        if not isinstance(error, OSError):
            _fail(f"a defect of this program: {type(error).__name__}: {error} (the whole of it: ASKARTICLE_DEBUG=1)")
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")


def _command(error: Any) -> str:
    """Give the command that was not used rightly, such as ``askarticle add``."""
    return getattr(error.ctx, "command_path", None) or "askarticle"


# Typer carries its own copy of Click, where the base of its usage errors has no public name.
_UsageError: Any = typer.BadParameter.__mro__[1]


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):  # UnicodeError: no name at all, such as "a..b"
        _fail(f"{host!r} is no address of this machine. Choose another with --host, such as 127.0.0.1.")
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()  # at once, so that of two servers started together the second is told so here
    except OSError as error:
        listener.close()
        _fail(f"Cannot listen on {host} port {port}: {error.strerror}. Choose another with --host or --port.")
    return listener


def _fail(message: str) -> NoReturn:
    say(f"askarticle: {' '.join(message.split())}")
    sys.exit(2)


if __name__ == "__main__":
    main()

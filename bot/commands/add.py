"""``askarticle add``: files, folders, feeds and pages are read, encoded and stored."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bot.commands.shared import (
    DataOption,
    JsonOption,
    catch_up_index,
    collection_name,
    library_in,
    print_json,
    say,
    settings_from,
)
from bot.commands.taken import Summary
from corpus.errors import BusyError

if TYPE_CHECKING:
    from collections.abc import Generator

    from bot.settings import Settings
    from corpus.readers.types import Read, ReadLimits
    from index.bulk import Engine
    from index.ingest import Taken
    from index.types import Encoder


def _source(where: str) -> str:
    if not where.strip():  # as a path it would be the working directory
        raise typer.BadParameter("a path or URL is empty")
    return where


SourcesArgument = Annotated[
    list[str], typer.Argument(parser=_source, metavar="PATH|URL|FOLDER...", help="Files, folders, web pages, feeds.")
]
CollectionOption = Annotated[
    str | None,
    typer.Option(parser=collection_name, metavar="NAME", help="Where they go; default: where they are, or 'default'."),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="PATTERN", help="Leave out such files, as in .gitignore; '!*.log' takes them in."),
]
PrivateOption = Annotated[
    bool, typer.Option("--allow-private", help="Let URLs lead to this machine and to private networks.")
]


class EngineName(StrEnum):
    """What encodes."""

    local = "local"
    ray = "ray"


EngineOption = Annotated[
    EngineName,
    typer.Option("--engine", help="What encodes: this machine, or the Ray cluster at RAY_ADDRESS (without it: here)."),
]


def add_command(
    sources: SourcesArgument,
    collection: CollectionOption = None,
    ignore: IgnoreOption = None,
    allow_private: PrivateOption = False,
    engine: EngineOption = EngineName.local,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Add articles to the library. Run again, it goes on, and takes corrections as new versions.

    A folder gives its files of the formats that are read, by their suffixes; a file named itself is read in any case.

    Exit status: 0 when all is well, 1 when something was refused, 130 when stopped with Ctrl-C.
    """
    from corpus.readers.types import ReadLimits

    limits = ReadLimits(ignore=tuple(ignore or ()), allow_private_addresses=allow_private)
    summary = Summary()
    try:
        _take_all(sources, limits, collection, engine, settings_from(data), summary)
    except KeyboardInterrupt:
        say(f"Stopped. So far: {summary.counts_line()}. Run it again to go on.")
        raise
    except Exception:
        if summary.taken:
            say(f"Before the error below: {summary.counts_line()}.")
        raise
    if as_json:
        print_json(summary.to_dict())
    else:
        for line in summary.lines():
            typer.echo(line)
    if summary.counts["refused"] or not summary.taken:
        raise typer.Exit(1)


def _take_all(
    sources: Sequence[str],
    limits: "ReadLimits",
    collection: str | None,
    engine: EngineName,
    settings: "Settings",
    summary: Summary,
) -> None:
    """Take everything in, and note of each article what became of it."""
    from bot.commands.progress import shown_progress
    from corpus.readers.sources import read_sources
    from index import open_encoder
    from index.bulk import take_in_bulk
    from index.ingest import Ingest

    with (
        library_in(settings, make=True) as store,
        _alone(settings.data),
        shown_progress() as progress,
        closing(cast("Generator[Read, None, None]", read_sources(sources, limits))) as reads,
    ):
        ingest = Ingest(
            store,
            lambda: open_encoder(settings.data, settings.encoder, on_export=progress.say),
            collection=collection,
            tell=progress.encoding,
        )
        took = take_in_bulk(ingest, reads, lambda encoder: _engine(engine, encoder), progress.encoding)
        with closing(cast("Generator[Taken, None, None]", took)):
            for taken in took:
                progress.note(taken)
                summary.note(taken)
        if summary.changed:
            catch_up_index(store, settings)


def _engine(name: EngineName, encoder: "Encoder") -> "Engine":
    if name is EngineName.local:
        from index.bulk import LocalEngine

        return LocalEngine(encoder)
    from index.ray_engine import RayEngine  # Ray, seconds to load, so only where it is asked for

    return RayEngine(encoder)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Wait until no other ``add`` is at work on this data folder: two would encode the same articles twice."""
    from index.storage import locked

    with ExitStack() as stack:
        waiting = False
        while True:
            try:
                stack.enter_context(locked(data, wait_seconds=0.5))  # a longer wait would not heed Ctrl-C
                break
            except BusyError:
                if not waiting:
                    say("Another `askarticle add` is at work on this library. Waiting for it (Ctrl-C to give up) ...")
                waiting = True
        yield

"""``askarticle verify``: is the library whole, and do citations still hold?"""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.shared import DataOption, JsonOption, counted, library_in, plain, print_json, say, settings_from
from corpus.errors import BusyError, StoredDataError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.citation_check import CitationCheck, CitedQuote
    from corpus.library.stored_library import StoredLibrary
    from index.verify import Problem

CitationOption = Annotated[
    str | None,
    typer.Option(
        "--citation",
        metavar="JSON|FILE|-",
        help="Check citations instead: one, a list of them, or an Answer, as JSON, in a file, or on stdin.",
    ),
]
_SHOWN = 5  # articles named in a cure
RepairOption = Annotated[bool, typer.Option("--repair", help="Make anew what can be made anew from the articles.")]


def verify_command(
    repair: RepairOption = False,
    citation: CitationOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Check the library and what is derived from it, or (--citation) whether citations still hold.

    Exit status: 0 when all is well, 1 when a problem remains or a citation no longer holds.
    """
    if citation is not None:
        if repair:
            raise typer.BadParameter("--repair and --citation don't go together")
        well = _verify_citations(citation, as_json, data)
    else:
        well = _verify_library(repair, as_json, data)
    if not well:
        raise typer.Exit(1)


def _verify_library(repair: bool, as_json: bool, data: Path | None) -> bool:
    from dataclasses import asdict

    from corpus.library.verify import verify_library

    settings = settings_from(data)
    with library_in(settings) as store:
        found = verify_library(store)
        problems, cure = [str(problem) for problem in found], _cure([problem.article for problem in found])
        derived, repaired = _problems(store, settings.library_index), []
        if derived and repair:
            before, derived = derived, _repair(store, settings.library_index)
            repaired = [message for message in before if message not in derived]
        problems += derived
        health = None if problems else asdict(store.health())
    if as_json:
        print_json({"whole": not problems, "problems": problems, "repaired": repaired, "cure": cure, "library": health})
    else:
        for kind, messages in (("repaired", repaired), ("problem", problems)):
            for message in messages:
                typer.echo(f"{kind + ':':<10}{plain(message)}")
        if cure:
            typer.echo(f"{'cure:':<10}{plain(cure)}")
        if health:
            counts = (counted(health[f"{noun}s"], noun) for noun in ("article", "version", "passage"))
            typer.echo(f"The library is whole: {', '.join(counts)}.")
    return not problems


def _cure(of: "Sequence[str | None]") -> str | None:
    """Say what helps against problems of these articles, None being the library as a whole; None where none is."""
    if not of:
        return None
    ids = list(dict.fromkeys(id for id in of if id is not None))
    if not ids:
        return "put an older copy of the library back, or add its articles to a new one. --repair mends none of it."
    named = f"`askarticle remove {' '.join(map(shlex.quote, ids[:_SHOWN]))}{' ...' if len(ids) > _SHOWN else ''}`"
    return f"remove what is damaged ({named}) and add it anew. --repair makes anew only what is derived."


def _problems(store: "StoredLibrary", folder: Path) -> list[str]:
    """Give what is wrong with what is searched: what is derived from the library, or lies on its server."""
    from index.verify import verify_derived

    if store.search is None:
        return _messages(lambda: verify_derived(store, folder))
    try:
        return store.search.problems()
    except StoredDataError as error:
        return [str(error)]


def _repair(store: "StoredLibrary", folder: Path) -> list[str]:
    """Make anew what is searched, and give the problems that are left."""
    from index.verify import repair_derived

    try:
        if store.search is None:
            repair_derived(store, folder)
        else:
            store.search.repair()
    except (OSError, StoredDataError) as error:
        return [f"What is derived from the library cannot be made anew: {error}"]
    return _problems(store, folder)


def _messages(verify: "Callable[[], list[Problem]]") -> list[str]:
    """Give the problems in a line each; that the library cannot be read is one."""
    try:
        return [problem.message for problem in verify()]
    except BusyError:
        raise
    except StoredDataError as error:
        return [str(error)]


def _verify_citations(where: str, as_json: bool, data: Path | None) -> bool:
    from bot.commands.citations import check_lines, check_to_dict, read_cited

    cited = read_cited(where)
    checks = _check(cited, data)
    holds = all(check.holds for check in checks)
    if as_json:
        print_json({"holds": holds, "citations": [check_to_dict(check) for check in checks]})
    else:
        for check in checks:
            for line in check_lines(check):
                typer.echo(line)
    if not checks:
        say("There is no citation to check: the Answer cites nothing.")
    return holds


def _check(cited: "list[CitedQuote]", data: Path | None) -> "list[CitationCheck]":
    from corpus.citation_check import CitationCheck, check_citation

    settings = settings_from(data)
    if not settings.has_library:  # the default article can be cited all the same
        return [_check_default(CitationCheck(one, "gone")) for one in cited]
    with library_in(settings) as store:
        return [_check_default(check_citation(store, one)) for one in cited]


def _check_default(check: "CitationCheck") -> "CitationCheck":
    """Look in the default article, which is not in the library, for what the library does not have."""
    from corpus import default_article, split_sentences
    from corpus.citation_check import Version, check_against

    article = default_article()
    if check.status not in ("gone", "unknown") or check.cited.article_id != article.id:
        return check
    return check_against([Version(article, split_sentences(article))], check.cited)

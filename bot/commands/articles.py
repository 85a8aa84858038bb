"""``askarticle list``, ``show``, ``remove`` and ``collections``: what is in the library."""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.shared import (
    CollectionsOption,
    DataOption,
    JsonOption,
    catch_up_index,
    counted,
    known_collections,
    library_in,
    moment,
    pages_of,
    plain,
    print_json,
    say,
    settings_from,
    summary_to_dict,
)
from corpus.errors import DamagedArticleError, NoSuchArticleError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpus.library.types import ArticleSummary, LibraryArticle, LibraryStore

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="An article's id, as `askarticle list` shows it.")]
IdsArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="Articles' ids, as `askarticle list` shows.")]
LanguageOption = Annotated[
    list[str] | None, typer.Option("--language", help="Only articles in this language, such as en; repeat for more.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Only articles of this source; repeat for more.")
]
VersionOption = Annotated[int | None, typer.Option("--version", help="An earlier version; default: the current one.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Don't ask.")]
_DAMAGED = "(damaged)"


def list_command(
    collection: CollectionsOption = None,
    language: LanguageOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """List the articles of the library, by id."""
    from corpus.library.types import Filter

    with library_in(settings_from(data)) as store:
        where = Filter(
            collections=known_collections(store, collection),
            sources=frozenset(source) if source else None,
            languages=frozenset(code.lower() for code in language) if language else None,
        )
        if as_json:
            print_json([summary_to_dict(article) for page in pages_of(store, where) for article in page])
            return
        number = 0
        for page in pages_of(store, where):
            for article in page:
                typer.echo(_row(article))
            number += len(page)
    say(counted(number, "article"))


def show_command(
    id: IdArgument, version: VersionOption = None, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """Show an article: its text, where it came from, its versions."""
    with library_in(settings_from(data)) as store:
        versions = store.versions(id)
        article = store.get(id, version)
    if as_json:
        print_json(_to_dict(article, versions))
    else:
        for line in _description(article, versions):
            typer.echo(line)


def remove_command(
    ids: IdsArgument, yes: YesOption = False, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """Remove articles, with all their versions. What is removed is nowhere to be found any more."""
    settings = settings_from(data)
    with library_in(settings) as store:
        ids = list(dict.fromkeys(ids))
        articles = [_last_of(store, id) for id in ids]  # all are there, or nothing is removed
        if not yes:
            _ask(ids, articles)
        for id in ids:
            with suppress(NoSuchArticleError):  # another process was quicker
                store.delete(id)
        catch_up_index(store, settings)
    if as_json:
        print_json({"removed": ids})
    else:
        for id, article in zip(ids, articles, strict=True):
            typer.echo(f"removed     {id}  {plain(article.title) if article else _DAMAGED}")


def collections_command(as_json: JsonOption = False, data: DataOption = None) -> None:
    """List the collections, with how many articles each holds."""
    with library_in(settings_from(data)) as store:
        collections = store.collections()
    if as_json:
        print_json(collections)
    else:
        for name, number in collections.items():
            typer.echo(f"{number:>9,}  {name}")


def _last_of(store: "LibraryStore", id: str) -> "ArticleSummary | None":
    """Give the article's last version; None for one that is damaged, which can be removed all the same."""
    try:
        return store.versions(id)[-1]
    except DamagedArticleError:
        return None


def _ask(ids: "Sequence[str]", articles: "Sequence[ArticleSummary | None]") -> None:
    if not sys.stdin.isatty():
        raise typer.BadParameter("removing needs --yes where nobody can be asked")
    for id, article in zip(ids, articles, strict=True):
        say(_row(article) if article else f"{id:<16}  {_DAMAGED}")
    # Not by typer.confirm, which writes a blank to stdout.
    typer.echo(f"Remove {counted(len(articles), 'article')}? [y/N] ", err=True, nl=False)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort


def _row(article: "ArticleSummary") -> str:
    published = article.published.isoformat() if article.published else "-"
    repeats = f"  (repeats {article.duplicate_of})" if article.duplicate_of else ""
    return (
        f"{article.id:<16}  v{article.version:<3} {article.language:<3} {published:<10}  "
        f"{article.collection:<12}  {plain(article.title)}{repeats}"
    )


def _to_dict(shown: "LibraryArticle", versions: "Sequence[ArticleSummary]") -> dict[str, Any]:
    summary = next(version for version in versions if version.version == shown.article.version)
    return {
        **summary_to_dict(summary),
        "pages": list(shown.article.pages),
        "versions": [
            {"version": one.version, "fingerprint": one.fingerprint, "title": one.title, "added": moment(one)}
            for one in versions
        ],
        "text": shown.article.text,
    }


def _description(shown: "LibraryArticle", versions: "Sequence[ArticleSummary]") -> "Iterator[str]":
    article = shown.article
    values = {
        "id": article.id,
        "version": f"{article.version} of {versions[-1].version}",
        "origin": shown.origin,
        "url": article.url,
        "source": article.source,
        "author": article.author,
        "published": article.published,
        "language": article.language,
        "collection": shown.collection,
        "fingerprint": article.fingerprint,
        "repeats": shown.duplicate_of,
    }
    yield plain(article.title)
    for name, value in values.items():
        if value is not None:
            yield f"    {name:<12}{plain(str(value))}"
    for one in versions:
        label = "versions" if one is versions[0] else ""
        yield f"    {label:<12}{one.version}, stored {moment(one)}, {one.characters:,} characters"
    yield ""
    yield article.text

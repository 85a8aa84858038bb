"""``askarticle keys``: who may use a server that asks for keys."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.shared import DataOption, JsonOption, collection_name, plain, print_json, say, settings_from
from bot.keys.key import SCOPES, Key, Scope, parse
from bot.keys.rate import parse_rate

if TYPE_CHECKING:
    from bot.settings import Settings

LONGEST_NAME = 64  # characters
_DAYS = re.compile(r"([1-9][0-9]{0,4})d")

keys_app = typer.Typer(help="Make, list and revoke the keys of a server that asks for them.", rich_markup_mode=None)


@keys_app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def _name(text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_NAME or not text.isprintable():
        raise typer.BadParameter(f"a key's name has 1 to {LONGEST_NAME} characters, all for showing")
    return text.strip()


def _scope(text: str) -> str:
    if text not in SCOPES:
        raise typer.BadParameter(f"{text!r} is no scope; there are: {', '.join(SCOPES)}")
    return text


def _rate(text: str) -> str:
    try:
        parse_rate(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return text.strip().lower()


def _end(text: str) -> datetime:
    """Give the end that ``30d`` (from now) or ``2027-01-31`` (the end of that day, in UTC) says."""
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        if found := _DAYS.fullmatch(text):
            return now + timedelta(days=int(found[1]))
        end = datetime.combine(date.fromisoformat(text), time.max, UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no end; write days from now as 30d, or a day as 2027-01-31") from None
    if end <= now:
        raise typer.BadParameter(f"{text} is over")
    return end


@keys_app.command("create")
def create_command(
    name: Annotated[
        str, typer.Argument(parser=_name, metavar="NAME", help="What it is for, to know it by in the list.")
    ],
    scope: Annotated[
        str,
        typer.Option(
            parser=_scope,
            metavar="read|write|admin",
            help="read: ask, search, read. write: also add, replace and delete. admin: everything.",
        ),
    ] = "read",
    collection: Annotated[
        list[str] | None, typer.Option("--collection", help="Only articles of this collection; repeat for more.")
    ] = None,
    expires: Annotated[
        datetime | None,
        typer.Option(parser=_end, metavar="30d|2027-01-31", help="When it ends; without it, never."),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(parser=_rate, metavar="100/minute", help="Its own limit in place of ASKARTICLE_KEY_RATE."),
    ] = None,
    json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Make a key and print it; it is shown this once."""
    collections = frozenset(map(collection_name, collection)) if collection else None
    known: Scope = next(one for one in SCOPES if one == scope)
    if collections is not None and known == "admin":
        raise typer.BadParameter("an admin key is for everything; leave --collection out, or make it read or write")
    settings = settings_from(data)
    from bot.keys.store import KeyStore

    store = KeyStore(settings.keys_file)
    key, text = store.create(name, known, collections=collections, expires=expires, rate=rate)
    store.close()
    if json:
        print_json(_to_dict(key) | {"key": text})
        return
    for missing in _missing(settings, collections):
        say(f"There is no collection {missing!r} yet; the key is for it when there is.")
    say(f"The key {key.id} for {name!r}. Keep it safe: it is shown this once, and stored as a hash only.")
    typer.echo(text)


@keys_app.command("list")
def list_command(json: JsonOption = False, data: DataOption = None) -> None:
    """List the keys: what each is for, not the keys themselves."""
    from bot.keys.store import KeyStore

    store = KeyStore(settings_from(data).keys_file)
    keys = store.all()
    store.close()
    if json:
        print_json([_to_dict(key) for key in keys])
        return
    if not keys:
        say("There are no keys. Make one: askarticle keys create NAME")
    for key in keys:
        typer.echo(_line(key))


@keys_app.command("revoke")
def revoke_command(
    id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` shows it; the whole key will do.")],
    data: DataOption = None,
) -> None:
    """Take a key away: from now on it lets nobody in, running servers included."""
    from bot.keys.store import KeyStore

    found = parse(id.strip())
    store = KeyStore(settings_from(data).keys_file)
    store.revoke(found[0] if found else id)
    store.close()
    say("The key is revoked.")


def _missing(settings: "Settings", collections: frozenset[str] | None) -> list[str]:
    if not collections:
        return []
    if not settings.has_library:
        return sorted(collections)
    from bot.commands.shared import library_in

    with library_in(settings) as library:
        return sorted(collections - library.collections().keys())


def _line(key: Key) -> str:
    where = "everything" if key.collections is None else ", ".join(sorted(key.collections))
    ends = "" if key.expires is None else f"  {_ended(key)} {key.expires.date().isoformat()}"
    rate = "" if key.rate is None else f"  {key.rate}"
    return plain(f"{key.id}  {key.scope:<5}  {key.created.date().isoformat()}  {key.name}  ({where}){rate}{ends}")


def _ended(key: Key) -> str:
    return "expired" if key.expires and key.expires <= datetime.now(UTC) else "expires"


def _to_dict(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scope": key.scope,
        "collections": None if key.collections is None else sorted(key.collections),
        "created": key.created.isoformat(),
        "expires": key.expires and key.expires.isoformat(),
        "rate": key.rate,
    }

"""``askarticle conversations`` and ``askarticle feedback``: what a server keeps of talks, for who keeps the server."""

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.export import FileArgument, output_to, spare
from bot.commands.shared import DataOption, JsonOption, counted, plain, print_json, say, settings_from
from corpus.errors import NoSuchConversationError, NoSuchFeedbackError
from corpus.library import open_library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import Settings
    from corpus.library.stored_library import StoredLibrary
    from corpus.library.talk import ConversationSummary, Feedback
    from corpus.quoted import Quotes

conversations_app = typer.Typer(help="List, show, export and delete conversations.", rich_markup_mode=None)
feedback_app = typer.Typer(help="List, export and delete what readers said of answers.", rich_markup_mode=None)

TalkArgument = Annotated[str, typer.Argument(metavar="ID", help="A conversation's id, as `conversations list` shows.")]
TalksArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="Conversations' ids.")]
FeedbackArgument = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, as `feedback list` shows.")]
_PAGE = 500
_BEGINNING = 60  # characters of a question in a list


@conversations_app.callback(invoke_without_command=True)
@feedback_app.callback(invoke_without_command=True)
def _help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@conversations_app.command("list")
def list_conversations(as_json: JsonOption = False, data: DataOption = None) -> None:
    """List the conversations, oldest first: id, last use, turns, the first question."""
    with _library(settings_from(data)) as library:
        listed = list(_all(library)) if library else []
    if as_json:
        print_json([_summary(one) for one in listed])
        return
    for one in listed:
        used = one.used.isoformat(sep=" ", timespec="minutes").removesuffix("+00:00")
        typer.echo(f"{one.id}  {used}  {one.turns:>4}  {_beginning(one.question or '-')}")
    say(counted(len(listed), "conversation"))


@conversations_app.command("show")
def show_conversation(id: TalkArgument, as_json: JsonOption = False, data: DataOption = None) -> None:
    """Show a conversation. Its quotes are read from the library: of removed articles there are none."""
    from bot.conversation.export import conversation_to_dict, conversation_to_markdown

    settings = settings_from(data)
    with _library(settings) as library:
        conversation = _there(library).talk.get(id)
        quotes = _quotes(library)
        if as_json:
            print_json(conversation_to_dict(conversation, quotes, settings.conversation_days))
        else:
            typer.echo(conversation_to_markdown(conversation, quotes), nl=False)


@conversations_app.command("export")
def export_conversation(
    id: TalkArgument, file: FileArgument = None, as_json: JsonOption = False, data: DataOption = None
) -> None:
    """Write a conversation to a file, or to stdout: as Markdown, or with --json as JSON."""
    import json

    from bot.conversation.export import conversation_to_dict, conversation_to_markdown

    settings = settings_from(data)
    with _library(settings) as library:
        spare(settings.library, file)
        conversation, quotes = _there(library).talk.get(id), _quotes(library)
        if as_json:
            whole = conversation_to_dict(conversation, quotes, settings.conversation_days)
            text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
        else:
            text = conversation_to_markdown(conversation, quotes)
        with output_to(file) as output:
            output.write(text.encode())


@conversations_app.command("delete")
def delete_conversations(ids: TalksArgument, data: DataOption = None) -> None:
    """Delete conversations for good."""
    with _library(settings_from(data)) as library:
        talk = _there(library).talk
        ids = list(dict.fromkeys(ids))
        for id in ids:
            talk.get(id)  # all are there, or nothing is deleted
        for id in ids:
            talk.delete(id)
    say(f"{counted(len(ids), 'conversation')} deleted")


@feedback_app.command("list")
def list_feedback(as_json: JsonOption = False, data: DataOption = None) -> None:
    """List what readers said of answers, oldest first: id, verdict, question, the right sentence if they named it."""
    from bot.conversation.export import feedback_to_dict
    from bot.feedback_export import all_feedback

    with _library(settings_from(data)) as library:
        listed = list(all_feedback(library.talk)) if library else []
        quotes = _quotes(library)
        if as_json:
            print_json([feedback_to_dict(one, quotes) for one in listed])
            return
        for one in listed:
            typer.echo(_feedback_row(one, quotes))
    say(f"{counted(len(listed), 'piece')} of feedback")


@feedback_app.command("export")
def export_feedback_command(file: FileArgument = None, data: DataOption = None) -> None:
    """Write the feedback as gold questions: JSON lines that `askarticle evaluate` reads, to a file or to stdout.

    A sentence that was confirmed, or named instead of a wrong one, is the gold.
    """
    from bot.feedback_export import all_feedback, export_feedback

    settings = settings_from(data)
    with _library(settings) as library:
        spare(settings.library, file)
        export = export_feedback(all_feedback(library.talk) if library else (), _quotes(library))
    with output_to(file) as output:
        for line in export.lines():
            output.write(line.encode())
    say(f"{counted(export.taken, 'piece')} of feedback exported")
    for reason, number in sorted(export.left_out.items()):
        say(f"{number:,} left out: {reason}")


@feedback_app.command("delete")
def delete_feedback(ids: FeedbackArgument, data: DataOption = None) -> None:
    """Delete pieces of feedback for good."""
    with _library(settings_from(data)) as library:
        if library is None:
            raise NoSuchFeedbackError("There is no feedback yet.")
        ids = list(dict.fromkeys(ids))
        for id in ids:
            library.talk.get_feedback(id)
        for id in ids:
            library.talk.delete_feedback(id)
    say(f"{counted(len(ids), 'piece')} of feedback deleted")


@contextmanager
def _library(settings: "Settings") -> "Iterator[StoredLibrary | None]":
    """Open the library of the data folder; None where there is none, which is then not made."""
    if not settings.has_library:
        yield None
        return
    with open_library(settings.library_place) as library:
        yield library


def _there(library: "StoredLibrary | None") -> "StoredLibrary":
    if library is None:
        raise NoSuchConversationError("There is no conversation yet: `askarticle serve` keeps those of its readers.")
    return library


def _quotes(library: "StoredLibrary | None") -> "Quotes":
    from corpus.quoted import Quotes

    return Quotes(library)


def _all(library: "StoredLibrary") -> "Iterator[ConversationSummary]":
    page = library.talk.scan(limit=_PAGE)
    while page:
        yield from page
        page = library.talk.scan(after=page[-1].id, limit=_PAGE)


def _summary(one: "ConversationSummary") -> dict[str, Any]:
    from bot.conversation.export import summary_to_dict

    return summary_to_dict(one)


def _feedback_row(feedback: "Feedback", quotes: "Quotes") -> str:
    right = quotes.of(feedback.right).quote or "(gone)" if feedback.right else ""
    named = f"  -> {plain(' '.join(right.split()))}" if right else ""
    return f"{feedback.id}  {feedback.verdict:<5}  {_beginning(feedback.question)}{named}"


def _beginning(question: str) -> str:
    line = plain(" ".join(question.split()))
    return line if len(line) <= _BEGINNING else f"{line[: _BEGINNING - 1].rstrip()}…"

"""``askarticle ask``: one question, answered from the library, the default article or a file."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.shared import DataOption, library_in, print_json, say, settings_from
from corpus.errors import NoSuchArticleError, StoredDataError

if TYPE_CHECKING:
    from bot import Answer, Bot, Citation, Settings
    from corpus.library.types import Filter


def _name(text: str) -> str:
    if not text:  # as a path it would be the working directory
        raise typer.BadParameter("the name is empty")
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date such as 2026-01-31") from None


QuestionArgument = Annotated[str, typer.Argument(help='In quotes, such as "how many troops?"')]
ArticleOption = Annotated[
    str | None,
    typer.Option(
        "--article", parser=_name, metavar="FILE|ID", help="Ask this alone: a text file, or an article of the library."
    ),
]
CollectionOption = Annotated[
    list[str] | None, typer.Option("--collection", help="Ask this collection; repeat for more.")
]
SourceOption = Annotated[
    list[str] | None, typer.Option("--source", help="Ask articles of this source; repeat for more.")
]
LanguageOption = Annotated[
    list[str] | None, typer.Option("--language", help="Ask articles in this language, such as en; repeat for more.")
]
FromOption = Annotated[
    date | None,
    typer.Option("--from", parser=_day, metavar="DATE", help="Ask articles published on this day or later."),
]
ToOption = Annotated[
    date | None, typer.Option("--to", parser=_day, metavar="DATE", help="Ask articles published on this day or before.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the Answer as JSON and nothing else.")]


def ask_command(
    question: QuestionArgument,
    article: ArticleOption = None,
    collection: CollectionOption = None,
    source: SourceOption = None,
    language: LanguageOption = None,
    published_from: FromOption = None,
    published_to: ToOption = None,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Answer one question with the articles' own sentences.

    Raises:
        AskArticleError: the question can't be asked, or what should be asked is not there.
    """
    from bot.answer_json import answer_to_dict
    from bot.question import check_question
    from corpus.library.types import Filter

    check_question(question)  # before anything slow
    if published_from and published_to and published_from > published_to:
        raise typer.BadParameter(f"--from {published_from} is later than --to {published_to}; swap them")
    where = Filter(
        collections=_named(collection),
        sources=_named(source),
        languages=_named([code.lower() for code in language or ()]),
        published_from=published_from,
        published_to=published_to,
    )
    bot, answer = _ask(question, article, where, settings_from(data))
    if as_json:
        print_json(answer_to_dict(answer))
    else:
        _print(answer, "article" if len(bot.articles) == 1 or article else "articles")


def _named(values: list[str] | None) -> frozenset[str] | None:
    return frozenset(values) if values else None


def _ask(question: str, article: str | None, where: "Filter", settings: "Settings") -> "tuple[Bot, Answer]":
    from bot import open_bot

    has_library = settings.has_library
    if article is not None and (_is_there(article) or not has_library):  # without a library it can only be a file
        if not where.everything:
            raise typer.BadParameter("a file is asked alone: leave out the other choices, or --article")
        bot = open_bot(settings, Path(article), say=say)
        return bot, bot.ask(question)
    if not has_library and not where.everything:
        raise StoredDataError(f"There is no library in {settings.data} yet. Add an article: askarticle add PATH")
    bot = open_bot(settings, say=say)
    try:
        return bot, bot.ask(question, article=article, where=where)
    except NoSuchArticleError as error:
        if where.sources:
            _check_sources(where.sources, settings)
        if article is None or not str(error).startswith(f"No article {article!r}"):
            raise
        raise NoSuchArticleError(f"There is no file {article!r}. {error}") from None


def _check_sources(sources: frozenset[str], settings: "Settings") -> None:
    """Raise NoSuchArticleError where no article has one of them, with some that there are."""
    with library_in(settings) as store:
        known = store.shelves.sources()
    for source in sorted(sources - known.keys()):
        there = ", ".join(repr(other) for other in list(known)[:5])
        cure = f"Name one that is there, as it is written there: {there}." if there else "No article here names one."
        raise NoSuchArticleError(f"No source {source!r}. {cure}")


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # too long for a name
        return False


def _print(answer: "Answer", asked: str) -> None:
    if answer.groups:
        _print_groups(answer)
    elif answer.found:
        for number, citation in enumerate(answer.citations, 1):
            typer.echo(f"[{number}] {citation.quote}" if len(answer.citations) > 1 else citation.quote)
            _print_beside(citation)
        typer.echo(f"    confidence {answer.confidence:.2f}")
    else:
        typer.echo(f"I found no sure answer in the {asked}.")
        if answer.nearest:
            typer.echo(f"Nearest sentences, probably not an answer (confidence {answer.confidence:.2f}):")
        for citation in answer.nearest:
            typer.echo(f"  - {citation.quote}")
            _print_beside(citation)
    if answer.conflict:
        typer.echo("The article gives different figures:")
        for citation in answer.conflict:
            typer.echo(f"  - {', '.join(value.text for value in citation.values)}: {citation.quote}")
            _print_beside(citation)


def _print_groups(answer: "Answer") -> None:
    for group in answer.groups:
        typer.echo(group.heading)
        for citation in group.citations:
            typer.echo(f"  - {citation.quote}")
            typer.echo(f"    {_place(citation)}")
    if answer.partial:
        typer.echo("The list ends here, but there is more text than it covers.")
    typer.echo(f"    confidence {answer.confidence:.2f}")


def _print_beside(citation: "Citation") -> None:
    """Print where the quote stands and what stands beside it, each on a line of its own."""
    from bot.beside import days

    if citation.context:
        typer.echo(f"    before it: {citation.context.text}")
    if citation.speaker:
        typer.echo(f"    {citation.speaker.mode}: {citation.speaker.name}")
    for value in citation.dates:
        typer.echo(f'    "{value.text}": worked out as {days(value)}')
    typer.echo(f"    {_place(citation)}")


def _place(citation: "Citation") -> str:
    sentence = citation.sentence
    page = f", page {citation.page}" if citation.page else ""
    where = f"sentence {sentence.index + 1}, characters {sentence.start}-{sentence.end}"
    return f"{citation.article.title}{page}, {where}"

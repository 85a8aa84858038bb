"""The library's commands: add, list, show, remove, collections, export, verify, migrate; conversations; and keys."""

import typer


def register(app: typer.Typer) -> None:
    """Give ``app`` the library's commands."""
    from bot.commands.add import add_command
    from bot.commands.articles import collections_command, list_command, remove_command, show_command
    from bot.commands.conversations import conversations_app, feedback_app
    from bot.commands.export import export_command
    from bot.commands.keys import keys_app
    from bot.commands.migrate import migrate_command
    from bot.commands.verify import verify_command

    app.command("add")(add_command)
    app.command("list")(list_command)
    app.command("show")(show_command)
    app.command("remove")(remove_command)
    app.command("collections")(collections_command)
    app.command("export")(export_command)
    app.command("verify")(verify_command)
    app.command("migrate")(migrate_command)
    app.add_typer(conversations_app, name="conversations")
    app.add_typer(feedback_app, name="feedback")
    app.add_typer(keys_app, name="keys")

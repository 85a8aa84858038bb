"""How it is answered: the bot, its evidence and its answers."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.answer import Answer, Citation
    from bot.bot import Bot
    from bot.settings import Settings
    from bot.start import open_bot

__all__ = ["Answer", "Bot", "Citation", "Settings", "open_bot"]

_HOMES = {"Answer": "answer", "Bot": "bot", "Citation": "answer", "Settings": "settings", "open_bot": "start"}


def __getattr__(name: str) -> Any:
    """Load what is asked for when it is: the commands that answer nothing need no index and no model."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"bot.{_HOMES[name]}"), name)

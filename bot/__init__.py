"""How it is answered: the bot, its evidence and its answers."""

from bot.answer import Answer, Citation
from bot.bot import Bot
from bot.settings import Settings
from bot.start import open_bot

__all__ = ["Answer", "Bot", "Citation", "Settings", "open_bot"]

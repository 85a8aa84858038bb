"""How it is answered: the bot, its evidence and its answers."""

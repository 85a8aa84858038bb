"""How well the bot tells who says what: labelled sentences, and their scoring."""

"""How well the bot tells the numbers and dates of a text: labelled values, and their scoring."""

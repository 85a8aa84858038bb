"""The article that ships with the program."""

import json
from datetime import date
from functools import cache
from importlib.resources import files

from corpus.article import Article


@cache
def default_article() -> Article:
    """Give the article that is asked when no other is named."""
    data = files("corpus") / "data"
    facts = json.loads((data / "default.json").read_text("utf-8"))
    facts["published"] = date.fromisoformat(facts["published"])
    return Article.create((data / "default.txt").read_text("utf-8"), **facts)

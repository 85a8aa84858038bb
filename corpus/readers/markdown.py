"""Markdown, by markdown-it: to the text that the page made of it would show."""

import re
import tomllib
from datetime import date, datetime
from typing import Any

from corpus.readers.drafts import Draft
from corpus.readers.encodings import decode
from corpus.readers.html import as_date, parse_html, prune, visible_text

_YAML = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST_FRONT_MATTER = 100_000  # characters


def read_markdown(data: bytes, name: str) -> Draft:
    """Read a Markdown file: its words and paragraphs, and what its front matter says (YAML or TOML).

    Raises:
        NotTextError: the bytes are in no known encoding.
    """
    from markdown_it import MarkdownIt

    text = decode(data, name).replace("\r\n", "\n").replace("\r", "\n")
    facts, text = _front_matter(text)
    tree = parse_html(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text), name)
    if tree is None:
        return Draft("")
    heading = tree.find(".//h1")
    prune(tree)
    return Draft(
        visible_text(tree),
        title=_words(facts.get("title")) or (heading.text_content() if heading is not None else None),
        author=_words(facts.get("author") or facts.get("authors")),
        published=_day(facts.get("date") or facts.get("published")),
        language=_words(facts.get("lang") or facts.get("language")),
        url=_words(facts.get("url") or facts.get("canonical_url")),
        source=_words(facts.get("source")),
    )


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Cut the front matter off; what is none that can be read stays part of the text."""
    for pattern, load in ((_YAML, _load_yaml), (_TOML, tomllib.loads)):
        match = pattern.match(text[:_LONGEST_FRONT_MATTER])
        if match:
            try:
                facts = load(match[1])
            except ValueError:
                continue
            if isinstance(facts, dict):
                return {str(key).lower(): value for key, value in facts.items()}, text[match.end() :]
    return {}, text


def _load_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _words(value: Any) -> str | None:
    if isinstance(value, list):
        return ", ".join(item.strip() for item in value if isinstance(item, str)) or None
    return value.strip() or None if isinstance(value, str) else None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else as_date(value if isinstance(value, str) else None)

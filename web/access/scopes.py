"""Which scope a request needs, by its method and path: what is not named here needs more rather than less."""

import re
from dataclasses import dataclass

from bot.keys.key import Scope

_READ = ("GET", "HEAD")


@dataclass(frozen=True, slots=True)
class _Rule:
    methods: tuple[str, ...]  # () for all
    paths: re.Pattern[str]
    scope: Scope | None  # None: open to all


def _rule(methods: tuple[str, ...], paths: str, scope: Scope | None) -> _Rule:
    return _Rule(methods, re.compile(paths), scope)


# The first that fits counts.
_RULES = (
    # What says nothing of any article.
    _rule(_READ, r"/(healthz|readyz|docs|openapi\.json|favicon\.ico)", None),
    _rule(_READ, r"/static/[^/]+|/widget\.js|/widget/[^/]+/[^/]+", None),
    _rule((), r"/sign-in|/sign-out|/theme", None),
    _rule((), r"/metrics(/.*)?", "admin"),
    # What is asked with a body.
    _rule(("POST",), r"/api/v1/(ask|ask/batch|search|citations/verify)|/v1/(chat/completions|embeddings)", "read"),
    _rule((), r"/mcp", "read"),  # its tools only read
    # A conversation's id is its secret, so who has it may do all with it; feedback is given by readers.
    _rule(_READ, r"/api/v1/conversations", "write"),
    _rule((), r"/api/v1/conversations(/.*)?", "read"),
    _rule(("POST",), r"/api/v1/feedback", "read"),
    _rule(("DELETE",), r"/api/v1/feedback/[^/]+", "read"),  # by its id, which is as secret
    _rule(_READ, r"/api/v1/feedback(/.*)?", "write"),
    _rule((), r"/(conversation|feedback|export)(/.*)?", "read"),  # the same on pages
    # What was added by whom, and what is looked at in order to change it.
    _rule((), r"/api/v1/jobs(/.*)?|/library/(add|jobs|removed)(/.*)?", "write"),
    _rule((), r"/library/articles/[^/]+/(remove|move)", "write"),
)


def needed(method: str, path: str) -> Scope | None:
    """Give the scope that a request needs, None for what is open to all; ``path`` is behind where the server is."""
    for rule in _RULES:
        if (not rule.methods or method in rule.methods) and rule.paths.fullmatch(path):
            return rule.scope
    return "read" if method in _READ else "write"

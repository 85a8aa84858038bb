"""What an article's id and a collection's name may be."""

import re

LONGEST_NAME = 64  # characters of either

_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}")  # "." and ".." mean something else in an address


def is_article_id(id: str) -> bool:
    """Whether ``id`` can stand in an address as it is: 1 to 64 of the letters A-Z and a-z, digits, ``._-``."""
    return _ID.fullmatch(id) is not None


def is_collection_name(name: str) -> bool:
    """Whether ``name`` has 1 to 64 characters, all for showing, without blanks at its ends."""
    return 0 < len(name) <= LONGEST_NAME and name == name.strip() and name.isprintable()

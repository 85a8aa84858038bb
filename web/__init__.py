"""How it is shown: the web chat and the HTTP API."""

from web.access.entry import open_entry
from web.app import create_app
from web.served_library import ServedLibrary
from web.served_talk import ServedTalk

__all__ = ["ServedLibrary", "ServedTalk", "create_app", "open_entry"]

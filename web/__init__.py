"""How it is shown: the web chat and the HTTP API."""

from web.app import create_app
from web.served_library import ServedLibrary

__all__ = ["ServedLibrary", "create_app"]

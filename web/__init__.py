"""How it is shown: the web chat and the HTTP API."""

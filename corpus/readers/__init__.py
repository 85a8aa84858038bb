"""Readers: each turns one kind of file into an Article."""

from corpus.readers.text import read_text, read_text_file

__all__ = ["read_text", "read_text_file"]

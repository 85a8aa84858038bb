"""Where it is found: encoder, dense and lexical search, fusion."""

from index.types import Encoder, Hit, Vectors

__all__ = ["Encoder", "Hit", "Vectors"]

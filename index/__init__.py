"""Where it is found: encoder, dense and lexical search, fusion."""

from index.encoder import open_encoder
from index.passage_index import PassageIndex
from index.types import Encoder, Hit, SearchIndex, Vectors

__all__ = ["Encoder", "Hit", "PassageIndex", "SearchIndex", "Vectors", "open_encoder"]

"""What may be quoted: articles, their sentences and passages."""

from corpus.article import Article, Passage, Sentence

__all__ = ["Article", "Passage", "Sentence"]

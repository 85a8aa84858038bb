"""What may be quoted: articles, their sentences and passages."""

from corpus.article import Article, Passage, Sentence
from corpus.default_article import default_article
from corpus.passages import cut_passages
from corpus.sentences import split_sentences

__all__ = ["Article", "Passage", "Sentence", "cut_passages", "default_article", "split_sentences"]

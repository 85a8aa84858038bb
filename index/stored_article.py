"""An article as the index keeps it: cut into sentences and passages, each passage under an id."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from corpus import Article, Passage, Sentence
from corpus.errors import StoredDataError
from index.types import Vectors


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its sentences, passages and sentence vectors."""

    article: Article
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    first_id: int  # of its first passage; the others follow
    sentence_vectors: Vectors  # (len(sentences), dim)

    @property
    def ids(self) -> range:
        """The ids of its passages, in order."""
        return range(self.first_id, self.first_id + len(self.passages))

    def to_line(self) -> bytes:
        """Give all but the vectors as one line of JSON."""
        article = {name: getattr(self.article, name) for name in Article.__dataclass_fields__}
        article["published"] = self.article.published and self.article.published.isoformat()
        value = {
            "article": article,
            "sentences": [[sentence.start, sentence.end] for sentence in self.sentences],
            "passages": [[passage.sentences[0].index, len(passage.sentences)] for passage in self.passages],
            "first_id": self.first_id,
        }
        return json.dumps(value, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_line(cls, line: bytes, sentence_vectors: Vectors) -> Self:
        """Make what ``to_line`` gave; its vectors are the first of ``sentence_vectors``.

        Raises:
            StoredDataError: the line is not of that form.
        """
        try:
            return cls._from_value(json.loads(line), sentence_vectors)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise StoredDataError(f"A stored article is damaged ({error!r}). Build the index anew.") from error

    @classmethod
    def _from_value(cls, value: dict[str, Any], sentence_vectors: Vectors) -> Self:
        fields = value["article"]
        published = fields["published"] and date.fromisoformat(fields["published"])
        article = Article(**{**fields, "published": published, "pages": tuple(fields.get("pages", ()))})
        sentences = tuple(Sentence(article, index, start, end) for index, (start, end) in enumerate(value["sentences"]))
        passages = tuple(
            Passage(article, index, sentences[first : first + count])
            for index, (first, count) in enumerate(value["passages"])
        )
        return cls(article, sentences, passages, value["first_id"], sentence_vectors[: len(sentences)])

"""Every error the product raises on purpose.

AskArticleError                 something the user can mend; its message says what, which and the cure
|-- ArticleError                an article cannot be taken in
|   |-- EmptyArticleError       no text in it
|   |-- NotTextError            bytes that are not text
|   |-- UnreadableArticleError  a file, page or feed whose text cannot be got: broken, locked, out of reach
|   |-- ArticleTooLargeError    more text than the limit
|   |-- NoSuchArticleError      nothing there under that path or id
|   |-- OutOfReachError         in a collection that may not be used
|   `-- VersionConflictError    another version is the current one by now
|-- CitationError               what should be checked is no citation
|-- ConversationError           a conversation or feedback cannot be had as asked
|   |-- NoSuchConversationError no conversation of that id, or no more
|   |-- ConversationFullError   it has as many turns as one may have
|   `-- NoSuchFeedbackError     no feedback of that id
|-- QuestionError               a question cannot be asked
|   |-- EmptyQuestionError      no words in it
|   `-- QuestionTooLongError    more characters than the limit
|-- StoredDataError             what lies in the data folder is not what this program wrote
|   |-- IndexMismatchError      an index made by another encoder or format
|   |-- DamagedArticleError     a stored article is not as it was stored
|   `-- BusyError               another process is at work there
|-- NoSuchKeyError              no key of that id
|-- ServingError                a server cannot be started as it is asked for
|-- MissingPackageError          an optional package is needed and not installed
|-- EncoderError                the embedding model cannot be loaded or is not the expected one
|-- EngineError                 what encodes on many machines cannot be reached, or failed
`-- EvaluationError             an evaluation cannot be made as asked
    `-- DataSetError            a record of a data set, run or baseline file cannot be read
"""

from typing import Self


class AskArticleError(Exception):
    """Something the user can mend; ``str(error)`` is one line that says what, which and the cure."""


class ArticleError(AskArticleError):
    """An article cannot be taken in."""


class EmptyArticleError(ArticleError):
    """The article has no text."""


class NotTextError(ArticleError):
    """The bytes are not text in any known encoding."""


class UnreadableArticleError(ArticleError):
    """A file, page or feed whose text cannot be got: it is broken, locked, out of reach or takes too much."""


class ArticleTooLargeError(ArticleError):
    """The article holds more text than the limit."""


class NoSuchArticleError(ArticleError):
    """Nothing is there under that path or id."""


class OutOfReachError(ArticleError):
    """It would be, or is, in a collection that may not be used."""


class VersionConflictError(ArticleError):
    """Another version of the article is the current one by now."""


class CitationError(AskArticleError):
    """What should be checked is not a citation as an Answer has it."""


class ConversationError(AskArticleError):
    """A conversation or feedback cannot be had as it is asked for."""


class NoSuchConversationError(ConversationError):
    """There is no conversation of that id: it was deleted, has expired, or never was."""


class ConversationFullError(ConversationError):
    """The conversation has as many turns as one may have."""


class NoSuchFeedbackError(ConversationError):
    """There is no feedback of that id."""


class QuestionError(AskArticleError):
    """A question cannot be asked."""


class EmptyQuestionError(QuestionError):
    """The question has no words."""


class QuestionTooLongError(QuestionError):
    """The question has more characters than the limit."""


class StoredDataError(AskArticleError):
    """What lies in the data folder is not what this program wrote."""


class IndexMismatchError(StoredDataError):
    """The index was made by another encoder or in another format."""

    @classmethod
    def of_encoders(cls, held: str, asked: str) -> Self:
        """Give the error of a library whose vectors are of the encoder ``held``, asked with ``asked``."""
        return cls(
            f"The library holds vectors of the encoder {held}, not of {asked}. "
            "Ask it with that encoder, or add its articles to a new library."
        )


class DamagedArticleError(StoredDataError):
    """A stored article is not as it was stored: ``article_id`` says which, and others are not concerned."""

    def __init__(self, message: str, article_id: str) -> None:
        """Say ``message`` of the article."""
        super().__init__(message)
        self.article_id = article_id


class BusyError(StoredDataError):
    """Another process is at work there; it can be waited for."""


class NoSuchKeyError(AskArticleError):
    """There is no key of that id."""


class ServingError(AskArticleError):
    """A server cannot be started as it is asked for."""


class MissingPackageError(AskArticleError):
    """What is asked for needs an optional package that is not installed."""


class EncoderError(AskArticleError):
    """The embedding model cannot be loaded, or is not the expected one."""


class EngineError(AskArticleError):
    """What encodes on many machines cannot be reached, or failed."""


class EvaluationError(AskArticleError):
    """An evaluation cannot be made as asked."""


class DataSetError(EvaluationError):
    """A record of a data set, run or baseline file cannot be read; the message names file, line and reason."""

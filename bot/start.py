"""From settings to a bot that answers."""

from collections.abc import Callable
from pathlib import Path

from bot.bot import Bot
from bot.reader.reader import shipped_reader
from bot.settings import Settings
from corpus import Article, cut_passages, default_article, split_sentences
from corpus.errors import StoredDataError
from corpus.library import open_library
from corpus.readers.one import read_one
from index import Encoder, PassageIndex, SearchIndex, open_encoder
from index.library_or_default import LibraryOrDefault

LONG_READ = 50_000  # characters; an article above it takes seconds to encode


def open_bot(settings: Settings, article: Path | None = None, say: Callable[[str], None] | None = None) -> Bot:
    """Open the bot on the library, on the default article while that is empty, or on the file ``article``.

    What is derived from the library and the default article's index are saved in the data folder; a file's index is
    made anew and kept nowhere, so that nothing of a reader's own file outlives the command. ``say`` gets one line when
    something slow is about to happen.

    Raises:
        ArticleError, EncoderError, StoredDataError: the file, the model, the data folder or the library cannot be used.
    """
    own = None if article is None else read_one(article)  # what can fail at once comes first
    _make(settings.data)
    encoder = open_encoder(settings.data, settings.encoder, on_export=say)
    if own is None:
        return Bot(_index(settings, encoder, say), shipped_reader())
    if say is not None and len(own.text) > LONG_READ:
        say(f"Reading {len(own.text):,} characters (a minute for each few hundred thousand) ...")
    return Bot(PassageIndex.build([own], encoder), shipped_reader())


def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        message = f"The data folder {data} cannot be made ({reason}). Name another: --data FOLDER or ASKARTICLE_DATA."
        raise StoredDataError(message) from error


def _index(settings: Settings, encoder: Encoder, say: Callable[[str], None] | None) -> SearchIndex:
    """Give the index of the library or the default article; the one that is asked now is open."""

    def open_library_index() -> SearchIndex | None:
        if not settings.has_library:
            return None
        from index.library_index import LibraryIndex
        from index.server_index import ServerIndex

        store = open_library(settings.library_place)
        index = (
            LibraryIndex(store, encoder, settings.library_index, say)
            if store.search is None
            else ServerIndex(store, store.search, encoder, say)
        )
        index.open()
        return index

    def open_default_index() -> SearchIndex:
        return _default_index(settings.data / "indexes" / "default", encoder, say)

    index = LibraryOrDefault(encoder, open_library_index, open_default_index)
    _ = index.asked  # what cannot be opened is told now
    return index


def _default_index(folder: Path, encoder: Encoder, say: Callable[[str], None] | None) -> PassageIndex:
    """Load the saved index; make it anew when it is missing, damaged, or of another encoder, text or way of cutting it.

    An index that cannot be kept (a data folder without write permission, a full disk) answers as well as one that can.
    """
    article = default_article()
    try:
        index = PassageIndex.load(folder, encoder)
        if _is_of(article, index):
            return index
    except (StoredDataError, OSError):  # OSError: another process saved it anew and took these files away meanwhile
        pass
    index = PassageIndex.build([article], encoder)
    try:
        index.save(folder)
    except (StoredDataError, OSError) as error:
        if say is not None:
            say(f"The index could not be kept for the next question: {error}")
    return index


def _is_of(article: Article, index: PassageIndex) -> bool:
    """Say whether ``index`` holds ``article`` alone, cut as it is cut today."""
    if [(known.id, known.fingerprint) for known in index.articles] != [(article.id, article.fingerprint)]:
        return False
    sentences = split_sentences(article)
    today = [(passage.start, passage.end) for passage in cut_passages(article, sentences)]
    return index.sentences(article.id) == sentences and today == [
        (passage.start, passage.end) for passage in index.passages(article.id)
    ]

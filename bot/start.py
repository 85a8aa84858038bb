"""From settings to a bot that answers."""

from collections.abc import Callable
from pathlib import Path

from bot.bot import Bot
from bot.reader.reader import shipped_reader
from bot.settings import Settings
from corpus import default_article
from corpus.errors import StoredDataError
from corpus.readers.text import read_text_file
from index import Encoder, PassageIndex, open_encoder


def open_bot(settings: Settings, article: Path | None = None, say: Callable[[str], None] | None = None) -> Bot:
    """Open the bot on the default article, or on the text file ``article``.

    The default article's index is saved in the data folder; a file's is made anew and kept nowhere, so that nothing
    of a reader's own file outlives the command. ``say`` gets one line when something slow is about to happen.

    Raises:
        ArticleError, EncoderError: the file or the model cannot be used.
    """
    encoder = open_encoder(settings.data, settings.encoder, on_export=say)
    if article is not None:
        index = PassageIndex.build([read_text_file(article)], encoder)
    else:
        index = _default_index(settings.data / "indexes" / "default", encoder)
    return Bot(index, shipped_reader())


def _default_index(folder: Path, encoder: Encoder) -> PassageIndex:
    """Load the saved index; make it anew when it is missing, damaged, or of another encoder or text."""
    article = default_article()
    try:
        index = PassageIndex.load(folder, encoder)
        if [(known.id, known.fingerprint) for known in index.articles] == [(article.id, article.fingerprint)]:
            return index
    except StoredDataError:
        pass
    index = PassageIndex.build([article], encoder)
    index.save(folder)
    return index

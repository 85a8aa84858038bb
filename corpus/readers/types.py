"""What a reader gives: an article with where it came from, or why there is none; and the limits it reads within."""

from dataclasses import dataclass, field

from corpus.article import Article


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article that was read.

    ``origin`` says where it came from and is the same whenever it is read again: an absolute path, a URL, a feed's URL
    or path with the entry's id (``feed#id``), a JSON Lines file's path with the line (``path#12``, from 1).
    """

    article: Article
    origin: str
    has_own_id: bool = False  # ``article.id`` was given by the source, as a JSON line can; else it is the text's
    collection: str | None = None  # where it was, if it was in a library before and comes from what that exported
    first_origin: str | None = None  # where that library had it from


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that could not be read as an article."""

    origin: str
    reason: str  # one line: what, which and the cure


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file of a folder whose name is that of no format that is read. ``suffix`` is in small letters, may be empty."""

    origin: str
    suffix: str


Read = ReadArticle | Refused | LeftOut


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading may take of the machine. The defaults suit a small one."""

    file_bytes: int = 50_000_000  # of one file or page as it lies or is sent, but for text
    text_bytes: int = 10_000_000  # of one article's text, about 2,000 pages
    lines_bytes: int = 10_000_000_000  # of a JSON Lines file, which is read line by line
    unpacked_bytes: int = 200_000_000  # of what a DOCX or EPUB unpacks to
    ratio: int = 200  # of a packed file's unpacked to packed bytes, where it unpacks to more than 20 MB
    members: int = 10_000  # of a DOCX or EPUB
    pages: int = 5_000  # of a PDF
    entries: int = 10_000  # of a feed
    seconds: float = 60.0  # for parsing one file
    memory_bytes: int = 1_000_000_000  # for parsing one file, where the system can limit it
    url_seconds: float = 30.0  # for getting one URL, redirects and all
    redirects: int = 5
    ignore: tuple[str, ...] = field(default=())  # more patterns of what a folder's files are left out, as .gitignore's
    allow_private_addresses: bool = False  # whether URLs may lead to this machine and its private networks

"""Packed files (DOCX and EPUB are zip archives): opened only after what they say they unpack to is checked."""

import io
import zipfile
import zlib

from corpus.errors import ArticleTooLargeError, UnreadableArticleError
from corpus.readers.drafts import megabytes
from corpus.readers.types import ReadLimits

_ALWAYS_FINE = 20_000_000  # bytes; the ratio says nothing of small files
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what the formats allow; the others can't be bounded
_ENCRYPTED = 0x1


def open_packed(data: bytes, name: str, limits: ReadLimits) -> zipfile.ZipFile:
    """Open a zip archive that unpacks to no more than ``limits`` allow.

    The sizes its members state are a bound: no more than the stated size is ever unpacked of one, and one that holds
    something else fails its checksum.

    Raises:
        UnreadableArticleError: it is broken, locked or packed in a way the formats do not know.
        ArticleTooLargeError: it unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError) as error:
        raise UnreadableArticleError(f"{name!r} is a broken archive: {_one_line(error)}. Get it again whole.") from None
    members = archive.infolist()
    if len(members) > limits.members:
        raise ArticleTooLargeError(f"{name!r} packs more than {limits.members:,} files. Save it again as text.")
    size = sum(member.file_size for member in members)
    if size > limits.unpacked_bytes or (size > _ALWAYS_FINE and size > limits.ratio * len(data)):
        raise ArticleTooLargeError(
            f"{name!r} would unpack to {megabytes(size)}, more than is safe. Save its text as a file of its own."
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableArticleError(f"{name!r} is locked with a password. Save it without one.")
    if any(member.compress_type not in _METHODS for member in members):
        raise UnreadableArticleError(f"{name!r} is packed in an unusual way. Save it again.")
    return archive


def read_member(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """Unpack one member.

    Raises:
        UnreadableArticleError: it is not there, or broken.
    """
    try:
        return archive.read(member)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableArticleError(f"{name!r} is a broken archive: {_one_line(error)}. Get it again whole.") from None


def _one_line(error: Exception) -> str:
    return repr(" ".join(str(error).split())[:120])

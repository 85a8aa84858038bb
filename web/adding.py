"""What a job does: a text, a file or a page is read, cut, encoded and stored, as ``askarticle add`` does it."""

import hashlib
import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from corpus import Article
from corpus.errors import NoSuchArticleError
from corpus.library.types import LibraryStore
from corpus.readers.drafts import Draft, to_article
from corpus.readers.sources import read_source
from corpus.readers.types import Read, ReadArticle, ReadLimits, Refused
from index.ingest import Ingest, Taken, prepare
from web.jobs import Job, Work
from web.library_schemas import AddArticleBody, ReplaceArticleBody
from web.problems import Problem
from web.served_library import ServedLibrary

_LONGEST_NAME = 200  # bytes of a file's name
_BLOCK = 1 << 20


def add_text(library: ServedLibrary, body: AddArticleBody) -> Work:
    """Take in a text. One under the id of another text is a ``Problem``: that one is replaced on purpose, or not."""

    collection = library.collection_for(body.collection)

    def work(job: Job) -> Iterator[Taken]:
        article = _article(body, body.id, library.limits)
        origin = f"api:{body.id or article.fingerprint}"
        with _alone(library, job):
            store = library.writing()
            _refuse_another_text(store, article, body.id)
            yield from _take(library, store, job, iter([ReadArticle(article, origin, body.id is not None)]), collection)

    return work


def replace_text(library: ServedLibrary, article_id: str, version: int, body: ReplaceArticleBody) -> Work:
    """Store the version of an article that follows ``version``."""

    def work(job: Job) -> Iterator[Taken]:
        article = _article(body, article_id, library.limits)
        with _alone(library, job):
            store = library.writing()
            origin = store.get(article_id).origin
            prepared = prepare(article, origin, library.encoder, job.tell)
            kept = store.replace(prepared, encoder=library.encoder.name, if_version=version)
            yield Taken(article_id, kept.outcome, kept.id, kept.version, article.title, kept.duplicate_of)

    return work


def add_file(library: ServedLibrary, path: Path, label: str, collection: str | None) -> Work:
    """Take in what a file holds; ``label`` stands in the place of its path."""
    collection = library.collection_for(collection)

    def relabelled(read: Read) -> Read:
        origin = label + read.origin.removeprefix(str(path))
        if isinstance(read, Refused):
            return Refused(origin, read.reason.replace(str(path), path.name))
        return replace(read, origin=origin)

    def work(job: Job) -> Iterator[Taken]:
        with _alone(library, job), closing(_read(str(path), library)) as reads:
            yield from _take(library, library.writing(), job, map(relabelled, reads), collection)

    return work


def add_files(library: ServedLibrary, files: Sequence[tuple[Path, str]], collection: str | None) -> Work:
    """Take in what several files hold, one after the other; each comes with its label, as in ``add_file``."""
    collection = library.collection_for(collection)

    def work(job: Job) -> Iterator[Taken]:
        for path, label in files:
            yield from add_file(library, path, label, collection)(job)

    return work


def move_article(library: ServedLibrary, article_id: str, collection: str) -> Work:
    """Put an article into another collection, where its duplicates are looked for anew."""
    library.collection_for(collection)

    def work(job: Job) -> Iterator[Taken]:
        with _alone(library, job):
            store = library.writing()
            stored = store.get(article_id)
            read = ReadArticle(stored.article, stored.origin, has_own_id=True, first_origin=stored.origin)
            yield from _take(library, store, job, iter([read]), collection)

    return work


def add_url(library: ServedLibrary, url: str, collection: str | None) -> Work:
    """Take in what is at a URL."""
    if not re.match(r"https?://", url):  # else it would be read as a path on this machine
        raise ValueError(url)
    collection = library.collection_for(collection)

    def work(job: Job) -> Iterator[Taken]:
        with _alone(library, job), closing(_read(url, library)) as reads:
            yield from _take(library, library.writing(), job, reads, collection)

    return work


def keep_upload(file: BinaryIO, name: str, folder: Path) -> tuple[Path, str]:
    """Write an upload into ``folder`` under its name, made plain; give where it is and its content's sha256."""
    path, digest = folder / plain_name(name), hashlib.sha256()
    with path.open("wb") as target:
        while block := file.read(_BLOCK):
            digest.update(block)
            target.write(block)
    return path, digest.hexdigest()


def plain_name(name: str) -> str:
    """Give a file's name as it can be one here: no folders, nothing unprintable, not too long."""
    name = "".join(character for character in re.split(r"[/\\]", name)[-1] if character.isprintable()).strip()
    while len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        name = name[1:]  # its ending says what it is
    return name if name.strip(".") else "upload"


@contextmanager
def _alone(library: ServedLibrary, job: Job) -> Iterator[None]:
    """Wait until no other process adds to the library; the job says meanwhile that it waits."""
    job.waits = True
    with library.alone(job.look):
        job.waits = False
        yield


def _take(
    library: ServedLibrary, store: LibraryStore, job: Job, reads: Iterator[Read], collection: str | None
) -> Iterator[Taken]:
    ingest = Ingest(store, lambda: library.encoder, collection=collection, tell=job.tell, salt=library.salt)
    return ingest.take_all(reads)


def _read(where: str, library: ServedLibrary) -> Generator[Read, None, None]:
    return cast("Generator[Read, None, None]", read_source(where, library.limits, parser=library.parser))


def _article(body: ReplaceArticleBody, id: str | None, limits: ReadLimits) -> Article:
    draft = Draft(
        body.text,
        title=body.title,
        author=body.author,
        published=(body.published and date.fromisoformat(body.published)) or None,
        url=body.url,
        source=body.source,
        id=id,
    )
    return to_article(draft, "The text", limits, language=body.language)


def _refuse_another_text(store: LibraryStore, article: Article, own_id: str | None) -> None:
    if own_id is None:
        return
    try:
        known = store.versions(own_id)[-1]
    except NoSuchArticleError:
        return
    if known.fingerprint != article.fingerprint:
        detail = f"Another text is there as {own_id!r}. Replace it with PUT and If-Match, or give another id."
        raise Problem("article-exists", detail)

from contextlib import closing
from pathlib import Path

from corpus import Article
from corpus.library import open_library
from index import PassageIndex, SearchIndex
from index.ingest import prepare
from index.library_index import LibraryIndex
from index.library_or_default import LibraryOrDefault
from tests.fakes import FakeEncoder

ENCODER = FakeEncoder()
DEFAULT = Article.create("The default dog barked.", id="default")


def test_the_library_is_asked_while_it_holds_articles_and_the_default_else(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite"
    opened = []

    def open_index() -> SearchIndex | None:
        if not path.exists():
            return None
        opened.append(LibraryIndex(open_library(path), ENCODER, None))
        return opened[-1]

    index = LibraryOrDefault(ENCODER, open_index, lambda: PassageIndex.build([DEFAULT], ENCODER))

    def found() -> tuple[list[str], list[str]]:
        listed = [article.id for article in index.articles]
        assert [index.article(id).id for id in listed] == [index.sentences(id)[0].article.id for id in listed] == listed
        return listed, [hit.passage.article.id for hit in index.search("dog")]

    assert found() == (["default"], ["default"])
    with closing(open_library(path)) as store:
        assert found() == (["default"], ["default"])  # it is there, but empty
        prepared = prepare(Article.create("A dog slept.", id="own"), "own", ENCODER)
        store.upsert(prepared, encoder=ENCODER.name)
        assert found() == (["own"], ["own"])
        store.delete("own")
        assert found() == (["default"], ["default"])
    assert len(opened) == 1
    opened[0].store.close()

import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article
from corpus.errors import IndexMismatchError, NoSuchArticleError, StoredDataError
from corpus.library.types import Filter
from index import Hit, PassageIndex
from tests.fakes import FakeEncoder

FLOOD = (
    "The river rose on Monday. The town of Arden was flooded. Forty people left their homes.\n\nThe mayor thanked them."
)
MATCH = "Arden won the match. The crowd cheered for an hour. The captain scored twice."
DOG = "A dog barked at the moon. Nobody knew why."


NEWS = Filter(collections=frozenset({"news"}))


def only(*ids: str) -> Filter:
    return Filter(articles=frozenset(ids))


def articles(**texts: str) -> list[Article]:
    return [Article.create(text, id=id) for id, text in texts.items()]


@pytest.fixture
def index() -> PassageIndex:
    return PassageIndex.build(articles(flood=FLOOD, match=MATCH, dog=DOG), FakeEncoder())


def facts(hits: list[Hit]) -> list[tuple[str, int, float, float, float]]:
    return [(hit.passage.article.id, hit.passage.index, hit.score, hit.dense, hit.lexical) for hit in hits]


def long_article(id: str, seed: int) -> Article:
    choose = random.Random(seed)
    words = ["river", "town", "mayor", "match", "crowd", "captain", "dog", "moon", "people", "left", "won"]
    sentences = [" ".join(choose.choices(words, k=9)).capitalize() + "." for _ in range(60)]
    return Article.create(" ".join(sentences), id=id)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_the_passage_that_says_it_comes_first(index: PassageIndex, mode: str) -> None:
    best = index.search("Who scored for Arden?", mode=mode)[0]  # type: ignore[arg-type]
    assert best.passage.article.id == "match"
    assert best.dense > 0
    assert best.lexical > 0


def test_a_hit_says_its_scores() -> None:
    index = PassageIndex.build(articles(flood=FLOOD, dog=DOG), FakeEncoder(dim=10_000))  # no two words collide
    (hit,) = index.search("dog moon", 1, mode="dense")
    assert hit.score == hit.dense == pytest.approx(2 / np.sqrt(2 * 9), abs=1e-6)  # 2 words shared; 2 and 9 words
    (hit,) = index.search("dog moon", 3, mode="lexical")  # the others share no word
    assert hit.score == hit.lexical > 0


def test_the_callers_vector_is_used(index: PassageIndex) -> None:
    encoder = FakeEncoder()
    row = encoder.encode(["the river"])
    before = len(index.encoder.calls)  # type: ignore[attr-defined]
    assert facts(index.search("the river", vector=row)) == facts(index.search("the river", vector=row[0]))
    assert len(index.encoder.calls) == before  # type: ignore[attr-defined]
    assert facts(index.search("the river")) == facts(index.search("the river", vector=row))


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_restricting_to_articles_loses_no_hit(mode: str) -> None:
    many = PassageIndex.build([long_article(f"a{n}", n) for n in range(30)], FakeEncoder())
    one = many.search("captain of the dog", 5, mode=mode, where=only("a29"))  # type: ignore[arg-type]
    assert len(one) == 5
    assert {hit.passage.article.id for hit in one} == {"a29"}
    for where, message in [(only("a29", "a30"), "'a30'"), (only(), "No article fits"), (NEWS, "No collection 'news'")]:
        with pytest.raises(NoSuchArticleError, match=message):
            many.search("captain", where=where)


def test_ties_come_in_the_order_added() -> None:
    index = PassageIndex.build(articles(b=DOG, a=DOG, c=DOG), FakeEncoder())
    assert [hit.passage.article.id for hit in index.search("dog")] == ["b", "a", "c"]


@pytest.mark.parametrize("k", [0, -1])
def test_nothing_to_find(index: PassageIndex, k: int) -> None:
    assert index.search("dog", k) == []
    assert PassageIndex.build([], FakeEncoder()).search("dog") == []


def test_articles_and_sentences(index: PassageIndex) -> None:
    assert [article.id for article in index.articles] == ["flood", "match", "dog"]
    assert index.article("dog").text == DOG
    assert [sentence.text for sentence in index.sentences("dog")] == ["A dog barked at the moon.", "Nobody knew why."]
    for missing in (index.article, index.sentences, index.remove):
        with pytest.raises(NoSuchArticleError, match=r"No article 'cat'\..*there: '"):
            missing("cat")


def test_sentence_vectors_are_stored_not_made(index: PassageIndex) -> None:
    sentences = [*index.sentences("dog"), index.sentences("flood")[2]]
    expected = FakeEncoder().encode([sentence.text for sentence in sentences])
    before = len(index.encoder.calls)  # type: ignore[attr-defined]
    assert index.sentence_vectors(sentences).tolist() == expected.tolist()
    assert index.sentence_vectors([]).shape == (0, index.encoder.dim)
    assert len(index.encoder.calls) == before  # type: ignore[attr-defined]


def test_a_removed_article_is_gone(index: PassageIndex, tmp_path: Path) -> None:
    sentence = index.sentences("dog")[0]
    index.remove("dog")
    for mode in ("hybrid", "dense", "lexical"):
        assert "dog" not in [hit.passage.article.id for hit in index.search("dog barked moon", 99, mode=mode)]
    with pytest.raises(NoSuchArticleError):
        index.sentence_vectors([sentence])
    index.save(tmp_path)
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"mayor" in stored
    assert b"bark" not in stored
    assert sentence_bytes(index, "Nobody knew why.") not in stored


def sentence_bytes(index: PassageIndex, text: str) -> bytes:
    return index.encoder.encode([text]).tobytes()


def test_an_article_of_the_same_id_takes_the_place_of_the_old(index: PassageIndex) -> None:
    index.add(Article.create("A cat slept.", id="dog", version=2))
    assert index.article("dog").version == 2
    assert len(index.search("dog barked", 99)) == 3
    assert [sentence.text for sentence in index.sentences("dog")] == ["A cat slept."]


def test_a_saved_index_opens_the_same(index: PassageIndex, tmp_path: Path) -> None:
    index.remove("match")
    index.add(Article.create("Zoë’s café opened.", id="café", title="T", author="\ud800", published=date(2024, 2, 29)))
    index.save(tmp_path)
    encoder = FakeEncoder()
    again = PassageIndex.load(tmp_path, encoder)
    assert encoder.calls == []  # nothing encoded
    assert again.articles == index.articles
    sentences = [sentence for article in index.articles for sentence in index.sentences(article.id)]
    assert sentences == [sentence for article in again.articles for sentence in again.sentences(article.id)]
    assert again.sentence_vectors(sentences).tolist() == index.sentence_vectors(sentences).tolist()
    for question in ("the river", "dog", "café", ""):
        assert again.search(question, 9) == index.search(question, 9)
    again.add(Article.create(MATCH, id="match"))
    again.save(tmp_path)
    assert len(PassageIndex.load(tmp_path, encoder).articles) == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "generation-2", "manifest.json"]


TEXT = st.text(min_size=1, max_size=80).filter(lambda text: any(character.isalnum() for character in text))


@settings(deadline=None, max_examples=40)
@given(st.lists(TEXT, max_size=4), st.data())
def test_any_text_survives_storage(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("index")
    index = PassageIndex.build([Article.create(text) for text in texts], FakeEncoder(dim=16))
    for article in data.draw(st.lists(st.sampled_from(index.articles), unique_by=id)) if texts else []:
        index.remove(article.id)
    index.save(folder)
    again = PassageIndex.load(folder, FakeEncoder(dim=16))
    assert again.articles == index.articles
    for question in texts:
        assert again.search(question, 99) == index.search(question, 99)
        for hit in again.search(question):
            assert hit.passage.article.text[hit.passage.start : hit.passage.end] == hit.passage.text


class KilledError(BaseException):
    """Stands for a kill: no ``except Exception`` sees it."""


@pytest.fixture
def kill_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let the n-th change to the disk be the last; steps[0] counts down."""
    steps = [10_000]

    def counted(function: object) -> object:
        def step(*arguments: object, **options: object) -> object:
            steps[0] -= 1
            if steps[0] <= 0:
                raise KilledError
            return function(*arguments, **options)  # type: ignore[operator]

        return step

    for target in (
        "os.fsync",
        "shutil.rmtree",
        "pathlib.Path.mkdir",
        "pathlib.Path.replace",
        "index.index_files.sha256_of",
    ):
        module, _, name = target.rpartition(".")
        owner = {"os": __import__("os"), "shutil": __import__("shutil"), "pathlib.Path": Path}.get(module)
        if owner is None:
            owner = __import__(module, fromlist=[name])
        monkeypatch.setattr(owner, name, counted(getattr(owner, name)))
    yield steps
    steps[0] = 10_000


def test_a_kill_leaves_the_old_index_or_the_new(tmp_path: Path, kill_at: list[int]) -> None:
    old = PassageIndex.build(articles(flood=FLOOD), FakeEncoder())
    new = PassageIndex.build(articles(match=MATCH, dog=DOG), FakeEncoder())
    outcomes = []
    for moment in range(1, 100):
        folder = tmp_path / str(moment)
        kill_at[0] = 10_000
        old.save(folder)
        kill_at[0] = moment
        try:
            new.save(folder)
            killed = False
        except KilledError:
            killed = True
        kill_at[0] = 10_000
        found = PassageIndex.load(folder, FakeEncoder()).articles
        assert found in (old.articles, new.articles)
        outcomes.append(found == new.articles)
        new.save(folder)  # what a kill left behind is in nobody's way, and is tidied up
        assert PassageIndex.load(folder, FakeEncoder()).articles == new.articles
        assert len(list(folder.iterdir())) == 3
        if not killed:
            break
    assert not killed
    assert len(outcomes) > 8
    assert outcomes == sorted(outcomes)
    assert set(outcomes) == {False, True}


@pytest.mark.parametrize("name", ["articles.jsonl", "dense.faiss", "lexical.npz", "sentences.npy"])
@pytest.mark.parametrize("damage", ["cut", "flip", "missing"])
def test_damage_is_noticed(index: PassageIndex, tmp_path: Path, name: str, damage: str) -> None:
    index.save(tmp_path)
    path = tmp_path / "generation-1" / name
    data = path.read_bytes()
    middle = len(data) // 2
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:middle] + (b"" if damage == "cut" else bytes([data[middle] ^ 1]) + data[middle + 1 :]))
    with pytest.raises(StoredDataError, match=f"{name}.*[Bb]uild"):
        PassageIndex.load(tmp_path, FakeEncoder())


@pytest.mark.parametrize("manifest", ["", "[]", "{", '{"format": 1}'])
def test_a_damaged_manifest_is_noticed(index: PassageIndex, tmp_path: Path, manifest: str) -> None:
    index.save(tmp_path)
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(StoredDataError, match=r"manifest\.json|format"):
        PassageIndex.load(tmp_path, FakeEncoder())


@pytest.mark.parametrize(
    ("before", "after"),
    [('"next_id": ', '"next_id": 1'), ('"sha256": {', '"sha256": 5, "was": {'), ('"generation": 1', '"generation": 2')],
)
def test_a_manifest_changed_by_hand_is_noticed(index: PassageIndex, tmp_path: Path, before: str, after: str) -> None:
    index.save(tmp_path)
    manifest = tmp_path / "manifest.json"
    assert before in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(before, after))
    with pytest.raises(StoredDataError, match=r"manifest\.json is damaged"):
        PassageIndex.load(tmp_path, FakeEncoder())


def test_a_folder_in_the_manifests_place_is_noticed_and_replaced(index: PassageIndex, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").mkdir()
    with pytest.raises(StoredDataError, match=r"manifest\.json is damaged"):
        PassageIndex.load(tmp_path, FakeEncoder())
    index.save(tmp_path)
    assert PassageIndex.load(tmp_path, FakeEncoder()).articles == index.articles


def test_a_lock_that_is_no_lock_is_one_clear_error(index: PassageIndex, tmp_path: Path) -> None:
    (tmp_path / ".lock").write_bytes(b"not a database, but longer than a header of one hundred bytes" * 4)
    with pytest.raises(StoredDataError, match="Cannot lock"):
        index.save(tmp_path)


def test_an_index_of_another_encoder_or_format_is_refused(index: PassageIndex, tmp_path: Path) -> None:
    with pytest.raises(StoredDataError, match="no index"):
        PassageIndex.load(tmp_path, FakeEncoder())
    index.save(tmp_path)
    for other in (FakeEncoder(name="another"), FakeEncoder(dim=8)):
        with pytest.raises(IndexMismatchError, match=r"encoder.*anew"):
            PassageIndex.load(tmp_path, other)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 2', '"format": 3'))
    with pytest.raises(IndexMismatchError, match="format 3, not 2"):
        PassageIndex.load(tmp_path, FakeEncoder())

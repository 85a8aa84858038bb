"""Two versions of an article, compared."""

from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Sentence
from web.library import changes
from web.library.changes import Change, compare

WORDS = st.lists(st.sampled_from(["the ferry", "sank", "on Friday", "nobody", "was hurt"]), min_size=1, max_size=6)
TEXTS = st.lists(WORDS.map(" ".join), max_size=12)


def sentences(*texts: str) -> list[Sentence]:
    article = Article.create("\n".join(texts) or "-")
    found, start = [], 0
    for index, text in enumerate(texts):
        found.append(Sentence(article, index, start, start + len(text)))
        start += len(text) + 1
    return found


def said(change: Change) -> str:
    return "".join(part.text for part in change.parts)


def test_each_kind_of_change_is_told() -> None:
    old = ["One.", "Two.", "Three.", "The ferry sank on Friday.", "Four.", "Gone."]
    new = ["One.", "Two.", "Three.", "The ferry sank on Saturday.", "Four.", "Something else came here."]
    found = compare(sentences(*old), sentences(*new))
    assert (found.removed, found.added, found.changed) == (1, 1, 1)
    assert [change.kind for change in found.changes] == ["left out", "same", "changed", "same", "removed", "added"]
    assert found.changes[0].count == 2
    marks = [(part.text, part.mark) for part in found.changes[2].parts]
    assert marks == [("The ferry sank on", ""), (" Friday.", "removed"), (" Saturday.", "added")]


def test_other_line_ends_are_no_change() -> None:
    assert compare(sentences("One  two."), sentences("One two.")).changed == 0


def test_versions_that_are_too_long_are_not_compared(monkeypatch) -> None:
    monkeypatch.setattr(changes, "MOST_COMPARED", 2)
    assert compare(sentences("One."), sentences("One.", "Two.", "Three.")).too_long


@given(TEXTS, TEXTS)
def test_from_the_changes_both_versions_can_be_read(old: list[str], new: list[str]) -> None:
    found = list(changes._changes(old, new))
    before = [
        said(Change("same", tuple(part for part in change.parts if part.mark != "added")))
        for change in found
        if change.kind != "added"
    ]
    after = [
        "".join(part.text for part in change.parts if part.mark != "removed").strip()
        for change in found
        if change.kind != "removed"
    ]
    assert [text.strip() for text in before] == old
    assert after == new


@given(TEXTS, TEXTS)
def test_nothing_is_left_out_but_what_is_the_same(old: list[str], new: list[str]) -> None:
    whole = list(changes._changes(old, new))
    shown = list(changes._shorten(whole))
    left_out = sum(change.count for change in shown)
    assert left_out + sum(change.kind != "left out" for change in shown) == len(whole)
    assert [c for c in shown if c.kind not in ("same", "left out")] == [c for c in whole if c.kind != "same"]

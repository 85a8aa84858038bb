"""Citations: valid, moved, changed, gone, unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, split_sentences
from corpus.citation_check import CitedQuote, Version, check_against

FIRST = "The ferry sank on Friday. Nobody was hurt. The captain, Mara Voss, was the last to leave."


def versions(*texts: str) -> list[Version]:
    articles = [Article.create(text, id="ferry", version=number) for number, text in enumerate(texts, 1)]
    return [Version(article, split_sentences(article)) for article in articles]


def cite(version: Version, quote: str, start: int | None = None) -> CitedQuote:
    article = version.article
    start = article.text.index(quote) if start is None else start
    return CitedQuote(article.id, article.fingerprint, article.version, start, start + len(quote), quote)


def test_a_citation_of_the_current_version_is_valid() -> None:
    (only,) = versions(FIRST)
    check = check_against([only], cite(only, "Nobody was hurt."))
    assert (check.status, check.version) == ("valid", 1)
    assert check.place is not None
    assert (check.place.index, check.place.text) == (1, "Nobody was hurt.")


def test_a_sentence_that_the_correction_left_alone_is_valid_or_moved() -> None:
    old, new = versions(FIRST, FIRST.replace("the last to leave", "the last on board"))
    assert check_against([old, new], cite(old, "Nobody was hurt.")).status == "valid"
    old, new = versions(FIRST, "CORRECTED. " + FIRST)
    check = check_against([old, new], cite(old, "Nobody was hurt."))
    assert check.status == "moved"
    assert check.place is not None
    assert new.article.text[check.place.start : check.place.end] == "Nobody was hurt."


def test_a_corrected_sentence_is_changed_and_both_are_shown() -> None:
    old, new = versions(FIRST, FIRST.replace("Nobody was hurt.", "Two people were hurt, one badly."))
    check = check_against([old, new], cite(old, "Nobody was hurt."))
    assert (check.status, check.version, check.holds) == ("changed", 2, False)
    assert check.before is not None
    assert check.before.text == "Nobody was hurt."
    assert check.before.article.version == 1
    old, new = versions(FIRST, "CORRECTED. " + FIRST.replace("Friday", "Saturday"))
    check = check_against([old, new], cite(old, "The ferry sank on Friday."))
    assert check.after is not None
    assert check.after.text == "The ferry sank on Saturday."


def test_a_sentence_taken_out_has_none_in_its_place() -> None:
    old, new = versions(FIRST, "xyzzy")
    check = check_against([old, new], cite(old, "Nobody was hurt."))
    assert (check.status, check.after) == ("changed", None)


def test_words_that_became_part_of_another_sentence_are_changed() -> None:
    old, new = versions(
        "Nobody was hurt. It rained.", "The first report said: Nobody was hurt. It was wrong. It rained."
    )
    assert check_against([old, new], cite(old, "Nobody was hurt.")).status == "changed"


def test_a_sentence_that_only_grew_at_its_end_is_changed() -> None:
    old, new = versions("Ferry sinks\n\nNobody was hurt.", "Ferry sinks a second time\n\nNobody was hurt.")
    check = check_against([old, new], cite(old, "Ferry sinks"))
    assert check.status == "changed"
    assert check.after is not None
    assert check.after.text == "Ferry sinks a second time"


def test_of_two_like_it_the_nearer_is_its_place() -> None:
    old, new = versions(f"{FIRST} Nobody was hurt.", f"NEW. {FIRST} Nobody was hurt.")
    second = old.article.text.rindex("Nobody was hurt.")
    check = check_against([old, new], cite(old, "Nobody was hurt.", second))
    assert check.place is not None
    assert check.place.start == second + 5


def test_what_no_version_has_is_unknown() -> None:
    (only,) = versions(FIRST)
    forged = CitedQuote("ferry", only.article.fingerprint, 1, 26, 42, "Forty were hurt.")
    assert check_against([only], forged).status == "unknown"


def test_a_quote_given_with_a_wrong_place_is_moved() -> None:
    (only,) = versions(FIRST)
    check = check_against([only], cite(only, "Nobody was hurt.", 3))
    assert check.status == "moved"
    assert check.place is not None
    assert check.place.start == 26


def test_an_unknown_fingerprint_is_looked_for_in_every_version() -> None:
    old, new = versions(FIRST, FIRST.replace("Nobody was hurt.", "Two were hurt."))
    lost = CitedQuote("ferry", "0" * 64, 9, 26, 42, "Nobody was hurt.")
    check = check_against([old, new], lost)
    assert (check.status, check.before and check.before.article.version) == ("changed", 1)


def test_part_of_a_sentence_is_told_with_its_sentence() -> None:
    old, new = versions(FIRST, FIRST.replace("Friday", "Saturday"))
    check = check_against([old, new], cite(old, "The ferry sank"))
    assert check.status == "changed"
    assert check.before is not None
    assert check.before.text == "The ferry sank on Friday."
    check = check_against([old, new], cite(old, "Mara Voss"))
    assert check.status == "moved"
    assert check.place is not None
    assert check.place.text == "Mara Voss"


SENTENCES = st.lists(st.sampled_from(["It rained.", "Two were hurt.", "Nobody was hurt.", "Ships sank."]), min_size=1)


@given(before=SENTENCES, after=SENTENCES, data=st.data())
def test_whatever_holds_stands_at_its_place_and_whatever_changed_does_not(
    before: list[str], after: list[str], data: st.DataObject
) -> None:
    old, new = versions(" ".join(before), " ".join(after))
    sentence = data.draw(st.sampled_from(old.sentences))
    check = check_against([old, new], cite(old, sentence.text, sentence.start))
    assert check.holds == (sentence.text in after)
    if check.place is not None:
        assert new.article.text[check.place.start : check.place.end] == sentence.text
        assert (check.status == "valid") == (check.place.start == sentence.start)
    else:
        assert check.before is not None
        assert (check.before.start, check.before.text) == (sentence.start, sentence.text)


@pytest.mark.parametrize("quote", ["a" * 5_000, "Nobody was hurt. " * 300])
def test_a_hostile_quote_is_only_unknown(quote: str) -> None:
    (only,) = versions("a" * 4_000 + ". " + FIRST)
    assert check_against([only], cite(only, quote, 10**12)).status == "unknown"

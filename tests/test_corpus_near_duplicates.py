import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.library.near_duplicates import BANDS, NEAR, PERMUTATIONS, bands_of, signature_of, similarity
from tests.library_articles import story

SIGNATURE = [68299744, 1969132634, 193340856, 1259722]
HASHES = [-8392534851585040398, -7911109099172315451]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().replace(".", "").split()
    return {tuple(words[at : at + 5]) for at in range(len(words) - 4)}


def test_a_signature_is_the_same_for_good() -> None:
    # Stored signatures are compared with new ones: these numbers must never change.
    signature = signature_of("Around 3,000 troops might be involved, officials said.")
    assert (signature.shape, signature.dtype) == ((PERMUTATIONS,), np.uint32)
    assert signature[:4].tolist() == SIGNATURE
    assert bands_of(signature)[:2] == HASHES


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 40))
def test_it_estimates_the_share_of_common_shingles(number: int, changed: int) -> None:
    one, other = story(number, 40), story(number, 40, changed=changed)
    a, b = shingles(one), shingles(other)
    truth = len(a & b) / len(a | b)
    assert similarity(signature_of(one), signature_of(other)) == pytest.approx(truth, abs=0.2)  # 4.5 standard errors


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 4))
def test_what_is_near_shares_a_band(number: int, changed: int) -> None:
    one, other = signature_of(story(number, 40)), signature_of(story(number, 40, changed=changed))
    if similarity(one, other) >= NEAR:
        assert set(bands_of(one)) & set(bands_of(other))


def test_case_and_punctuation_do_not_matter() -> None:
    assert (
        similarity(signature_of("One two, three: FOUR five six."), signature_of("one two three four (five) six")) == 1
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Yes.", "No."),
        ("!!!", "???"),
        ("", "a"),
        (
            "\u5317\u4eac\u662f\u4e2d\u56fd\u7684\u9996\u90fd",
            "\u4e0a\u6d77\u662f\u4e00\u5ea7\u5f88\u5927\u7684\u57ce\u5e02",
        ),
        (story(1), story(2)),
    ],
)
def test_different_texts_are_far_apart(one: str, other: str) -> None:
    assert similarity(signature_of(one), signature_of(other)) < 0.2
    assert similarity(signature_of(one), signature_of(one)) == 1
    assert not set(bands_of(signature_of(one))) & set(bands_of(signature_of(other)))


def test_a_script_without_spaces_is_compared_by_its_letters() -> None:
    one = (
        "\u5317\u4eac\u662f\u4e2d\u56fd\u7684\u9996\u90fd\u4e5f\u662f\u4e00\u5ea7\u5386\u53f2\u60a0\u4e45\u7684\u57ce\u5e02"
        * 2
    )
    assert 0.3 < similarity(signature_of(one), signature_of("\u8bb0\u8005" + one)) < 1


def test_there_are_as_many_bands_as_said() -> None:
    assert len(set(bands_of(signature_of("a")))) == BANDS
    assert all(-(2**63) <= band < 2**63 for band in bands_of(signature_of(story(1))))

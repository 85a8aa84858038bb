import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.normalise import normalise


@given(
    st.text(st.characters()) | st.text(st.sampled_from("\r\n\u200b\ufeff\u00a0e\u0301\u2028\u2029\x00\x85\ud83d\ude00"))
)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode()  # no lone surrogate is left


# Runs of marks around the length at which they are parted: marks that double, that swap, that join their letter.
RUNS = st.lists(
    st.tuples(
        st.sampled_from("eé\u1e69a\u0301\u0316\u0327\u0344\u0f73\u034f≠"), st.sampled_from([1, 2, 10, 15, 29, 30, 31])
    ),
    max_size=8,
)


@given(RUNS)
def test_parting_long_runs_of_marks_is_done_once(runs: list[tuple[str, int]]) -> None:
    once = normalise("".join(character * times for character, times in runs))
    assert normalise(once) == once


def test_a_file_of_combining_marks_is_sorted_in_short_runs() -> None:
    text = normalise("a" + "\u0315\u0300" * 300_000)  # as one run: minutes
    assert text.startswith("à")
    assert text.count("\u0300") + 1 == text.count("\u0315") == 300_000
    assert max(map(len, text.split("\u034f"))) <= 31
    assert "\u034f" not in normalise("e" + "\u0301" * 30)


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\u2029b", "a\n\nb"),
        ("10\u00a0km", "10 km"),
        ("\ufeffco\u00adop\u200ber\u2060ate", "cooperate"),
        ("cafe\u0301", "café"),
        ("a\x00b\x07c\td", "abc\td"),
        ("\ud800", "\ufffd"),
        ("می\u200cخواهم 👩\u200d🔬", "می\u200cخواهم 👩\u200d🔬"),
    ],
)
def test_what_normalising_does(raw: str, normal: str) -> None:
    assert normalise(raw) == normal

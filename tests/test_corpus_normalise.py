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

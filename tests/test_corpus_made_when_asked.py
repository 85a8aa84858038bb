"""A sequence whose items are made when they are asked for is a tuple to those who ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.made_when_asked import MadeWhenAsked


@given(st.lists(st.integers(), max_size=12), st.slices(12), st.integers(-14, 14))
def test_it_is_as_a_tuple_of_the_same(items: list[int], part: slice, place: int) -> None:
    made, whole = MadeWhenAsked(len(items), items.__getitem__), tuple(items)
    assert made == whole
    assert whole == made
    assert made != (*whole, 1)
    assert made != list(whole)
    assert (len(made), tuple(made), made[part], tuple(reversed(made))) == (len(whole), whole, whole[part], whole[::-1])
    assert made == MadeWhenAsked(len(items), whole.__getitem__)
    if -len(whole) <= place < len(whole):
        assert made[place] == whole[place]
    else:
        with pytest.raises(IndexError):
            made[place]


def test_nothing_is_made_before_it_is_asked_for() -> None:
    asked: list[int] = []

    def make(place: int) -> int:
        asked.append(place)
        return place

    many = MadeWhenAsked(1_000_000, make)
    assert many[-1] == 999_999
    assert many[3:5] == (3, 4)
    assert asked == [999_999, 3, 4]
    assert "7" in repr(MadeWhenAsked(1, lambda _: 7))

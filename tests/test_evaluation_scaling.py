"""The model of docs/scaling.md: it says what the page says, and what follows from its assumptions."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scaling import MEASURED, SIZES, Assumptions, cores_for, draw, local, local_table, plan, table

DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_has_the_models_table() -> None:
    page = (DOCS / "scaling.md").read_text("utf-8")
    assert table([plan(size) for size in SIZES]) in page
    assert local_table() in page


def test_one_machine_is_on_the_line_through_what_was_measured() -> None:
    for one in MEASURED:
        found = local(one.passages)
        assert found["deriving, minutes"] == pytest.approx(one.derive_s / 60)
        assert found["search, ms"] == pytest.approx(one.by_meaning_ms + one.by_words_ms + one.found_ms)
    assert local(1_900_000)["disk, GB"] == pytest.approx(2 * 8.03 - 0.813)


def test_by_hand() -> None:
    given = Assumptions(passages_a_core_second=10, library_bytes=1_000, node_bytes=2_000, index_seconds=0.36)
    given = replace(given, walk_ms=2, found_ms=8, read_ms=100, hop_ms=5, server_passages=1e5)
    one, ten = plan(100_000, given), plan(1_000_000, given)
    assert (one.servers, one.memory_gb, one.disk_gb) == (1, 0.2, pytest.approx(0.3))
    assert one.encode_core_hours == pytest.approx(10_000 / 3600)
    assert one.index_hours == ten.index_hours == pytest.approx(10)
    assert one.answer_ms == pytest.approx(110)
    assert ten.servers == 10
    assert ten.answer_ms == pytest.approx(10 * 1.25 + 5 + 100)
    assert [cores_for(rate) for rate in (0, 1, 5, 100)] == [0, 1, 1, 20]


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_more_passages_never_take_less(one: int, other: int) -> None:
    small, large = plan(min(one, other)), plan(max(one, other))
    assert small.servers <= large.servers
    assert small.encode_core_hours <= large.encode_core_hours
    assert small.price <= large.price


def test_the_plot_is_drawn_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        draw([plan(size) for size in SIZES], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "passages" in (tmp_path / "a.svg").read_text("utf-8")

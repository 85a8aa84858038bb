"""How often a key, an address and a wrong key may come, by a clock that the tests turn."""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.keys.rate import Rate, parse_rate
from tests.access_app import PLENTY, bearer, keyed
from web.access.rate_limits import RateLimits, headers_of, place_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def test_a_window_moves(clock: list[float]) -> None:
    limits = RateLimits(Rate(3, 60), PLENTY)
    for second, remaining in ((0, 2), (10, 1), (20, 0)):
        clock[0] = 1_000_000.0 + second
        standing = limits.ask("key", limits.key_rate, "one")
        assert (standing.refused, standing.remaining) == (False, remaining)
    refused = limits.ask("key", limits.key_rate, "one")
    assert refused.refused
    assert refused.reset == 40  # when the first of them is a minute old
    clock[0] = 1_000_000.0 + 59
    assert limits.ask("key", limits.key_rate, "one").refused
    clock[0] = 1_000_000.0 + 61
    assert not limits.ask("key", limits.key_rate, "one").refused
    assert limits.ask("key", limits.key_rate, "one").refused  # the one after 10 seconds counts still


def test_a_clock_that_is_set_back_locks_nobody_out(clock: list[float]) -> None:
    limits = RateLimits(Rate(1, 60), PLENTY, failures=Rate(1, 60))
    limits.ask("key", limits.key_rate, "one")
    limits.fail("here")
    assert limits.ask("key", limits.key_rate, "one").refused
    assert limits.too_many_failures("here")
    clock[0] -= 3_600
    assert not limits.too_many_failures("here")
    assert not limits.ask("key", limits.key_rate, "one").refused
    assert limits.ask("key", limits.key_rate, "one").refused  # it counts on, by the new time


def test_another_one_is_counted_apart(clock: list[float]) -> None:
    limits = RateLimits(Rate(1, 60), PLENTY)
    assert not limits.ask("key", limits.key_rate, "one").refused
    assert not limits.ask("key", limits.key_rate, "other").refused
    assert not limits.ask("address", limits.key_rate, "one").refused
    assert limits.ask("key", limits.key_rate, "one").refused


def test_much_at_once_is_counted_wholly_or_not_at_all(clock: list[float]) -> None:
    limits = RateLimits(Rate(10, 60), PLENTY)
    assert not limits.ask("key", limits.key_rate, "one", 8).refused
    refused = limits.ask("key", limits.key_rate, "one", 3)
    assert (refused.refused, refused.remaining) == (True, 2)
    assert limits.ask("key", limits.key_rate, "one", 11).refused


@given(amount=st.integers(1, 20), asked=st.lists(st.integers(0, 30), max_size=60))
def test_no_window_holds_more_than_is_allowed(amount: int, asked: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        now = [1_000_000.0]
        patch.setattr(time, "time", lambda: now[0])
        limits, let_in = RateLimits(Rate(amount, 60), PLENTY), []
        for pause in asked:
            now[0] += pause * 1.0137  # never a whole minute
            standing = limits.ask("key", limits.key_rate, "one")
            if standing.refused:
                assert 1 <= standing.reset <= 60
            else:
                let_in.append(now[0])
            assert sum(when >= now[0] - 60 for when in let_in) <= amount
            assert standing.remaining == amount - sum(when >= now[0] - 60 for when in let_in)


def test_the_headers_are_structured_fields_as_the_draft_has_them(clock: list[float]) -> None:
    limits = RateLimits(Rate(1, 60), Rate(5, 3_600))
    standings = [limits.address("a"), limits.ask("key", limits.key_rate, "one")]
    assert headers_of(standings) == {
        "ratelimit-policy": '"address";q=5;w=3600, "key";q=1;w=60',
        "ratelimit": '"address";r=4;t=3600, "key";r=0;t=60',
    }
    assert headers_of([limits.ask("key", limits.key_rate, "one")])["retry-after"] == "60"
    assert headers_of([]) == {}


@pytest.mark.parametrize(
    ("client", "place"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("2001:db8:1:2:ffff::", 1), "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("fe80::1%eth0", 1), "fe80::/64"),
        (("testclient", 1), "testclient"),
        (None, "local"),
    ],
)
def test_an_address_counts_with_its_neighbours(client: tuple[str, int] | None, place: str) -> None:
    assert place_of(client) == place


@pytest.mark.parametrize("text", ["", "5", "0/minute", "5/week", "5 / minute", "-1/day", "5/minute; 6/day", "٥/day"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(ValueError, match="is no rate"):
        parse_rate(text)


def test_a_key_that_has_asked_enough_is_told_when_to_come_again(tmp_path: Path, clock: list[float]) -> None:
    with keyed(tmp_path, limits=RateLimits(Rate(2, 60), PLENTY), filled=False) as server:
        one, other = bearer(server.key("read")), bearer(server.key("read"))
        own = bearer(server.key("read", rate="1/hour"))
        path = "/api/v1/collections"
        for remaining in (1, 0):
            response = server.client.get(path, headers=one)
            assert response.status_code == 200
            assert f'"key";r={remaining};t=60' in response.headers["ratelimit"]
            assert '"key";q=2;w=60' in response.headers["ratelimit-policy"]
        refused = server.client.get(path, headers=one)
        assert refused.status_code == 429
        assert refused.json()["type"] == "urn:askarticle:problem:too-many-requests"
        assert refused.headers["retry-after"] == "60"
        assert server.client.get(path, headers=other).status_code == 200
        assert server.client.get(path, headers=own).status_code == 200
        assert server.client.get(path, headers=own).headers["retry-after"] == "3600"
        clock[0] += 61
        assert server.client.get(path, headers=one).status_code == 200
        assert server.client.get(path, headers=own).status_code == 429


def test_a_batch_counts_as_the_questions_in_it(tmp_path: Path, clock: list[float]) -> None:
    with keyed(tmp_path, limits=RateLimits(Rate(5, 60), PLENTY), filled=False) as server:
        key, question = bearer(server.key("read")), {"question": "how many troops?"}
        first = server.client.post("/api/v1/ask/batch", json={"questions": [question] * 4}, headers=key)
        assert first.status_code == 200
        assert '"key";r=1;' in first.headers["ratelimit"]
        second = server.client.post("/api/v1/ask/batch", json={"questions": [question] * 4}, headers=key)
        assert second.status_code == 429
        assert "counts as 4" in second.json()["detail"]
        assert second.headers["retry-after"] == "60"


def test_an_address_is_limited_whatever_keys_it_has(tmp_path: Path, clock: list[float]) -> None:
    with keyed(tmp_path, limits=RateLimits(PLENTY, Rate(3, 60)), filled=False) as server:
        headers = [bearer(server.key("read")) for _ in range(4)]
        seen = [server.client.get("/api/v1/collections", headers=each).status_code for each in headers]
        assert seen == [200, 200, 200, 429]
        assert server.client.get("/healthz").status_code == 200  # what is open to all is not counted


def test_wrong_keys_cost_who_sends_them(tmp_path: Path, clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.keys import hashing

    worked_out = []
    check = hashing.is_secret
    monkeypatch.setattr(hashing, "is_secret", lambda *given: worked_out.append(1) or check(*given))
    with keyed(tmp_path, limits=RateLimits(PLENTY, PLENTY, Rate(3, 60)), filled=False) as server:
        good, used = server.key("read"), server.key("read")
        path = "/api/v1/collections"
        assert server.client.get(path, headers=bearer(used)).status_code == 200
        forged = re.sub("_[^_]*$", f"_{'a' * 43}", good)
        seen = [server.client.get(path, headers=bearer(forged)).status_code for _ in range(9)]
        assert seen == [401] * 3 + [429] * 6
        assert len(worked_out) == 4
        assert server.client.get(path, headers=bearer(good)).status_code == 429  # not looked at
        assert server.client.get(path, headers=bearer(used)).status_code == 200  # known to be right
        assert server.client.post("/sign-in", data={"key": forged}).status_code == 429
        clock[0] += 61
        assert server.client.get(path, headers=bearer(good)).status_code == 200

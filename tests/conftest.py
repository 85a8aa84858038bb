"""Options of the test suite, and the browser of those tests that need one."""

from collections.abc import Iterator

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=15, help="at how many instants a library's process is killed")
    parser.addoption("--removals", type=int, default=1, help="how many articles are removed and asked about; at most 6")
    parser.addoption("--cases", type=int, default=300, help="how many requests are made up for the API, at least")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, for the tests of one file."""
    from tests.browser import chromium  # here: most tests need no browser, and playwright takes a while to load

    with chromium() as running:
        yield running

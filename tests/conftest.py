from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, for the tests of one file."""
    from tests.browser import chromium  # here: most tests need no browser, and playwright takes a while to load

    with chromium() as running:
        yield running

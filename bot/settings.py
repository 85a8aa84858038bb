"""The settings: one class, read from the environment (``ASKARTICLE_*``)."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.keys.rate import parse_rate
from corpus.library.address import is_server

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")


def _to_origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    origins = tuple(origin for part in value.split(",") if (origin := part.strip().rstrip("/").lower()))
    # A browser leaves out the port that the scheme has anyway.
    origins = tuple(origin.removesuffix(":443" if origin.startswith("https:") else ":80") for origin in origins)
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin; write it as https://example.org, without a path")
    return origins


def _to_names(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(name for part in value.split(",") if (name := part.strip().lower()))


def _to_networks(value: object) -> object:
    names = _to_names(value)
    if isinstance(names, tuple):
        for name in names:
            try:
                ip_network(name)
            except ValueError:
                raise ValueError(f"{name!r} is no address or network; write 10.0.0.5 or 10.0.0.0/24") from None
    return names


def _check_rate(text: str) -> str:
    parse_rate(text)
    return text.strip().lower()


def _check_server(address: SecretStr) -> SecretStr:
    if not is_server(address.get_secret_value()):  # taken for a file, it would be a library in a folder of that name
        raise ValueError("a library's address is postgresql+psycopg://USER:PASSWORD@HOST/NAME")
    return address


Rate = Annotated[str, AfterValidator(_check_rate)]


class Settings(BaseSettings):
    """What can be set; command-line options override the environment."""

    model_config = SettingsConfigDict(env_prefix="ASKARTICLE_", env_ignore_empty=True, extra="ignore")

    data: Path = Field(
        default_factory=lambda: user_data_path("askarticle"),
        description="The data folder: the library, and exported models and indexes (these are made again).",
    )
    database: Annotated[SecretStr, AfterValidator(_check_server)] | None = Field(  # it may hold a password
        default=None,
        description="The address of a library on a PostgreSQL server, postgresql+psycopg://USER:PASSWORD@HOST/NAME; "
        "without one the library is a file of the data folder.",
    )
    encoder: Path | None = Field(
        default=None, description="A sentence-transformers model folder to use in place of all-MiniLM-L6-v2."
    )
    host: str = Field(default="127.0.0.1", description="The address that `askarticle serve` listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port that `askarticle serve` listens on.")
    origins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_to_origins)] = Field(
        default=(),
        description="The origins, with commas between them, whose pages may ask `askarticle serve` by the widget or "
        "the API; * is all of them.",
    )
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_to_names)] = Field(
        default=(),
        description="The host names, with commas between them, that `askarticle serve` answers to beside its own "
        "address; without any, on loopback its own alone, elsewhere all.",
    )
    proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_to_networks)] = Field(
        default=(),
        description="The addresses or networks, with commas between them, of proxies whose X-Forwarded-For and "
        "X-Forwarded-Proto are believed.",
    )
    keys: bool | None = Field(
        default=None,
        description="Whether `askarticle serve` asks for keys: 1 or 0; without it, where others than this machine's "
        "own programs can reach it.",
    )
    key_rate: Rate = Field(default="600/minute", description="How many requests a key may make.")
    address_rate: Rate = Field(
        default="1200/minute", description="How many requests may come from one address, where the server limits them."
    )
    conversation_days: int = Field(
        default=30, ge=1, le=36_500, description="How many days a conversation is kept after its last question."
    )
    workers: int = Field(default=1, ge=1, le=64, description="How many processes `askarticle serve` answers with.")
    at_work: int = Field(
        default=0, ge=0, le=1_000, description="How many questions a process works at at once; 0: one for each core."
    )
    waiting: int = Field(
        default=64, ge=0, le=100_000, description="How many questions wait for their turn; more are refused with 503."
    )
    wait_seconds: float = Field(
        default=10, gt=0, le=3_600, description="How long a question waits for its turn before it is refused with 503."
    )
    stop_seconds: int = Field(
        default=20, ge=1, le=3_600, description="How long a stopped server gives the requests under way."
    )
    log: Literal["plain", "json"] = Field(
        default="plain", description="The server's log: plain warnings, or json, with a line for each request."
    )
    log_questions: bool = Field(
        default=False, description="Let the server's log hold questions, and messages of errors that may quote them."
    )
    traces: bool = Field(
        default=False, description="Send traces by OpenTelemetry, to where its own OTEL_* variables say."
    )
    develop: bool = Field(default=False, description="Serve /components too: every part of the pages in every state.")

    @property
    def keys_file(self) -> Path:
        """The file of the keys."""
        return self.data / "keys.sqlite"

    @property
    def library(self) -> Path:
        """The library's file, where it is in a file."""
        return self.data / "library.sqlite"

    @property
    def library_place(self) -> Path | str:
        """Where the library is: its file, or the server's address."""
        return self.library if self.database is None else self.database.get_secret_value()

    @property
    def has_library(self) -> bool:
        """Whether there is one, maybe empty; on a server it is made when it is first asked."""
        return self.database is not None or self.library.exists()

    @property
    def library_index(self) -> Path:
        """The folder of what is derived from the library to search it."""
        return self.data / "indexes" / "library"

"""The settings: one class, read from the environment (``ASKARTICLE_*``)."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.keys.rate import parse_rate

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")


def _to_origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    origins = tuple(origin for part in value.split(",") if (origin := part.strip().rstrip("/").lower()))
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


Rate = Annotated[str, AfterValidator(_check_rate)]


class Settings(BaseSettings):
    """What can be set; command-line options override the environment."""

    model_config = SettingsConfigDict(env_prefix="ASKARTICLE_", env_ignore_empty=True, extra="ignore")

    data: Path = Field(
        default_factory=lambda: user_data_path("askarticle"),
        description="The data folder: the library, and exported models and indexes (these are made again).",
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
    develop: bool = Field(default=False, description="Serve /components too: every part of the pages in every state.")

    @property
    def keys_file(self) -> Path:
        """The file of the keys."""
        return self.data / "keys.sqlite"

    @property
    def library(self) -> Path:
        """The library's file."""
        return self.data / "library.sqlite"

    @property
    def library_index(self) -> Path:
        """The folder of what is derived from the library to search it."""
        return self.data / "indexes" / "library"

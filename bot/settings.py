"""The settings: one class, read from the environment (``ASKARTICLE_*``)."""

import re
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(:[0-9]{1,5})?")


def _to_origins(value: object) -> object:
    if not isinstance(value, str):
        return value
    origins = tuple(origin for part in value.split(",") if (origin := part.strip().rstrip("/").lower()))
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise ValueError(f"{origin!r} is no origin; write it as https://example.org, without a path")
    return origins


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
    develop: bool = Field(default=False, description="Serve /components too: every part of the pages in every state.")

    @property
    def library(self) -> Path:
        """The library's file."""
        return self.data / "library.sqlite"

    @property
    def library_index(self) -> Path:
        """The folder of what is derived from the library to search it."""
        return self.data / "indexes" / "library"

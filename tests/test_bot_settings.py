from pathlib import Path

import pytest
from typer.testing import CliRunner

from askarticle import app
from bot import Settings

DOCUMENT = (Path(__file__).parent.parent / "docs" / "how-it-works.md").read_text("utf-8")


def test_every_setting_is_documented_and_described() -> None:
    for name, field in Settings.model_fields.items():
        assert f"`ASKARTICLE_{name.upper()}`" in DOCUMENT
        assert field.description


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASKARTICLE_DATA", str(tmp_path))
    monkeypatch.setenv("ASKARTICLE_PORT", "8123")
    assert Settings().data == tmp_path
    assert Settings().port == 8123


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"ASKARTICLE_{name.upper()}" for name in Settings.model_fields]
    for name in names:
        monkeypatch.delenv(name, raising=False)
    plain = Settings()
    for name in names:
        monkeypatch.setenv(name, "")
    assert Settings() == plain


@pytest.mark.parametrize(
    "address",
    ["reader:s3cret@db.example.org:5432/lib", "db.example.org/s3cret", "postgresql+psycopg:/u:s3cret@h/lib", "s3cret"],
)
def test_what_is_no_servers_address_is_refused_and_not_shown(
    address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASKARTICLE_DATABASE", address)
    monkeypatch.chdir(tmp_path)
    ended = CliRunner().invoke(app, ["list"])
    assert ended.exit_code == 2
    said = " ".join(ended.output.replace("│", " ").split())
    assert "ASKARTICLE_DATABASE is not usable" in said
    assert "postgresql+psycopg://USER:PASSWORD@HOST/NAME" in said
    assert "s3cret" not in said
    assert list(tmp_path.iterdir()) == []

from pathlib import Path

import pytest

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

"""Which language a text is in, where the machine does not let that be told."""

from typing import Any

import pytest

from corpus.errors import StoredDataError
from corpus.readers import language


def test_without_room_for_a_temporary_file_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    from py3langid.langid import LanguageIdentifier

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    language._identifier.cache_clear()
    monkeypatch.setattr(LanguageIdentifier, "from_model_file", full)
    with pytest.raises(StoredDataError, match=r"No space left on device.* TMPDIR"):
        language.tell_language("The harbour of the town was closed on Monday after a storm.")
    monkeypatch.undo()
    language._identifier.cache_clear()
    assert language.tell_language("Der Hafen der Stadt wurde am Montag nach einem Sturm geschlossen.") == "de"

"""Keys: how they are written and stored, and the commands that make, list and revoke them."""

import json
import re
import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from askarticle import app
from bot.keys import hashing
from bot.keys.key import SCOPES, includes, new_id, new_secret, parse, written
from bot.keys.store import KeyStore
from corpus.errors import AskArticleError, NoSuchKeyError, StoredDataError

KEY = re.compile(r"aa_[a-z0-9]{10}_[A-Za-z0-9]{43}")


@pytest.fixture
def store(tmp_path: Path) -> KeyStore:
    return KeyStore(tmp_path / "new" / "keys.sqlite")


def run(folder: Path, *words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["keys", *words, "--data", str(folder)])
    error = result.exception
    said = f"{result.stderr}{error}" if isinstance(error, AskArticleError) else result.stderr
    return result.exit_code, result.stdout, said


@given(st.data())
def test_a_key_says_its_id_and_its_secret(data: st.DataObject) -> None:
    id, secret = new_id(), new_secret()
    assert parse(written(id, secret)) == (id, secret)
    text = data.draw(st.text() | st.just(written(id, secret)).map(lambda key: data.draw(st.sampled_from(bent(key)))))
    assert parse(text) is None


def bent(key: str) -> list[str]:
    return [
        key[:-1],
        key + "a",
        key + "\n",
        " " + key,
        key.upper(),
        key.replace("aa_", "ab_"),
        key.replace("_", "-"),
        "",
    ]


def test_a_scope_includes_those_before_it() -> None:
    assert [[includes(one, other) for other in SCOPES] for one in SCOPES] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_a_secret_is_stored_as_an_argon2_hash_that_nobody_else_can_read(store: KeyStore) -> None:
    key, text = store.create("mine", "read")
    secret = text.split("_")[2]
    content = b"".join(path.read_bytes() for path in store.path.parent.iterdir())
    assert secret.encode() not in content
    assert text.encode() not in content
    assert b"$argon2id$" in content
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in store.path.parent.iterdir())
    found = store.find(key.id)
    assert found is not None
    assert hashing.is_secret(secret, found[1])
    assert not hashing.is_secret(secret[:-1] + ("a" if secret[-1] != "a" else "b"), found[1])
    assert not hashing.is_secret(secret, "no hash at all")


def test_two_hashes_of_one_secret_differ() -> None:
    assert hashing.hash_secret("same") != hashing.hash_secret("same")


def test_a_key_is_kept_as_it_was_made(store: KeyStore) -> None:
    expires = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    made, _ = store.create("für 🐦", "write", collections=frozenset({"b", "a"}), expires=expires, rate="5/day")
    assert store.all() == [made]
    assert store.find(made.id) == (made, store.find(made.id)[1])  # type: ignore[index]


def test_what_is_revoked_or_has_expired_lets_nobody_in(store: KeyStore) -> None:
    assert not store.any()
    key, _ = store.create("mine", "read")
    old, _ = store.create("old", "read", expires=datetime.now(UTC) - timedelta(seconds=2))
    token, old_token = store.open_session(key.id, 60), store.open_session(old.id, 60)
    assert store.session(token) == key
    assert store.session(old_token) is None
    assert store.find(old.id) is None
    assert store.any()
    KeyStore(store.path).revoke(key.id)  # by another program
    assert store.find(key.id) is None
    assert store.session(token) is None
    assert not store.any()
    with pytest.raises(NoSuchKeyError):
        store.revoke(key.id)


def test_a_session_ends(store: KeyStore) -> None:
    key, _ = store.create("mine", "read")
    assert store.session(store.open_session(key.id, 0)) is None
    token, other = store.open_session(key.id, 60), store.open_session(key.id, 60)
    assert token.encode() not in store.path.read_bytes()
    store.end_session(token)
    store.end_session("none")
    assert store.session(token) is None
    assert store.session(other) == key
    assert store.session("\udcff") is None


def test_another_file_in_its_place_is_taken_for_it(store: KeyStore, tmp_path: Path) -> None:
    key, _ = store.create("mine", "read")
    other = KeyStore(tmp_path / "other.sqlite")
    foreign, _ = other.create("other", "read")
    other.close()
    assert store.find(key.id)
    (tmp_path / "other.sqlite").replace(store.path)
    for rest in ("-wal", "-shm"):
        Path(f"{store.path}{rest}").unlink(missing_ok=True)
    assert store.find(key.id) is None
    assert store.find(foreign.id)
    store.path.unlink()
    assert store.find(foreign.id) is None
    assert store.all() == []


def test_a_file_that_is_none_of_ours_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.sqlite"
    path.write_bytes(b"no keys " * 200)
    with pytest.raises(StoredDataError, match="cannot be read"):
        KeyStore(path).any()
    path.unlink()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 9")
    newer.close()
    with pytest.raises(StoredDataError, match="another version"):
        KeyStore(path).create("mine", "read")
    with pytest.raises(StoredDataError, match="cannot be written"):
        KeyStore(tmp_path).create("mine", "read")


def test_many_at_once(store: KeyStore) -> None:
    threads = [Thread(target=KeyStore(store.path).create, args=(str(number), "read")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.name for key in store.all()) == [str(number) for number in range(8)]


def test_the_commands_make_list_and_revoke(tmp_path: Path) -> None:
    assert run(tmp_path, "list")[2].startswith("There are no keys")
    assert not (tmp_path / "keys.sqlite").exists()
    code, text, said = run(tmp_path, "create", "The archive's", "--collection", "news", "--expires", "30d")
    assert code == 0
    assert KEY.fullmatch(text.strip())
    assert "'news' yet" in said
    assert text.strip() not in said
    id = text.split("_")[1]
    _, listed, _ = run(tmp_path, "list")
    assert listed.startswith(f"{id}  read ")
    assert "The archive's  (news)  expires" in listed
    assert text.split("_")[2].strip() not in listed
    made = json.loads(run(tmp_path, "create", "x", "--scope", "admin", "--rate", "9/Day", "--json")[1])
    assert (made["scope"], made["rate"], made["collections"]) == ("admin", "9/day", None)
    assert {"key", "hash"}.isdisjoint(json.loads(run(tmp_path, "list", "--json")[1])[0])
    assert run(tmp_path, "revoke", text.strip())[0] == 0
    assert run(tmp_path, "revoke", made["id"])[0] == 0
    assert json.loads(run(tmp_path, "list", "--json")[1]) == []
    code, _, said = run(tmp_path, "revoke", "nobody")
    assert code
    assert "no key 'nobody'" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["create", ""], "1 to 64"),
        (["create", "a" * 65], "1 to 64"),
        (["create", "a\nb"], "1 to 64"),
        (["create", "x", "--scope", "root"], "no scope"),
        (["create", "x", "--scope", "admin", "--collection", "news"], "for everything"),
        (["create", "x", "--collection", ""], "a collection's name"),
        (["create", "x", "--expires", "2020-01-01"], "is over"),
        (["create", "x", "--expires", "soon"], "no end"),
        (["create", "x", "--expires", "999999d"], "no end"),
        (["create", "x", "--rate", "fast"], "no rate"),
    ],
)
def test_what_cannot_be_made_is_told(tmp_path: Path, words: list[str], told: str) -> None:
    code, out, said = run(tmp_path, *words)
    assert code
    assert out == ""
    assert told in " ".join(said.replace("│", " ").split())
    assert not (tmp_path / "keys.sqlite").exists()

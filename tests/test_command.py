"""The command as a user runs it: whole processes, real models where an answer is needed."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from askarticle import _listen

ROOT = Path(__file__).parent.parent


def run(*arguments: str | bytes, data: Path | None = None, code: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **({"ASKARTICLE_DATA": str(data)} if data else {})}
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "askarticle"]
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, env=environment, cwd=ROOT, timeout=120
    )


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder in which the default article has been asked once."""
    if shared := os.environ.get("ASKARTICLE_DATA"):
        return Path(shared)
    folder = tmp_path_factory.mktemp("data")
    assert run("ask", "how many troops?", data=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask"], "'question'"),
        (["ask", ""], "The question is empty."),
        (["ask", "  ?? "], "The question is empty."),
        (["ask", "why " * 750], "The question has 2,999 characters; at most 1,000"),
        (["ask", "why?", "--nope"], "No such option"),
        (["ask", "why?", "--article", "nowhere.txt"], "nowhere.txt"),
        (["ask", "why?", "--article", "."], "folder"),
        (["nope"], "No such command"),
        (["serve", "--port", "70000"], "'--port'"),
        (["serve", "--port", "80.5"], "'--port'"),
        (["ask", "why?", "--data", ""], "'--data'"),
        (["serve", "--host", "a..b"], "'a..b' is no address"),
        (["serve", "--host", "127.0.0.1:80"], "'127.0.0.1:80' is no address"),
        (["serve", "--host", "192.0.2.1"], "Cannot listen on 192.0.2.1 port 8000"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert done.stderr.startswith("askarticle: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "no words"), (b" \n\t ", "no words"), (b"\x89PNG\r\n\x1a\n\0\0", "text"), (b"%PDF-1.7\n\0", "broken")],
)
def test_a_file_that_is_no_article_is_one_line_and_status_2(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "story.txt").write_bytes(content)
    done = run("ask", "why?", "--article", str(tmp_path / "story.txt"))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr
    assert "story.txt" in done.stderr


def test_a_setting_that_is_not_usable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKARTICLE_PORT", "many")
    done = run("ask", "why?")
    assert done.returncode == 2
    assert "ASKARTICLE_PORT='many'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for data in (tmp_path / "file", tmp_path / "file" / "data"):
        done = run("ask", "why?", data=data)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"The data folder {data} cannot be made" in done.stderr


@pytest.mark.model
def test_ask_quotes_the_sentence_and_where_it_stands(data: Path) -> None:
    done = run("ask", "how many troops?", data=data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "U.S. officials estimate that around 3,000 troops might be involved.\n" in done.stdout
    assert "confidence" in done.stdout


@pytest.mark.model
def test_json_is_the_contract_and_nothing_else(data: Path) -> None:
    done = run("ask", "how many troops?", "--json", data=data)
    document = json.loads(done.stdout)
    assert done.stderr == ""
    assert document["found"] is True
    assert "around 3,000 troops" in document["citations"][0]["quote"]


@pytest.mark.model
@pytest.mark.parametrize("question", ["what is the capital of France?", "asdf qwer"])
def test_off_topic_questions_are_declined_with_the_nearest(data: Path, question: str) -> None:
    document = json.loads(run("ask", question, "--json", data=data).stdout)
    assert document["found"] is False
    assert document["citations"] == []
    assert len(document["nearest"]) == 3


@pytest.mark.model
def test_a_file_of_ones_own_is_asked(data: Path, tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The ferry to Lindholm sank on Friday. Its captain, Mara Voss, was the last to leave.", "utf-8")
    document = json.loads(
        run("ask", "Who was the captain of the ferry?", "--json", "--article", str(story), data=data).stdout
    )
    assert document["citations"][0]["quote"] == "Its captain, Mara Voss, was the last to leave."


@pytest.mark.model
def test_an_answer_needs_no_network_and_no_torch(data: Path) -> None:
    code = """
import socket, sys
def refuse(*_args, **_kwargs): raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import askarticle
sys.argv = ["askarticle", "ask", "how many troops?"]
try:
    askarticle.main()
finally:
    print("torch" in sys.modules, file=sys.stderr)
"""
    done = run(data=data, code=code)
    assert done.returncode == 0
    assert "around 3,000 troops" in done.stdout
    assert done.stderr.strip() == "False"


@pytest.mark.model
@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_a_terminal_without_unicode_gets_the_answer(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    story = tmp_path / "story.txt"
    story.write_text("The ferry 渡船 sank 🙂 on Friday. Its captain was the last to leave.", "utf-8")
    arguments = ("ask", "When did the ferry sink?", "--article", str(story))
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    assert r"The ferry \u6e21\u8239 sank \U0001f642 on Friday." in run(*arguments, data=data).stdout
    document = json.loads(run(*arguments, "--json", data=data).stdout)
    assert document["citations"][0]["quote"] == "The ferry 渡船 sank 🙂 on Friday."


@pytest.mark.model
def test_a_server_answers_under_its_own_address_and_stops_in_time(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKARTICLE_DATA", str(data))
    command = [sys.executable, "-m", "askarticle", "serve", "--host", "127.0.0.2", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as server:
        assert server.stderr is not None
        port = int(server.stderr.readline().partition("http://127.0.0.2:")[2].partition("/")[0])
        status = _first_status("127.0.0.2", port)
        slow = socket.create_connection(("127.0.0.2", port))
        slow.sendall(b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.2\r\nContent-Length: 9\r\n\r\n{")
        _first_status("127.0.0.2", port)  # so that the slow one has been taken in
        server.terminate()
        try:
            server.wait(timeout=60)
        finally:
            server.kill()
            slow.close()
    assert status == 200


def test_a_port_that_another_server_has_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", str(port), data=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use" in done.stderr


def test_of_two_servers_with_one_port_the_second_is_told_before_it_starts() -> None:
    with _listen("127.0.0.1", 0) as first, pytest.raises(SystemExit):
        _listen("127.0.0.1", first.getsockname()[1])


def _first_status(host: str, port: int) -> int:
    for _ in range(600):
        connection = http.client.HTTPConnection(host, port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        except ConnectionRefusedError:  # not listening yet
            time.sleep(0.1)
        finally:
            connection.close()
    pytest.fail("the server does not answer")


@pytest.mark.parametrize("arguments", [["--help"], []])
def test_help_names_every_command(arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("ask", "serve", "evaluate"))


def test_the_version_is_the_installed_one() -> None:
    assert run("--version").stdout == f"askarticle {version('askarticle')}\n"

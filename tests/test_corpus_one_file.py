"""A file that is asked alone is read in every format that the library takes in."""

import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from corpus.errors import ArticleError
from corpus.readers.one import read_one

PAGE = b"<html><head><title>Ferry</title></head><body><p>The ferry to Lindholm sank on Friday.</p></body></html>"
LINE = b'{"text": "The ferry to Lindholm sank on Friday.", "title": "Ferry"}\n'
FEED = b"""<rss version="2.0"><channel><title>News</title>%s</channel></rss>"""
ENTRY = b"<item><title>Ferry</title><guid>%d</guid><description>The ferry to Lindholm sank.</description></item>"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"Ferry\r\n\r\nThe ferry to Lindholm sank on Friday."),
        ("a.md", b"# Ferry\n\nThe *ferry* to Lindholm sank on Friday."),
        ("a.html", PAGE),
        ("page", b"\xef\xbb\xbf" + PAGE),
        ("a.jsonl", LINE),
        ("a.xml", FEED % (ENTRY % 1)),
    ],
)
def test_every_format_is_one_article(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    article = read_one(tmp_path / name)
    assert article.title == "Ferry"
    assert "ferry to Lindholm sank" in article.text.replace("*", "")
    assert "<" not in article.text


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.jsonl", LINE + LINE, "holds several articles"),
        ("a.xml", FEED % (ENTRY % 1 + ENTRY % 2), "holds several articles"),
        ("a.jsonl", b'{"title": "no text"}\n', 'no object with a "text"'),
        ("a.pdf", b"%PDF-1.7 broken", "a.pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "PNG image"),
        ("a.txt", b"", "no words"),
        ("a.html", b"<html></html>", "a.html"),
    ],
)
def test_what_is_not_one_article_is_refused(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ArticleError, match=says) as refused:
        read_one(tmp_path / name)
    assert "\n" not in str(refused.value)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("nothing", "in it")
    with pytest.raises(ArticleError, match=r"a\.docx"):
        read_one(tmp_path / "a.docx")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_read_as_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_text, args=("The ferry sank.",), daemon=True)
    writer.start()
    assert read_one(tmp_path / "pipe").text == "The ferry sank."
    writer.join(60)


def test_plain_text_loads_no_parser(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry sank.", "utf-8")
    code = (
        "import sys; from pathlib import Path; from corpus.readers.one import read_one; read_one(Path(sys.argv[1])); "
        "print([name for name in ('corpus.readers.child', 'py3langid', 'lxml', 'subprocess') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a.txt")], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.errors import UnreadableArticleError
from corpus.readers import child_main, files
from corpus.readers.child import ChildParser
from corpus.readers.packed import open_packed
from corpus.readers.sources import read_source
from corpus.readers.types import Read, ReadArticle, ReadLimits, Refused
from tests.source_files import (
    BILLION_LAUGHS,
    LOCAL_FILE,
    docx,
    epub,
    locked_pdf,
    lying_sizes,
    packed,
    page_stream,
    paragraphs,
    pdf,
    pdf_bomb,
    pdf_of_streams,
)

# Harder than the defaults, so that what must not be read is given up soon.
LIMITS = ReadLimits(
    memory_bytes=350_000_000, seconds=30, unpacked_bytes=60_000_000, text_bytes=2_000_000, pages=1000, entries=1000
)
MB = 1_000_000
GOOD_PDF = pdf([[(72, 700 - 14 * n, f"This is line {n} of the page.") for n in range(20)]] * 3)
FIELD = "<w:p><w:r><w:t>Hello there&{};.</w:t></w:r></w:p>"
ITEM = "<item><guid>{}</guid><description>{}</description></item>"


def feed(items: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<rss version="2.0"><channel>{items}</channel></rss>'.encode()


def yaml_laughs() -> bytes:
    names = "abcdefghi"
    nests = [f"{name}: &{name} [" + f"*{below}, " * 9 + "]" for below, name in pairwise(names)]
    return "\n".join(["---", "a: &a [x, x]", *nests, "author: *i", "---", "Hello there."]).encode()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut.pdf": (lambda: GOOD_PDF[: len(GOOD_PDF) // 2], "broken PDF file"),
    "endless.pdf": (lambda: GOOD_PDF[:-40], "broken PDF file"),
    "bare.pdf": (lambda: b"%PDF-1.7\n", "broken PDF file"),
    "noise.pdf": (lambda: b"%PDF-1.4\n" + bytes(range(256)) * 500, "broken PDF file"),
    "locked.pdf": (locked_pdf, "locked with a password"),
    "pages.pdf": (
        lambda: pdf_of_streams([(b"", page_stream([(72, 700, "One.")]))], count=100_000),
        "has 100,000 pages",
    ),
    "really.pdf": (lambda: pdf([[(72, 700, "One.")]] * 2000), "has 2,000 pages"),
    "pictures.pdf": (lambda: pdf([[]]), "only pictures"),
    "bomb.pdf": (lambda: pdf_bomb(400 * MB), "Save its text"),
    "nested.pdf": (lambda: pdf_bomb(400 * MB, times=2), "Save its text"),
    "bomb.docx": (lambda: docx(paragraphs("a"), more={"word/media/a.bin": bytes(70 * MB)}), "would unpack to 70"),
    "ratio.docx": (lambda: docx(paragraphs("a" * 30 * MB)), "would unpack to 30"),
    "lying.docx": (lambda: lying_sizes(docx(paragraphs("a" * 5 * MB)), "word/document.xml", 1000), "broken DOCX"),
    "laughs.docx": (lambda: docx(FIELD.format("a11"), before=BILLION_LAUGHS), "broken DOCX file"),
    "deep.docx": (lambda: docx("<w:sdt>" * 100_000 + paragraphs("Hi") + "</w:sdt>" * 100_000), "broken DOCX file"),
    "macros.docx": (lambda: packed({"word/document.xml": "<a/>"}), "broken DOCX file"),
    "cut.docx": (lambda: docx(paragraphs("Hello there."))[:-30], "broken archive"),
    "many.epub": (lambda: packed({f"a{n}": "" for n in range(10_001)}), "more than 10,000 files"),
    "bomb.epub": (lambda: epub([f"<p>{'a ' * 35 * MB}</p>"]), "would unpack to 70"),
    "laughs.epub": (lambda: epub(["<p>a</p>"], before=BILLION_LAUGHS, facts="<a>&a11;</a>"), "broken EPUB file"),
    "container.epub": (lambda: epub(["<p>a</p>"], more={"META-INF/container.xml": "<a/>"}), "names no package"),
    "deep.epub": (lambda: epub(["<div>" * 100_000 + "deep"]), "too deeply"),
    "drm.epub": (lambda: epub([bytes(range(1, 60)) * 99], more={"META-INF/encryption.xml": "<a/>"}), "DRM"),
    "some.zip": (lambda: packed({"story.txt": "Hello there."}), "neither DOCX nor EPUB"),
    "deep.html": (lambda: b"<html>" + b"<div>" * 100_000 + b"deep down", "too deeply"),
    "table.html": (lambda: b"<html>" + b"<table><tr><td>" * 20_000 + b"deep down", "too deeply"),
    "tags.html": (lambda: b"<html>" + b"<a " * MB, "no words"),
    "script.html": (lambda: b"<html><script>" + b"words; " * MB, "no words"),
    "laughs.rss": (lambda: feed("", BILLION_LAUGHS), "without entries"),
    "many.rss": (lambda: feed(ITEM.format("a", "b") * 1001), "has 1,001 entries"),
    "large.txt": (lambda: b"word " * 40 * MB, "larger than 2 MB"),
    "accents.txt": (lambda: b"\xe9" * (MB + 1), "more than 2 MB of text"),
    "nul.txt": (lambda: b"word\0word", "NUL bytes"),
    "half.txt": (lambda: b"\xff\xfea", "known encoding"),
    "noise.txt": (lambda: bytes(range(1, 256)) * 200, "known encoding"),
    "image.txt": (lambda: b"\x89PNG\r\n", "a PNG image"),
    "old.doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "as DOCX"),
    "lines.jsonl": (lambda: b"[" * MB, "line 1, is not JSON"),
    "digits.jsonl": (lambda: b'{"text": ' + b"9" * 10_000 + b"}", "line 1, is not JSON"),
    "long.jsonl": (lambda: b'{"text": "' + b"a" * 13 * MB, "line 1, is too long"),
    "latin.jsonl": (lambda: b'{"text": "caf\xe9"}', "not UTF-8"),
    **{f"empty.{kind}": (bytes, "no words") for kind in ("txt", "pdf", "docx", "epub", "html", "md", "rss")},
    "empty.jsonl": (bytes, "holds no lines"),
}
READ: dict[str, tuple[Callable[[], bytes], str]] = {
    "inner.docx": (
        lambda: docx(paragraphs("Hello there."), more={"a.zip": packed({"b": bytes(9 * MB)})}),
        "Hello there.",
    ),
    "file.docx": (lambda: docx(FIELD.format("file"), before=LOCAL_FILE), "Hello there"),
    "paths.epub": (lambda: epub(["<p>Hello there."], more={"../../evil.txt": "a", "/etc/evil": "b"}), "Hello there."),
    "file.rss": (lambda: feed(ITEM.format("a", "Hello there&amp;file;."), LOCAL_FILE), "Hello there&file;."),
    "laughs.html": (lambda: b"<!DOCTYPE html><p>Hello there &a11;.", "Hello there &a11;."),
    "laughs.md": (yaml_laughs, "Hello there."),
    "brackets.md": (lambda: b"[" * 5000 + b"a", "[" * 5000 + "a"),
    "quotes.md": (lambda: b"Hello there.\n\n" + b">" * 50_000 + b" a", "Hello there."),
    "marks.txt": (lambda: ("a" + "\u0301" * 200_000).encode(), ""),
}


@pytest.fixture(scope="module")
def parser() -> Iterator[ChildParser]:
    with ChildParser(LIMITS) as parser:
        yield parser


def read(path: Path, parser: ChildParser | None = None) -> list[Read]:
    return list(read_source(str(path), LIMITS, parser=parser))


def refusal(reads: list[Read]) -> str:
    (found,) = reads
    assert isinstance(found, Refused), found
    assert len(found.reason.splitlines()) == 1
    assert found.reason.isprintable()
    assert found.reason.count(". ") >= 1, "no cure"
    assert found.reason.endswith(".")
    return found.reason


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_one_clear_line(name: str, tmp_path: Path, parser: ChildParser) -> None:
    make, says = REFUSED[name]
    path = tmp_path / name
    path.write_bytes(make())
    reason = refusal(read(path, parser))
    assert says in reason
    assert name in reason


@pytest.mark.parametrize("name", READ)
def test_read_without_harm(name: str, tmp_path: Path, parser: ChildParser) -> None:
    make, text = READ[name]
    path = tmp_path / name
    path.write_bytes(make())
    (found,) = read(path, parser)
    assert isinstance(found, ReadArticle), found
    assert found.article.text.startswith(text)
    assert "root:" not in found.article.text
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_folder_of_bad_files_gives_its_good_one(tmp_path: Path, parser: ChildParser) -> None:
    for name in ("deep.html", "empty.txt", "lying.docx", "pages.pdf"):
        (tmp_path / name).write_bytes(REFUSED[name][0]())
    (tmp_path / "good.html").write_text("<p>Hello there.")
    reads = read(tmp_path, parser)
    assert [isinstance(found, Refused) for found in reads] == [True, True, False, True, True]


def test_a_feed_with_one_bad_entry_gives_the_others(tmp_path: Path, parser: ChildParser) -> None:
    deep = "&lt;div>" * 5000 + "deep"
    path = tmp_path / "feed.rss"
    path.write_bytes(feed(ITEM.format("a", "One.") + ITEM.format("b", deep) + ITEM.format("c", "Three.")))
    assert [isinstance(found, Refused) for found in read(path, parser)] == [False, True, False]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say")
def test_memory_is_bounded(tmp_path: Path) -> None:
    """Of this process and of its child, over the worst of the set; a bomb unpacks to more than either may take."""
    for name in (
        "bomb.pdf",
        "nested.pdf",
        "bomb.docx",
        "ratio.docx",
        "large.txt",
        "deep.html",
        "long.jsonl",
        "pages.pdf",
    ):
        (tmp_path / name).write_bytes(REFUSED[name][0]())
    code = """if True:
        import resource, sys
        from corpus.readers.sources import read_source
        from corpus.readers.types import ReadLimits, Refused
        limits = ReadLimits(memory_bytes=350_000_000)
        assert all(isinstance(found, Refused) for found in read_source(sys.argv[1], limits))
        status = dict(line.split(":", 1) for line in open("/proc/self/status"))  # getrusage's peak may be a parent's
        print(status["VmHWM"].split()[0], resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    """
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    own, childs = (int(size) * 1024 for size in done.stdout.split())
    assert own < 400 * MB
    assert childs < 400 * MB


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.readers.child._GRACE", 0.5)
    slow = tmp_path / "slow.html"
    slow.write_bytes(b"<html><p " + b" ".join(b"a%d=1" % n for n in range(400_000)) + b">Words.")
    limits = ReadLimits(seconds=1)
    reason = refusal(list(read_source(str(slow), limits)))
    assert "takes longer than 1 s" in reason


def test_another_child_reads_on_after_one_was_lost() -> None:
    with ChildParser(LIMITS) as parser:
        parser.parse("markdown", b"One.", "a.md")
        first = parser._child
        assert first
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        with pytest.raises(UnreadableArticleError, match="broke its reader"):
            parser.parse("markdown", b"Two.", "b.md")
        (draft,) = parser.parse("markdown", b"Three.", "c.md")
        assert draft.text == "Three."
        second = parser._child
        assert second
        assert second.pid != first.pid
    assert second.poll() is not None


def test_the_child_ends_with_its_parent() -> None:
    code = (
        "import os, sys; from corpus.readers.child import ChildParser; from corpus.readers.types import ReadLimits\n"
        "parser = ChildParser(ReadLimits()); parser.parse('markdown', b'One.', 'a.md')\n"
        "print(parser._child.pid, flush=True); os._exit(9)"  # as a kill would: nothing is cleaned up
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 9
    pid = int(done.stdout)
    for _ in range(600):
        if not is_running(pid):
            return
        time.sleep(0.05)
    pytest.fail("the child still runs")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_child_takes_no_module_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken')")
    monkeypatch.chdir(tmp_path)
    with ChildParser(LIMITS) as parser:
        (draft,) = parser.parse("markdown", b"One.", "a.md")
    assert draft.text == "One."


def test_limits_are_left_out_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_main, "resource", None)
    monkeypatch.setattr(child_main, "_MEMORY", Path("no such file"))
    child_main._limit_memory(LIMITS)
    child_main._limit_seconds(LIMITS)
    assert not child_main._is_large(LIMITS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes among the files")
def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round.txt").symlink_to(tmp_path / "round.txt")
    (tmp_path / "out.txt").symlink_to("/etc/passwd")
    (tmp_path / "folder").symlink_to("/etc")
    (tmp_path / "self").symlink_to(tmp_path)
    (tmp_path / "good.txt").write_text("Hello there.")
    (tmp_path / "again.txt").symlink_to(tmp_path / "good.txt")
    found = {Path(each.origin).name: each for each in read(tmp_path)}
    assert isinstance(found.pop("good.txt"), ReadArticle)
    reasons = {name: refusal([each]) for name, each in found.items()}
    assert reasons.keys() == {"pipe.txt", "dead.txt", "round.txt", "out.txt", "folder"}
    assert "pipe, link or device" in reasons["pipe.txt"]
    assert "link to nothing" in reasons["dead.txt"]
    assert "link out of the folder" in reasons["out.txt"]
    assert "link out of the folder" in reasons["folder"]


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices among the files")
@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices(path: str) -> None:
    reason = refusal(read(Path(path)))
    assert "pipe, link or device" in reason or "cannot be read" in reason


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Hello there.")
    (tmp_path / "link.txt").symlink_to(tmp_path / "good.txt")
    (found,) = read(tmp_path / "link.txt")
    assert isinstance(found, ReadArticle)
    assert found.origin == str(tmp_path / "link.txt")


@pytest.mark.parametrize("path", ["missing.txt", "a\0b", "x" * 5000, "a/../missing\nline", "", "~", "a\ud800"])
def test_paths_that_lead_nowhere(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (found,) = read_source(path, LIMITS)
    assert isinstance(found, Refused)
    assert len(found.reason.splitlines()) == 1
    found.origin.encode()


def test_odd_names_have_an_origin_that_can_be_stored(tmp_path: Path) -> None:
    name = os.fsencode(str(tmp_path)) + b"/a\nb\xff.txt"
    try:
        with open(name, "wb") as file:  # noqa: PTH123
            file.write(b"Hello there.")
    except (OSError, UnicodeError):
        pytest.skip("the system has no such names")
    (found,) = read(tmp_path)
    assert isinstance(found, ReadArticle)
    assert found.origin == str(tmp_path / "a\\nb\\udcff.txt")
    assert found.article.title.isprintable()


def test_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.txt"
    path.write_text("Hello there.")
    status = os.fstat
    times = []

    def changing(handle: int) -> os.stat_result:
        times.append(handle)
        if len(times) <= still:
            with path.open("a") as file:
                file.write(" More.")
        return status(handle)

    monkeypatch.setattr(files.os, "fstat", changing)
    still = 4
    (found,) = read(path)
    assert isinstance(found, ReadArticle)
    assert found.article.text == "Hello there." + " More." * 4
    times.clear()
    still = 1000
    assert "changes while it is read" in refusal(read(path))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.txt").write_text("Hello there.")

    def refuse(path: Path, flags: int) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(files.os, "open", refuse)  # root may read everything, so no real file would do
    assert "may not be read" in refusal(read(tmp_path / "secret.txt"))


@pytest.mark.parametrize("method", [12, 14])  # bzip2 and LZMA, whose unpacking nothing bounds
def test_an_archive_packed_in_another_way(method: int) -> None:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("word/document.xml", "a" * 1000)
    with pytest.raises(UnreadableArticleError, match="unusual way"):
        open_packed(out.getvalue(), "a.docx", LIMITS)


def test_reading_loads_nothing_heavy_before_it_is_needed() -> None:
    heavy = (
        *("trafilatura", "lxml", "docx", "feedparser", "pypdfium2", "httpx2", "anyio", "asyncio", "markdown_it"),
        *("py3langid", "charset_normalizer", "pathspec", "yaml", "numpy"),
    )
    code = f"import sys, corpus.readers.sources; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

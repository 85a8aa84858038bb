from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import ArticleError, ArticleTooLargeError, EmptyArticleError, NoSuchArticleError, NotTextError
from corpus.readers import read_text, read_text_file
from corpus.readers.text import MAX_BYTES

STORY = "Café talks resume\n\nThe minister said “no” on Tuesday.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(STORY.encode(encoding))
    article = read_text_file(path)
    assert article.text == STORY
    assert article.title == "Café talks resume"


def test_big_endian_utf16() -> None:
    assert read_text(b"\xfe\xff" + STORY.encode("utf-16-be"), "story.txt").text == STORY


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Troops move north\nThe story.", "Troops move north"),
        ("Who pays?\n\nThe story.", "Who pays?"),
        ("This is a sentence.\nThe story.", "My story 2"),
        ("Only one line", "My story 2"),
        ("long " * 40 + "\nThe story.", "My story 2"),
        ("---\nThe story.", "My story 2"),
    ],
)
def test_the_title_is_a_headline_or_the_name(text: str, title: str) -> None:
    assert read_text(text.encode(), "my_story-2.txt").title == title


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.7\n...", "a PDF file; only plain text is read"),
        (b"PK\x03\x04rest", "a zip archive or an office document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"text\x00text", "NUL bytes"),
        (b"\xff\xfe\x00", "known encoding"),
        (bytes(range(128, 256)) * 4 + b"\x00", "known encoding"),
    ],
)
def test_what_is_not_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(NotTextError, match=says) as caught:
        read_text(data, "file.bin")
    assert "file.bin" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", b"... --- !!!"])
def test_a_file_without_words_is_refused(data: bytes) -> None:
    with pytest.raises(EmptyArticleError, match="has no words"):
        read_text(data, "empty.txt")


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_bytes(b"a" * (MAX_BYTES + 1))
    with pytest.raises(ArticleTooLargeError, match="larger than 10 MB"):
        read_text_file(path)


def test_paths_that_hold_no_file(tmp_path: Path) -> None:
    with pytest.raises(NoSuchArticleError, match="There is no file"):
        read_text_file(tmp_path / "missing.txt")
    with pytest.raises(NoSuchArticleError, match="is a folder"):
        read_text_file(tmp_path)
    for odd in ("a\0b", "x" * 5000, str(tmp_path / "missing.txt" / "below")):
        with pytest.raises(NoSuchArticleError, match="Check the path"):
            read_text_file(Path(odd))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so no real file would do
    with pytest.raises(NoSuchArticleError, match="may not be read"):
        read_text_file(tmp_path / "secret.txt")


@given(st.binary())
def test_any_bytes_give_an_article_or_one_clear_line(data: bytes) -> None:
    try:
        article = read_text(data, "any.txt")
    except ArticleError as error:
        lines = str(error).splitlines()
    else:
        lines = [article.title]
        assert article.text.strip()
    assert len(lines) == 1


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The flood cost £3 million, the mayor said on Tuesday.", "latin-1"),
        ("The minister’s office said “nothing” — the café will stay open.", "cp1252"),
        ("Le capitaine est très âgé. Où est la forêt? Les élèves étaient à l'école.", "cp1252"),
        ("El año pasado, según el señor Peña, la inundación destruyó mil viviendas. ¿Quién pagará?", "latin-1"),
        ("Rzecznik powiedział, że łódź zatonęła w piątek. Kapitan opuścił ją ostatni.", "cp1250"),
        ("Loď se potopila v pátek. Kapitán ji opustil poslední, protože chtěl pomoci posádce.", "cp1250"),
        ("Паром затонул в пятницу. Капитан покинул судно последним.", "cp1251"),
        ("渡船は金曜日に沈没した。船長のマラは最後に去った。", "shift_jis"),
        ("図書館は来月から日曜日も開館すると市長が発表した。", "euc_jp"),
        ("Kütüphane gelecek aydan itibaren pazar günleri de açık olacak, dedi başkan.", "cp1254"),
        ("Bu kış İzmir'de kar yağışı bekleniyor; çocuklar şimdiden sevinçli.", "iso8859_9"),
        ("Библиотека со следующего месяца будет открыта и по воскресеньям, сообщил мэр.", "koi8_r"),
        ("Библиотека со следующего месяца будет открыта и по воскресеньям, сообщил мэр.", "cp866"),
        ("Бібліотека з наступного місяця буде відкрита й у неділю, повідомив мер.", "koi8_u"),
        ("Библиотеката ще работи и в неделя от следващия месец, съобщи кметът.", "cp1251"),
        ("Bókasafnið verður einnig opið á sunnudögum frá næsta mánuði, sagði borgarstjórinn.", "cp1252"),
        ("Biblioteka od przyszłego miesiąca będzie otwarta także w niedziele.", "iso8859_2"),
        ("Η βιβλιοθήκη θα είναι ανοιχτή και τις Κυριακές από τον επόμενο μήνα.", "cp1253"),
        ("הספרייה תהיה פתוחה גם בימי ראשון החל מהחודש הבא, אמר ראש העיר.", "cp1255"),
        ("ستفتح المكتبة أبوابها أيام الأحد أيضا ابتداء من الشهر المقبل.", "cp1256"),
        ("Biblioteka nuo kito mėnesio dirbs ir sekmadieniais, pranešė meras.", "cp1257"),
        ("图书馆从下个月起星期天也开放，市长宣布。", "gb18030"),
        ("圖書館從下個月起星期天也開放，市長宣布。", "big5"),
        ("도서관은 다음 달부터 일요일에도 문을 연다고 시장이 발표했다.", "cp949"),
        ("Biblioteket holder også åbent om søndagen fra næste måned.", "cp1252"),
        ("Knihovna bude od příštího měsíce otevřena i v neděli.", "cp1250"),
    ],
)
def test_an_encoding_without_a_mark_is_guessed(text: str, encoding: str) -> None:
    assert read_text(text.encode(encoding), "story.txt").text == text

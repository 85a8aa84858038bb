from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from corpus.normalise import normalise
from corpus.readers.child import ChildParser
from corpus.readers.pdf_layout import Line, Page, lay_out
from tests.reading import one_parser, read_one
from tests.source_files import lines, pdf


@pytest.fixture(scope="module", autouse=True)
def parser() -> Iterator[ChildParser]:
    with one_parser() as parser:
        yield parser


TALL = 842.0


def test_pdf(tmp_path: Path) -> None:
    pages = [
        [
            (72, 800, "The Daily, Tuesday"),
            *lines(
                "The ferry sank on Friday night in a storm off the northern coast of the is-",
                "land, officials said. It was carrying one hundred and twenty people and a",
                "well-known writer.",
            ),
            *lines(
                "Rescue teams saved most of them within an hour, the coast guard said, but a",
                "few were still missing when the search was broken off for the night at the",
                top=715,
            ),
            (290, 30, f"Page {number}"),
        ]
        if number == 1
        else [
            (72, 800, "The Daily, Tuesday"),
            *lines(
                f"harbour of town number {number}.",
                "The next day they went on, and at noon the search came to a good and well-",
                "known end.",
            ),
            (290, 30, f"Page {number}"),
        ]
        for number in (1, 2, 3)
    ]
    info = "/Title(The ferry)/Author(Jane Doe)/CreationDate(D:20240305100000Z)"
    article = read_one(tmp_path / "story.pdf", pdf(pages, info=info))
    assert article.text == (
        "The ferry sank on Friday night in a storm off the northern coast of the island, officials said. It was "
        "carrying one hundred and twenty people and a well-known writer.\n\nRescue teams saved most of them within an "
        "hour, the coast guard said, but a few were still missing when the search was broken off for the night at the "
        "harbour of town number 2.\n\nThe next day they went on, and at noon the search came to a good and "
        "well-known end.\n\nharbour of town number 3.\n\nThe next day they went on, and at noon the search came to a "
        "good and well-known end."
    )
    assert [article.text[start:][:16] for start in article.pages] == [
        "The ferry sank o",
        "harbour of town ",
        "harbour of town ",
    ]
    assert article.text[article.pages[2] :].startswith("harbour of town number 3.")
    assert (article.title, article.author) == ("The ferry", "Jane Doe")
    assert article.published is None  # the day the file was made is another


def test_a_short_line_that_ends_within_a_word_ends_no_paragraph(tmp_path: Path) -> None:
    printed = lines(
        "The dam was finished in the spring of last year, behind plan and cost",
        "eighty million dollars. The reser-",
        "voir will be emptied in April.",
        "Nobody knows what comes after that, the mayor of the town below it said.",
    )
    text = read_one(tmp_path / "dam.pdf", pdf([printed])).text
    assert "dollars. The reservoir will be emptied in April.\n\nNobody knows" in text


@pytest.mark.parametrize(
    ("above", "below", "fall", "text"),
    [
        ("The reser-", "voir was full.", 40, "The reservoir was full."),  # something lies between
        ("The reser-", "voir was full.", -300, "The reservoir was full."),  # in the next column
        ("The Anglo-", "Saxon dam held.", 12, "The Anglo-Saxon dam held."),
        ("Mayor 1985-", "The dam held.", 12, "Mayor 1985-\n\nThe dam held."),
        ("The dam -", "it was old - held.", 12, "The dam -\n\nit was old - held."),
        ("The reser-", "- a list's item", 12, "The reser-\n\n- a list's item"),
    ],
)
def test_where_a_hyphen_ends_a_line(above: str, below: str, fall: float, text: str) -> None:
    wide = [Line("The dam was finished in the spring of last year and was not", 72, 400, 612, 10)]
    first = [*wide, Line(above, 72, 72 + 5.5 * len(above), 600, 10)]
    left = 420 if fall < 0 else 72
    second = [Line(below, left, left + 5.5 * len(below), 600 - fall, 10)]
    assert lay_out([Page((*first, *second), TALL)])[0] == f"{wide[0].text} {text}"


def test_pdf_columns(tmp_path: Path) -> None:
    left = lines("The ferry sank on Friday in", "a storm off the coast, and the", "captain, who was the last to")
    right = lines("leave it, said that nobody had", "been left behind on board.", x=320)
    article = read_one(tmp_path / "story.pdf", pdf([[*left, *right]]))
    assert article.text == (
        "The ferry sank on Friday in a storm off the coast, and the captain, who was the last to leave it, said that "
        "nobody had been left behind on board."
    )


@pytest.mark.parametrize("title", ["untitled", "Microsoft Word - story.doc", "paper.dvi", ""])
def test_a_title_that_a_program_gave_a_pdf_is_none(title: str, tmp_path: Path) -> None:
    article = read_one(tmp_path / "my_story.pdf", pdf([lines("It sank.")], info=f"/Title({title})"))
    assert article.title == "My story"


words = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
printed = st.builds(Line, words, st.floats(0, 500), st.floats(0, 600), st.floats(-50, 900), st.floats(1, 40))


@given(st.lists(st.lists(printed, max_size=8).map(lambda found: Page(tuple(found), TALL)), max_size=6))
def test_pages_start_in_the_text_in_order(pages: list[Page]) -> None:
    text, starts = lay_out(pages)
    assert normalise(text) == text
    assert len(starts) == len(pages)
    assert list(starts) == sorted(starts)
    assert all(0 <= start <= len(text) for start in starts)
    if any(character.isalnum() for character in text):
        assert Article.create(text, pages=starts).text == text


@given(words, st.integers(0, 5))
def test_what_stands_once_is_never_dropped_as_a_running_head(word: str, page: int) -> None:
    pages = [Page((Line("Head", 70, 100, 800, 10), Line(f"Body {n} ends.", 70, 200, 600, 10)), TALL) for n in range(6)]
    pages[page] = Page((*pages[page].lines, Line(f"X{word}", 70, 120, 30, 10)), TALL)
    text, _ = lay_out(pages)
    assert "Head" not in text
    assert text.count("Body") == 6
    assert " ".join(normalise(f"X{word}").split()) in " ".join(text.split())

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from corpus.normalise import normalise
from corpus.readers.child import ChildParser
from corpus.readers.drafts import to_article
from corpus.readers.types import ReadArticle
from tests.reading import LIMITS, one_parser, read
from tests.source_files import docx, paragraphs


@pytest.fixture(scope="module", autouse=True)
def parser() -> Iterator[ChildParser]:
    with one_parser() as parser:
        yield parser


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300).filter(lambda text: any(map(str.isalnum, text)))


def read_back(path: Path, data: bytes) -> Article:
    path.write_bytes(data)
    (found,) = read(path)
    assert isinstance(found, ReadArticle), found
    return found.article


@settings(deadline=None)
@given(text=texts)
def test_text_comes_back_from_json_lines(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "a.jsonl"
    assert read_back(path, json.dumps({"text": text, "language": "en"}).encode()).text == normalise(text)


@settings(deadline=None)
@given(text=texts.filter(lambda text: "\0" not in text))
def test_text_comes_back_from_plain_text(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "a.txt"
    article = read_back(path, b"\xef\xbb\xbf" + text.encode())  # the mark: else text that looks like HTML is HTML
    if not text.lstrip().startswith(("<", "%PDF-", "{")):
        assert article.text == normalise(text)


_NOT_IN_XML = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
docx_lines = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=_NOT_IN_XML), max_size=60), max_size=5
).filter(lambda found: any(map(str.isalnum, "".join(found))))


@settings(deadline=None, max_examples=50)
@given(found=docx_lines)
def test_paragraphs_come_back_from_docx(found: list[str], parser: ChildParser) -> None:
    """Each that is not blank, with a blank line between them."""
    (draft,) = parser.parse("packed", docx(paragraphs(*found)), "a.docx")
    article = to_article(draft, "a.docx", LIMITS)
    assert article.text == normalise("\n\n".join(line for line in found if line.strip()))

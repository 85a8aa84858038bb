import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer, Citation, Span, Speaker, Timing
from bot.answer_json import answer_to_dict, utf16_offset
from corpus import Article, Sentence

TEXT = "😀 “Ships” sailed. Troops arrived."
ARTICLE = Article.create(TEXT, id="a", title="News", url="https://example.org/news")
SENTENCE = Sentence(ARTICLE, 1, 18, 33)


def answer(*, found: bool = True) -> Answer:
    citation = Citation(SENTENCE, 0.87654321, Span(18, 24), Speaker("A. Reporter", "said"), Sentence(ARTICLE, 0, 0, 17))
    cited, nearest = ([citation], []) if found else ([], [citation])
    return Answer("who?", "who?", found, 0.87654321, cited, nearest, Timing(3.14159, 1, 1, 1))


def test_the_contract() -> None:
    document = answer_to_dict(answer())
    assert document["citations"] == [
        {
            "article": {
                "id": "a",
                "title": "News",
                "url": "https://example.org/news",
                "fingerprint": ARTICLE.fingerprint,
                "version": 1,
            },
            "sentence": {"index": 1, "start": 18, "end": 33},
            "quote": "Troops arrived.",
            "answer": {"start": 18, "end": 24, "text": "Troops"},
            "utf16": {"start": 19, "end": 34},
            "score": 0.8765,
            "speaker": {"name": "A. Reporter", "mode": "said"},
            "context": {
                "index": 0,
                "start": 0,
                "end": 17,
                "text": "😀 “Ships” sailed.",
                "utf16": {"start": 0, "end": 18},
            },
            "dates": [],
            "values": [],
            "page": None,
            "link": "https://example.org/news#:~:text=Troops%20arrived.",
        }
    ]
    assert list(document) == [
        "contract", "question", "standalone_question", "found", "confidence", "citations", "nearest", "groups",
        "partial", "conflict", "timing_ms",
    ]  # fmt: skip
    assert document["timing_ms"] == {"total": 3.14, "encode": 1, "search": 1, "read": 1}
    json.dumps(document)


def test_nearest_has_the_citations_shape() -> None:
    assert answer_to_dict(answer(found=False))["nearest"] == answer_to_dict(answer())["citations"]


@given(st.text(), st.integers(0, 100))
def test_utf16_offsets_are_what_a_browser_counts(text: str, offset: int) -> None:
    before = text[:offset].encode("utf-16-le", "surrogatepass")
    assert utf16_offset(text, min(offset, len(text))) == len(before) // 2


def test_every_member_is_documented() -> None:
    told = (Path(__file__).parent.parent / "docs" / "answer.md").read_text("utf-8")
    document = answer_to_dict(answer())
    for member in (*document, *document["citations"][0], *document["citations"][0]["article"]):
        assert f'"{member}"' in told


def test_a_sentence_of_a_printed_article_tells_its_page() -> None:
    article = Article.create("One. Two. Three.", pages=(0, 5, 5))
    spans = [(0, 4), (5, 9), (10, 16)]
    citations = [Citation(Sentence(article, number, *span), 0.5) for number, span in enumerate(spans)]
    document = answer_to_dict(Answer("?", "?", True, 0.5, citations, [], Timing(1, 0, 0, 0)))
    assert [citation["page"] for citation in document["citations"]] == [1, 3, 3]  # the second page is empty

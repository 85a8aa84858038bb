import re
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.text_fragment import text_directive, text_fragment_link
from corpus import Article, Sentence, split_sentences
from corpus.normalise import normalise

URL = "https://example.org/news"
WORDS = st.sampled_from(["ships", "Ships", "sail", "the", "R&D", "x-y", "no,", "“no”", "Ida"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=9).map(lambda words: " ".join(words) + ".")
JOINTS = st.sampled_from([" ", "\n"])


def article_of(text: str, title: str = "Headline", url: str | None = URL) -> Article:
    return Article.create(text, title=title, url=url)


def sentence_of(text: str, quote: str, title: str = "Headline") -> Sentence:
    article = article_of(text, title)
    start = article.text.index(quote)
    return Sentence(article, 0, start, start + len(quote))


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """A sentence of an article in which many others are like it."""
    parts = draw(st.lists(st.tuples(SENTENCES, JOINTS), min_size=1, max_size=8))
    chosen = draw(st.integers(0, len(parts) - 1))
    start = sum(len(text) + len(joint) for text, joint in parts[:chosen])
    article = article_of("".join(text + joint for text, joint in parts), draw(SENTENCES))
    return Sentence(article, chosen, start, start + len(parts[chosen][0]))


def first_match(directive: str, page: str) -> tuple[int, int] | None:
    """What a browser highlights on ``page``, whose lines are blocks: the draft's algorithm, for unaccented text."""
    parts = directive.split(",")
    prefix = parts.pop(0)[:-1] if parts[0].endswith("-") else ""
    suffix = parts.pop()[1:] if parts[-1].startswith("-") else ""
    start, end = [*parts, ""][:2]
    position = 0
    while True:
        before = find(prefix, page, position) if prefix else None
        if prefix and before is None:
            return None
        begins = find(start, page, before.end() if before else position)
        if begins is None:
            return None
        if before and page[before.end() : begins.start()].strip():
            position = before.start() + 1
            continue
        ends = find(end, page, begins.end()) if end else begins
        if ends is None:
            return None
        follows = find(suffix, page, ends.end()) if suffix else None
        if not suffix or (follows and not page[ends.end() : follows.start()].strip()):
            return begins.start(), ends.end()
        position = begins.start() + 1


def find(escaped: str, page: str, position: int) -> re.Match[str] | None:
    """Find whole words, within one line."""
    words = re.escape(unquote(escaped))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE).search(page, position)


@settings(deadline=None)
@given(sentences())
def test_a_directive_means_the_sentence_and_nothing_before_it(sentence: Sentence) -> None:
    directive = text_directive(sentence)
    if directive is None:
        return
    page = f"{sentence.article.title}\n{sentence.article.text}"
    offset = len(sentence.article.title) + 1
    assert first_match(directive, page) == (offset + sentence.start, offset + sentence.end)
    for piece in re.sub(r"^[^,]*-,|,-[^,]*$", "", directive).split(","):
        assert len(re.findall(re.escape(unquote(piece)), page, re.IGNORECASE)) >= 1


@settings(deadline=None)
@given(sentences())
def test_a_sentence_that_stands_once_always_has_a_directive_without_context(sentence: Sentence) -> None:
    page = f"{sentence.article.title}\n{sentence.article.text}".lower()
    if page.find(sentence.text.lower()) == page.rfind(sentence.text.lower()) and "\n" not in sentence.text:
        directive = text_directive(sentence)
        assert directive is not None
        assert len(unquote(directive)) <= len(sentence.text)
        assert not re.search(r"-,|,-", directive)


@settings(deadline=None)
@given(sentences())
def test_a_range_is_as_short_as_it_can_be(sentence: Sentence) -> None:
    directive = text_directive(sentence)
    if directive is None or directive.count(",") != 1 or re.search(r"-,|,-", directive):
        return
    start, end = (unquote(part).split(" ") for part in directive.split(","))
    page = f"{sentence.article.title}\n{sentence.article.text}".replace("\n", " ").lower()
    place = len(sentence.article.title) + 1 + sentence.start
    if len(start) > 3:
        fewer = " ".join(start[:-1]).lower()
        assert page.find(fewer) < page.rfind(fewer)
    if len(end) > 3:
        fewer = " ".join(end[1:]).lower()
        assert page.find(fewer, place + len(" ".join(start))) < place + len(sentence.text) - len(fewer)


@settings(deadline=None)
@given(st.text().filter(lambda text: bool(normalise(text).strip())), st.text(max_size=30))
def test_a_directive_holds_nothing_that_could_end_or_part_it(text: str, title: str) -> None:
    for sentence in split_sentences(article_of(text, title)):
        directive = text_directive(sentence)
        if directive is not None:
            assert re.fullmatch(r"(?:[\w.~%]+-,)?[\w.~%]+(?:,[\w.~%]+)?(?:,-[\w.~%]+)?", directive, re.ASCII)


@pytest.mark.parametrize(
    ("text", "quote", "directive"),
    [
        ("It sank. Troops arrived.", "Troops arrived.", "Troops%20arrived."),
        ("A well-known, R&D.", "A well-known, R&D.", "A%20well%2Dknown%2C%20R%26D."),
        ("It rained. It rained. Then it stopped.", "It rained. Then", "It%20rained.%20Then"),
        ("He said no. She said: No. He left.", "No.", "No.,-He"),
        ("No. He left. No. She left.", "No.", "No.,-He"),
        ("No.\nHe left.\nNo.\nShe left.", "No.", "No.,-He"),
        (
            "The mayor of the town said on Monday that the bridge would open again before the end of the year.",
            "The mayor of the town said on Monday that the bridge would open again before the end of the year.",
            "The%20mayor%20of,of%20the%20year.",
        ),
        ("A line\nend in it, here at last, goes on.", "A line\nend in it, here at last, goes on.", None),
        ("No no no no.", "no", "no,-no%20no."),
    ],
)
def test_directives(text: str, quote: str, directive: str | None) -> None:
    assert text_directive(sentence_of(text, quote)) == directive


def test_case_and_accents_tell_nothing_apart() -> None:
    assert text_directive(sentence_of("Élan vital. Then: elan VITAL.", "elan VITAL.")) == "Then%3A-,elan%20VITAL."


def test_the_headline_is_no_match() -> None:
    directive = text_directive(sentence_of("In Rome: ships sail. They do.", "ships sail.", title="Ships sail. At last"))
    assert directive == "ships%20sail.,-They"


def test_a_place_that_cannot_be_told_apart_opens_the_page() -> None:
    article = article_of("Ho! " * 60)
    assert text_fragment_link(Sentence(article, 30, 120, 123)) == URL


@pytest.mark.parametrize("url", [None, "javascript:alert(1)", "file:///etc/passwd"])
def test_only_web_addresses_get_a_link(url: str | None) -> None:
    assert text_fragment_link(Sentence(article_of("Text.", url=url), 0, 0, 5)) is None


def test_an_address_with_a_fragment_keeps_it() -> None:
    sentence = Sentence(article_of("Ships sailed.", url=f"{URL}#top"), 0, 0, 13)
    assert text_fragment_link(sentence) == f"{URL}#top:~:text=Ships%20sailed."

"""An article made ready to show: paragraphs of sentences, each with its number and whether it is cited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from corpus import Article, Sentence


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence and what stands before it in its paragraph."""

    before: str
    text: str
    number: int  # 1 for the article's first sentence; its address is #s1
    citation: int | None  # 1 for the sentence cited first; None when it is not cited


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as its page shows it."""

    article: Article
    headline: list[SentenceView]  # the first paragraph, where it is the title, which then stands above the others
    paragraphs: list[list[SentenceView]]
    sentences: int

    @property
    def link(self) -> str | None:
        """The publisher's page; None when there is none or its address is no web address."""
        url = self.article.url or ""
        return url if url.startswith(("https://", "http://")) else None


def view_article(
    article: Article, sentences: Sequence[Sentence], cited: Mapping[int, int] = MappingProxyType({})
) -> ArticleView:
    """Lay out ``article``: a line end between two sentences starts a paragraph; nothing of the text is left out.

    ``cited`` holds the numbers of citations by the indices of the sentences cited.
    """
    paragraphs: list[list[SentenceView]] = [[]]
    end = 0
    for sentence in sentences:
        before = article.text[end : sentence.start]
        if "\n" in before and paragraphs[-1]:
            paragraphs.append([])
        view = SentenceView(before, sentence.text, sentence.index + 1, cited.get(sentence.index))
        paragraphs[-1].append(view)
        end = sentence.end
    paragraphs = [paragraph for paragraph in paragraphs if paragraph]
    headed = len(paragraphs) > 1 and _words(paragraphs[0]) == article.title.split()
    headline = paragraphs.pop(0) if headed else []
    return ArticleView(article, headline, paragraphs, len(sentences))


def _words(paragraph: Sequence[SentenceView]) -> list[str]:
    return "".join(sentence.before + sentence.text for sentence in paragraph).split()

"""An Answer as one text with numbered sources in it, for clients that show nothing but text."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.answer import Answer, Citation
from bot.text_fragment import text_fragment_link

DECLINED = "I found no sure answer in {what}."
NEAREST = "The nearest sentences are:"
SOURCES = "Sources:"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote in the text: ``text[start:end]`` is the sentence, verbatim; ``url`` is where it is from."""

    start: int  # code points, end exclusive
    end: int
    url: str
    title: str


@dataclass(frozen=True, slots=True)
class ChatText:
    """The text, in pieces as they may be sent one after the other, and the quotes in it."""

    pieces: list[str]
    quoted: list[Quoted]

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)


def chat_text(answer: Answer, page_of: Callable[[Citation], str], what: str = "the article") -> ChatText:
    """Write an Answer out: each quoted sentence with its number, then the numbered sources.

    ``page_of`` gives the address for a citation whose article has no web address of its own; ``what`` was asked.
    """
    shown = answer.citations if answer.found else answer.nearest
    pieces: list[str] = []
    if not answer.found:
        lead = DECLINED.format(what=what)
        pieces.append(f"{lead} {NEAREST}\n\n" if shown else lead)
    quoted: list[Quoted] = []
    place = sum(map(len, pieces))
    for number, citation in enumerate(shown, start=1):
        url = text_fragment_link(citation.sentence) or page_of(citation)
        quoted.append(Quoted(place + 1, place + 1 + len(citation.quote), url, citation.article.title))
        pieces.append(f"“{citation.quote}” [{number}]\n\n")
        place += len(pieces[-1])
    if shown:
        pieces.append(f"{SOURCES}\n")
    for number, (citation, quote) in enumerate(zip(shown, quoted, strict=True), start=1):
        sentence = citation.sentence
        where = f"sentence {sentence.index + 1}, characters {sentence.start}-{sentence.end}"
        end = "\n" if number < len(shown) else ""
        pieces.append(f"[{number}] {citation.article.title}, {where}: {quote.url}{end}")
    return ChatText(pieces, quoted)

"""An Answer as one text with numbered sources in it, for clients that show nothing but text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.answer import Answer, Citation
from bot.text_fragment import text_fragment_link

DECLINED = "I found no sure answer in {what}."
NEAREST = "The nearest sentences are:"
PARTIAL = "The list ends here, but there is more text than it covers."
CONFLICT = "The article gives different figures:"
SOURCES = "Sources:"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote in the text: ``text[start:end]`` is the sentence, verbatim; ``url`` is where it is from."""

    start: int  # code points, end exclusive
    end: int
    url: str
    citation: Citation


@dataclass(slots=True)
class ChatText:
    """The text, in pieces as they may be sent one after the other, and the quotes in it."""

    pieces: list[str] = field(default_factory=list)
    quoted: list[Quoted] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)


def chat_text(answer: Answer, page_of: Callable[[Citation], str], what: str = "the article") -> ChatText:
    """Write an Answer out: each quoted sentence with its number, then the numbered sources.

    ``page_of`` gives the address for a citation whose article has no web address of its own; ``what`` was asked.
    """
    written = ChatText()
    place = 0
    for part in _parts(answer, what):
        if isinstance(part, Citation):
            url = text_fragment_link(part.sentence) or page_of(part)
            written.quoted.append(Quoted(place + 1, place + 1 + len(part.quote), url, part))
            piece = f"“{part.quote}” [{len(written.quoted)}]\n\n"
        else:
            piece = f"{part}\n\n"
        written.pieces.append(piece)
        place += len(piece)
    if written.quoted:
        written.pieces += [f"{SOURCES}\n", *_sources(written.quoted)]
    written.pieces[-1] = written.pieces[-1].rstrip("\n")
    return written


def _parts(answer: Answer, what: str) -> Iterator[str | Citation]:
    """Give what is said, in its order: lines of ours, and citations."""
    if not answer.found:
        declined = DECLINED.format(what=what)
        yield f"{declined} {NEAREST}" if answer.nearest else declined
        yield from answer.nearest
    elif answer.groups:
        for group in answer.groups:
            yield f"{group.heading}:"
            yield from group.citations
        if answer.partial:
            yield PARTIAL
    else:
        yield from answer.citations
    if answer.conflict:
        yield CONFLICT
        yield from answer.conflict


def _sources(quoted: list[Quoted]) -> Iterator[str]:
    for number, quote in enumerate(quoted, start=1):
        sentence = quote.citation.sentence
        where = f"sentence {sentence.index + 1}, characters {sentence.start}-{sentence.end}"
        yield f"[{number}] {sentence.article.title}, {where}: {quote.url}\n"

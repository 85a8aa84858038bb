"""A page of every component in every state, for whoever develops the pages; served only when that is set."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from bot.answer import Answer, Citation, Span, Speaker, Timing
from bot.conversation.stored import place_of
from corpus import Article, split_sentences
from corpus.library.talk import Feedback
from corpus.quoted import Quoted
from web.article_view import view_article
from web.asked_articles import Listing
from web.asking import Exchange
from web.kept_conversation import KeptConversation, KeptTurn
from web.rendering import render

router = APIRouter(include_in_schema=False)

_MODES = ("said", "claimed", "denied", "estimated", "quoted", "reported", "sung")
_MARKUP = "<script>alert(1)</script> {{ 7 * 7 }} & <b>bold</b>"
_TEXT = f"""The bridge at Arnfels closed on Monday. Engineers found cracks in two of its nine pillars.
Repairs will cost about 4 million euros, the mayor said. “Nobody was hurt,” she added.
A sentence of markup, {_MARKUP}, is only text. A word of {"many" * 40} letters breaks.
أُغلق الجسر يوم الاثنين. وجد المهندسون شقوقا في اثنتين من دعائمه التسع.
"""
_ARTICLE = Article.create(
    _TEXT,
    id="bridge",
    title="Arnfels bridge closed",
    url="https://example.org/bridge",
    source="The Example",
    author="Ida Brandt",
    published=date(2024, 10, 23),
)
_OTHER = Article.create("The ferry sails again. It takes forty cars.", id="ferry", title="The ferry sails again")
_SENTENCES = split_sentences(_ARTICLE)
_REPAIRS = _SENTENCES[2]
_QUESTION = "What will the repairs cost?"


@router.get("/components")
def components(request: Request) -> Response:
    """Show all components."""
    return render(request, "components.html", {"states": list(_states())})


def _states() -> list[dict[str, Any]]:
    start = _REPAIRS.start + _REPAIRS.text.index("about")
    span = Span(start, start + len("about 4 million euros"))
    best = Citation(_REPAIRS, 0.93, span, Speaker("the mayor", "said"))
    others = [Citation(sentence, 0.6) for sentence in _SENTENCES[3:]]
    ferry = Citation(split_sentences(_OTHER)[1], 0.55)
    voices = [Citation(_SENTENCES[1], 0.7, None, Speaker("Ida Brandt", mode)) for mode in _MODES]
    plain = Citation(replace(_REPAIRS, article=replace(_ARTICLE, url=None)), 0.5)
    suggestions = ("Who was hurt?", "When did the bridge close?", "How many pillars " + "does it have, " * 9 + "then?")
    return [
        _turn("Answer, sure", [best]),
        _turn("Answer, probable, no span and no publisher's page", [plain], confidence=0.51),
        _turn("Answer, five citations: markup, a long word, right to left", [best, *others[:4]]),
        _turn("Answer, another article quoted too", [best, ferry]),
        _turn("Answer, every mode of speech", voices),
        _turn("Follow-up", [best], earlier=["Is the bridge closed?"]),
        _turn("Question of markup", [best], question=_MARKUP),
        _turn("Question from right to left", [best], question="كم ستكلف الإصلاحات؟"),
        _turn("Declined", [], nearest=[best, *others[:2]], suggestions=suggestions),
        _turn("Declined, all articles", [], nearest=[ferry], several=True, article=None),
        _turn("Declined, nothing near", []),
        _turn("Declined, questions to suggest are being worked out", [], awaited={"article": "bridge"}),
        _turn("Answer that cannot be judged", [best], keeps=False),
        *_kept_states(best, others),
        *_feedback_states(best, others[0]),
        _state("Waiting", "_pending.html", question=_QUESTION),
        _state("Question that cannot be asked", "_form.html", exchange=_exchange("", error="The question is empty.")),
        _state("Article, two sentences cited", "_article.html", cited=[2, 0]),
        _state("List of articles", "_article.html", article=None, listing=Listing(1200, [_ARTICLE, _OTHER])),
    ]


def _kept_states(best: Citation, others: Sequence[Citation]) -> list[dict[str, Any]]:
    """Give what a kept conversation shows besides: turns whose articles changed or went, its menu, the chat around."""
    here = place_of(best)
    now = Quoted(here, "changed", best.sentence, others[0].sentence)
    exchange = _exchange(_QUESTION, answer=_answer([best]))
    kept = KeptConversation("kept", "bridge", None, datetime(2024, 11, 22, tzinfo=UTC), [])
    turn = KeptTurn(1, exchange, 0, [])
    asked = [replace(turn, number=number) for number in (11, 12)]
    return [
        _turn("Kept, the article was changed", [best], kept=kept, turn=replace(turn, number=2, changed=[now])),
        _turn(
            "Kept, no longer said", [best], kept=kept, turn=replace(turn, number=3, changed=[replace(now, now=None)])
        ),
        _turn("Kept, one article removed", [best], kept=kept, turn=replace(turn, number=4, gone=1)),
        _turn("Kept, all articles removed", [], found=True, kept=kept, turn=replace(turn, number=5, gone=2)),
        _turn("Kept, declined", [], kept=kept, turn=replace(turn, number=6), suggestions=("Who was hurt?",)),
        _state("Menu of a conversation", "_menu.html", exchange=exchange),
        _state("Menu of a kept conversation", "_menu.html", exchange=exchange, kept=replace(kept, turns=asked)),
    ]


def _feedback_states(best: Citation, other: Citation) -> list[dict[str, Any]]:
    place = place_of(best)
    wrong = Feedback(_QUESTION, _QUESTION, "wrong", place, id="said")
    right = Quoted(place_of(other), "valid", other.sentence, other.sentence)
    return [
        _state("Feedback, right", "_thanks.html", feedback=replace(wrong, verdict="right")),
        _state("Feedback, wrong", "_thanks.html", feedback=wrong),
        _state("Feedback, another sentence is right", "_thanks.html", feedback=wrong, right=right),
        _state("Feedback, removed since", "_thanks.html", feedback=wrong, right=replace(right, sentence=None)),
    ]


def _answer(citations: Sequence[Citation]) -> Answer:
    return Answer(_QUESTION, _QUESTION, True, 0.93, citations, [], Timing(1, 1, 1, 1))


def _turn(name: str, citations: Sequence[Citation], **parts: Any) -> dict[str, Any]:
    question, earlier = parts.pop("question", _QUESTION), parts.pop("earlier", [])
    answer = Answer(
        question=question,
        standalone_question=" ".join([*earlier, question]),
        found=parts.pop("found", bool(citations)),
        confidence=parts.pop("confidence", 0.93),
        citations=citations,
        nearest=parts.pop("nearest", []),
        timing=Timing(1, 1, 1, 1),
    )
    return _state(name, "_answer.html", exchange=_exchange(question, earlier, answer), answer=answer, **parts)


def _exchange(
    question: str, earlier: Sequence[str] = (), answer: Answer | None = None, error: str | None = None
) -> Exchange:
    return Exchange(question, _ARTICLE.id, earlier, answer, error)


def _state(name: str, template: str, *, cited: Sequence[int] = (), **parts: Any) -> dict[str, Any]:
    """Give a component's name and template, and all that a chat page has, with ``parts`` in place of the usual."""
    return {
        "name": name,
        "template": template,
        "article": view_article(_ARTICLE, _SENTENCES, {index: number for number, index in enumerate(cited, start=1)}),
        "listing": Listing(1, []),
        "asked": _ARTICLE.id,
        "exchange": None,
        "answer": None,
        "several": False,
        "suggestions": (),
        "awaited": None,
        "keeps": True,
        "days_kept": 30,
        "kept": None,
        "closed": False,
        "turn": None,
        "said": "",
        "feedback": None,
        "quoted": None,
        "right": None,
        "back": "/",
        "question": "",
    } | parts

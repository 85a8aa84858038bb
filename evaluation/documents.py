"""The project's own form of a data set: one document a line, with its questions; and SQuAD's, which is much like it.

{"id": "...", "title": "...", "text": "...", "questions": [
    {"id": "...", "question": "...", "answerable": true, "answers": [{"text": "...", "start": 17}]}]}
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.answer import Span
from corpus import Article
from corpus.errors import EmptyArticleError
from evaluation.gold import DataSet, GoldAnswer, GoldQuestion, LeftOut, Turn
from evaluation.place import Placement
from evaluation.records import Where, describe, parse_json, read_json_lines, read_text


def read_documents(paths: Sequence[Path], name: str) -> DataSet:
    """Read a data set in the project's form, from one or several files (.jsonl or .jsonl.gz)."""
    gathered = _Gathered()
    for path in paths:
        for where, record in read_json_lines(path, "article"):
            default_id = f"{path.name.split('.')[0]}-{where.place.split()[-1]}"
            gathered.add_document(record, where, default_id)
    return gathered.data_set(name)


def read_squad(path: Path, name: str) -> DataSet:
    """Read SQuAD 1.1 or 2.0 JSON: each title's paragraphs make one article, with a blank line between them.

    The form is described in Rajpurkar et al. 2016 and 2018.
    """
    gathered = _Gathered()
    top = Where(path, "top level")
    data = top.items(top.record(parse_json(read_text(path), top)), "data")
    if not data:
        raise top.error('no "data" in it; a SQuAD file has {"data": [{"title", "paragraphs"}]}.')
    for number, entry in enumerate(data):
        where = Where(path, f"data[{number}]")
        gathered.add_document(_squad_document(where.record(entry), where), where, f"article-{number}")
    return gathered.data_set(name)


def _squad_document(entry: dict[str, Any], where: Where) -> dict[str, Any]:
    """Turn one SQuAD title into the project's form."""
    contexts: list[str] = []
    questions = []
    offset = 0
    for number, paragraph in enumerate(where.items(entry, "paragraphs")):
        place = where.inside(f"paragraphs[{number}]")
        context = place.text(place.record(paragraph), "context")
        for index, raw in enumerate(place.items(paragraph, "qas")):
            inside = place.inside(f"qas[{index}]")
            _hold_answers(inside.record(raw), inside, "is_impossible")
            answers = [
                {**inside.record(answer), "start": inside.whole(answer, "answer_start") + offset}
                for answer in inside.items(raw, "answers")
            ]
            impossible = inside.flag(raw, "is_impossible", not answers)
            questions.append(
                {**raw, "answers": answers, "answerable": not impossible, "para": [offset, offset + len(context)]}
            )
        contexts.append(context)
        offset += len(context) + 2
    title = where.text(entry, "title", "")
    return {"id": title or None, "title": title, "text": "\n\n".join(contexts), "questions": questions}


class _Gathered:
    """What has been read so far; ids are unique over all files."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.questions: dict[str, GoldQuestion] = {}
        self.left_out: list[LeftOut] = []

    def data_set(self, name: str) -> DataSet:
        return DataSet(name, self.articles, tuple(self.questions.values()), tuple(self.left_out))

    def add_document(self, record: dict[str, Any], where: Where, default_id: str) -> None:
        raw = where.text(record, "text")
        article_id = where.id(record, "id", default_id)
        if article_id in self.articles:
            raise where.error(f"the document id {article_id!r} is used twice.")
        try:
            article = Article.create(raw, title=where.text(record, "title", ""), id=article_id)
        except EmptyArticleError:
            raise where.error('"text" is empty once normalised.') from None
        self.articles[article_id] = article
        placement = Placement(raw)
        for number, value in enumerate(where.items(record, "questions")):
            place = where.inside(f"questions[{number}]")
            self._add_question(place.record(value), place, article, raw, placement, f"{article_id}-{number}")

    def _add_question(
        self, record: dict[str, Any], where: Where, article: Article, raw: str, placement: Placement, default_id: str
    ) -> None:
        question_id = where.id(record, "id", default_id)
        if question_id in self.questions:
            raise where.error(f"the question id {question_id!r} is used twice.")
        words = where.text(record, "question")
        _hold_answers(record, where, "answerable")
        listed = where.items(record, "answers")
        answerable = where.flag(record, "answerable", bool(listed))
        if answerable != bool(listed):
            raise where.error("answerable, but no answers are given." if answerable else "unanswerable, with answers.")
        needs_all = where.flag(record, "all", False)
        places = [where.inside(f"answers[{number}]") for number in range(len(listed))]
        read = [_answer(p.record(value), p, article, raw, placement) for p, value in zip(places, listed, strict=True)]
        answers = [answer for answer in read if isinstance(answer, GoldAnswer)]
        complaints = [reason for reason in read if isinstance(reason, str)]
        # A list question with a part missing can't be scored; one of several alternatives can be spared.
        asked = not answerable or (bool(answers) and not (needs_all and complaints))
        self.left_out += [LeftOut(question_id, reason, words, asked) for reason in complaints]
        if not asked:
            return
        self.questions[question_id] = GoldQuestion(
            id=question_id,
            question=words,
            article_id=article.id,
            answers=tuple(answers),
            answerable=answerable,
            needs_all=needs_all,
            history=tuple(_history(record, where)),
            paragraph=_paragraph(record, where, placement, raw),
            kind=where.text(record, "kind", ""),
            tags=tuple(str(tag) for tag in where.items(record, "tags")),
        )


def _hold_answers(record: dict[str, Any], where: Where, flag: str) -> None:
    """Hold a question to say whether it is answered: a misspelt key must not make it an unanswerable one."""
    if "answers" in record or flag in record:
        return
    near = next((key for key in record if key.lower().startswith("answer")), None)
    found = f"; {describe(near)} is not a key of a question" if near else ""
    raise where.error(f'no answers: give "answers", or [] if the article does not answer{found}.')


def _answer(record: dict[str, Any], where: Where, article: Article, raw: str, placement: Placement) -> GoldAnswer | str:
    """Give the answer, or the reason for leaving it out."""
    text = where.text(record, "text")
    if not where.flag(record, "exact", True):
        return "its place is marked as a guess"
    if "start" in record:
        start = where.whole(record, "start")
    else:
        start, times = raw.find(text), raw.count(text)
        if not times:
            raise where.error(f"{describe(text)} does not stand in the article: copy its text letter for letter.")
        if times > 1:
            raise where.error(f'{describe(text)} stands {times} times in the text: give its "start".')
    if start < 0 or raw[start : start + len(text)] != text:
        return f"{describe(text)} does not stand at {start}; there stands {describe(raw[max(start, 0) :][: len(text)])}"
    span = placement.place(start, start + len(text))
    if span is None:
        return f"{describe(text)} at {start} has no place in the normalised text"
    return GoldAnswer(span, article.text[span.start : span.end])


def _paragraph(record: dict[str, Any], where: Where, placement: Placement, raw: str) -> Span | None:
    bounds = where.items(record, "para")
    if not bounds:
        return None
    if len(bounds) != 2 or not all(isinstance(bound, int) for bound in bounds):
        raise where.error(f'"para" must be [start, end], not {describe(bounds)}.')
    start, end = bounds
    if not 0 <= start < end <= len(raw):
        raise where.error(f'"para" {bounds} lies outside the text of {len(raw)} characters.')
    span = placement.place(start, end)
    if span is None:
        raise where.error(f'"para" {bounds} has no place in the normalised text.')
    return span


def _history(record: dict[str, Any], where: Where) -> Iterator[Turn]:
    """Give the earlier turns: strings such as "agent: ..." or objects such as {"question": ...}."""
    for value in where.items(record, "history"):
        if isinstance(value, str):
            speaker, colon, text = value.partition(":")
            known = colon and speaker.strip().lower() in {"user", "agent"}
            yield Turn(speaker.strip().lower(), text.strip()) if known else Turn("user", value.strip())
        elif isinstance(value, dict) and isinstance(value.get("question"), str):
            yield Turn("user", value["question"].strip())
        else:
            raise where.error(f'"history" holds strings or {{"question": ...}}, not {describe(value)}.')

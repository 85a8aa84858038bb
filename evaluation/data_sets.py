"""Open a data set, whatever its form."""

import re
from dataclasses import replace
from pathlib import Path

from bot.answer import Span
from corpus import Article
from corpus.errors import DataSetError
from evaluation.documents import read_documents, read_squad
from evaluation.gold import DataSet, GoldAnswer, GoldQuestion, LeftOut
from evaluation.judgements import read_beir, read_trec


def load_data_set(path: Path, split: str | None = None) -> DataSet:
    """Open a data set: a .jsonl file or a folder of them, SQuAD .json, a BEIR folder, or TREC judgements.

    Files may be packed with gzip (.gz). ``split`` chooses the judgements of a BEIR folder.

    Raises:
        DataSetError: the file is of no known form, or a record of it is malformed; names file, line and reason.
    """
    name = re.sub(r"(\.(jsonl|json|tsv|txt|qrels|gz))+$", "", path.resolve().name)
    if path.is_dir():
        data_set = _load_folder(path, name, split)
    elif not path.exists():
        raise DataSetError(f"No file {path}. Give the path of a data set, or of its folder.")
    else:
        form = path.with_suffix("").suffix if path.suffix == ".gz" else path.suffix
        if form in {".jsonl", ".ndjson"}:
            data_set = read_documents([path], name)
        elif form == ".json":
            data_set = read_squad(path, name)
        elif form in {".qrels", ".tsv", ".txt"}:
            data_set = read_trec(path, name)
        else:
            raise DataSetError(f"{path}: {form or 'no ending'!r} tells no form. Known: .jsonl, .json (SQuAD), .qrels.")
    if not data_set.questions:
        out = data_set.left_out
        why = f" ({len(out)} left out, the first because {out[0].reason})" if out else ""
        raise DataSetError(f"{path} holds no question that can be scored{why}.")
    return data_set


def by_paragraph(data_set: DataSet) -> DataSet:
    """Make each paragraph that a question was judged against an article of its own; other questions stay as they are.

    A label "unanswerable" says that this paragraph does not answer; another one of the same article may.
    """
    articles: dict[str, Article] = {}
    questions, left_out = [], list(data_set.left_out)
    for question in data_set.questions:
        whole = data_set.articles[question.article_id or ""]
        if question.paragraph is None:
            articles[whole.id] = whole
            questions.append(question)
            continue
        start, end = question.paragraph.start, question.paragraph.end
        moved = _moved(question, f"{whole.id}@{start}-{end}", question.paragraph)
        if moved.answerable and len(moved.answers) < (len(question.answers) if question.needs_all else 1):
            left_out.append(LeftOut(question.id, "its answer lies outside its paragraph", question.question))
            continue
        if moved.article_id not in articles:
            articles[str(moved.article_id)] = Article.create(
                whole.text[start:end], title=whole.title, id=moved.article_id
            )
        questions.append(moved)
    return replace(data_set, articles=articles, questions=tuple(questions), left_out=tuple(left_out))


def _moved(question: GoldQuestion, article_id: str, paragraph: Span) -> GoldQuestion:
    answers = tuple(
        GoldAnswer(Span(answer.span.start - paragraph.start, answer.span.end - paragraph.start), answer.text)
        for answer in question.answers
        if paragraph.start <= answer.span.start and answer.span.end <= paragraph.end
    )
    return replace(question, article_id=article_id, answers=answers, paragraph=None)


def _load_folder(folder: Path, name: str, split: str | None) -> DataSet:
    if any((folder / file).exists() for file in ("corpus.jsonl", "corpus.jsonl.gz")):
        return read_beir(folder, name, split)
    files = sorted([*folder.glob("*.jsonl"), *folder.glob("*.jsonl.gz")])
    if not files:
        raise DataSetError(f"{folder} holds neither corpus.jsonl (BEIR) nor any .jsonl file of documents.")
    return read_documents(files, name)

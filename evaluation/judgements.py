"""Sets that judge whole articles: BEIR folders, and TREC relevance files."""

from pathlib import Path
from typing import Any

from corpus import Article
from corpus.errors import DataSetError, EmptyArticleError
from evaluation.gold import DataSet, GoldQuestion, LeftOut
from evaluation.records import Where, read_json_lines, read_lines

LARGEST_GRADE = 1_000  # trec_eval sets aside memory for every grade up to the largest
Judgements = dict[str, dict[str, int]]  # question id -> article id -> grade, 0 for not relevant


def read_beir(folder: Path, name: str, split: str | None = None) -> DataSet:
    """Read a BEIR folder: corpus.jsonl, queries.jsonl and qrels/<split>.tsv (Thakur et al. 2021); test by default.

    An article is its title, a newline and its text. Questions that the split doesn't judge are not asked.
    """
    judgements = _read_split(folder / "qrels", split)
    left_out = []
    articles = {}
    for where, record in read_json_lines(_one_of(folder, "corpus.jsonl")):
        article_id = _id(record, where)
        if article_id in articles:
            raise where.error(f'the "_id" {article_id!r} is used twice.')
        text = f"{where.text(record, 'title', '')}\n{where.text(record, 'text', '')}".strip()
        try:
            articles[article_id] = Article.create(text, title=where.text(record, "title", ""), id=article_id)
        except EmptyArticleError:
            left_out.append(LeftOut("", f"the article {article_id!r} is empty"))
    questions = []
    seen: set[str] = set()
    for where, record in read_json_lines(_one_of(folder, "queries.jsonl")):
        question_id = _id(record, where)
        if question_id in seen:
            raise where.error(f'the "_id" {question_id!r} is used twice.')
        seen.add(question_id)
        if question_id not in judgements:
            continue
        relevant = {key: grade for key, grade in judgements[question_id].items() if key in articles}
        if not any(relevant.values()):
            words = where.text(record, "text")
            left_out.append(LeftOut(question_id, "no relevant article of it is in the corpus", words))
            continue
        questions.append(GoldQuestion(question_id, where.text(record, "text"), None, relevant=relevant))
    return DataSet(name, articles, tuple(questions), tuple(left_out))


def read_trec(path: Path, name: str) -> DataSet:
    """Read TREC relevance judgements alone: nothing to ask or search, but runs can be scored with them."""
    judgements = read_judgements(path)
    left_out = tuple(LeftOut(key, "nothing is relevant to it") for key, j in judgements.items() if not any(j.values()))
    questions = tuple(
        GoldQuestion(key, key, None, relevant=grades) for key, grades in judgements.items() if any(grades.values())
    )
    return DataSet(name, {}, questions, left_out)


def read_judgements(path: Path) -> Judgements:
    """Read judgements in TREC's four columns, or BEIR's three with a head line."""
    judgements: Judgements = {}
    for where, line in read_lines(path):
        fields = line.split("\t") if line.count("\t") == 2 else line.split()
        if where.place == "line 1" and fields[-1].lower() == "score":
            continue
        if len(fields) not in (3, 4):
            raise where.error(f"{len(fields)} columns; expected question, 0, article, grade (TREC) or three (BEIR).")
        try:
            grade = int(fields[-1])
        except ValueError:
            raise where.error(f"the grade {fields[-1][:40]!r} is not a whole number.") from None
        if grade > LARGEST_GRADE:
            raise where.error(f"the grade {fields[-1][:40]!r} is above {LARGEST_GRADE}.")
        grades = judgements.setdefault(fields[0], {})
        if grades.setdefault(fields[-2], max(grade, 0)) != max(grade, 0):
            raise where.error(f"{fields[-2]!r} is judged twice for {fields[0]!r}, differently.")
    if not judgements:
        raise DataSetError(f"{path} holds no judgements.")
    return judgements


def _read_split(folder: Path, split: str | None) -> Judgements:
    """Read the split asked for; where none was, the one called test, or the only one there is."""
    there = sorted(found.stem for found in folder.glob("*.tsv"))
    chosen = split if split is not None else there[0] if len(there) == 1 else "test"
    if chosen not in there:
        raise DataSetError(f"No split {chosen!r} in {folder}. It has: {', '.join(there) or 'none'}.")
    return read_judgements(folder / f"{chosen}.tsv")


def _one_of(folder: Path, file: str) -> Path:
    packed = folder / f"{file}.gz"
    return packed if packed.exists() else folder / file


def _id(record: dict[str, Any], where: Where) -> str:
    value = record.get("_id", record.get("id"))
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        raise where.error('no "_id" in it.')
    return str(value)

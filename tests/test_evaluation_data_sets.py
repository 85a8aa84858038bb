import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Span
from corpus import Article, Sentence
from corpus.errors import DataSetError
from corpus.normalise import normalise
from evaluation.data_sets import by_paragraph, load_data_set
from evaluation.gold import Turn
from evaluation.place import Placement, covered, touched

TEXT = "The bridge opened in 1931. It carries 40,000 cars a day.\n\nA toll was dropped in 1986."


def document(*questions, **more):
    return {"id": "bridge", "title": "A bridge", "text": TEXT, "questions": list(questions), **more}


def question(text="1931", **more):
    answers = [{"text": text, "start": TEXT.index(text)}] if text else []
    return {"id": "q1", "question": "When did it open?", "answers": answers, "answerable": bool(text), **more}


@pytest.fixture
def load(tmp_path):
    def load(*documents, name="set.jsonl"):
        path = tmp_path / name
        lines = "".join(
            json.dumps(doc, ensure_ascii=False) + "\n" if isinstance(doc, dict) else doc for doc in documents
        )
        path.write_bytes(gzip.compress(lines.encode()) if name.endswith(".gz") else lines.encode())
        return load_data_set(path)

    return load


@pytest.mark.parametrize("name", ["set.jsonl", "set.jsonl.gz"])
def test_own_form(load, name):
    data_set = load(
        document(question(kind="date", tags=["easy"], history=["agent: Hello: you", {"question": "Why?"}])), name=name
    )
    (gold,) = data_set.questions
    assert data_set.name == "set"
    assert (gold.id, gold.article_id, gold.kind, gold.tags) == ("q1", "bridge", "date", ("easy",))
    assert [(answer.span, answer.text) for answer in gold.answers] == [(Span(21, 25), "1931")]
    assert gold.history == (Turn("agent", "Hello: you"), Turn("user", "Why?"))


def test_a_start_may_be_left_out_where_the_text_stands_once(load):
    data_set = load(document({"question": "When?", "answers": [{"text": "1986"}]}))
    assert data_set.questions[0].answers[0].span.start == TEXT.index("1986")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("{not json\n", "line 2: not JSON"),
        ("[1]\n", "line 2: expected a JSON object, found [1]"),
        ({"title": "no text"}, 'line 2: "text" must be a string, not missing'),
        ({"text": "  "}, 'line 2: "text" is empty'),
        ({"text": "a", "questions": {}}, 'line 2: "questions" must be a list'),
        ({"text": "a", "questions": [1]}, "line 2, questions[0]: expected a JSON object"),
        ({"text": "a", "questions": [{"question": " ", "answers": []}]}, 'questions[0]: "question" is empty'),
        ({"text": "a", "questions": [{"question": "x", "answerable": True}]}, "answerable, but no answers"),
        ({"text": "a", "questions": [{"question": "x", "answerable": "no"}]}, '"answerable" must be true or false'),
        (
            {
                "text": "a",
                "questions": [{"question": "x", "answerable": False, "answers": [{"text": "a", "start": 0}]}],
            },
            "unanswerable, with answers",
        ),
        ({"text": "a a", "questions": [{"question": "x", "answers": [{"text": "a"}]}]}, '"a" stands 2 times'),
        (
            {"text": "a", "questions": [{"question": "x", "answers": [{"text": "9 euros"}]}]},
            'line 2, questions[0], answers[0]: "9 euros" does not stand in the article: copy',
        ),
        (
            {"text": "a", "questions": [{"question": "x"}]},
            'line 2, questions[0]: no answers: give "answers", or [] if the article does not answer.',
        ),
        (
            {"text": "a", "questions": [{"question": "x", "answer": "a"}]},
            'does not answer; "answer" is not a key of a question.',
        ),
        ('{"text": "a",\n"questions": []}\n', "The line ends too early: one article must be on one line."),
        ("{\n", "one article must be on one line."),
        ('{"text": "a\nb"}\n', "one article must be on one line."),
        (
            {"text": "a", "questions": [{"question": "x", "answers": [{"text": "a", "start": "0"}]}]},
            'answers[0]: "start" must be a whole number, not "0"',
        ),
        (
            {"text": "a", "questions": [{"question": "x", "answers": [], "para": [0, 9]}]},
            "lies outside the text of 1 characters",
        ),
        ({"text": "a", "questions": [{"question": "x", "answers": [], "history": [3]}]}, '"history" holds strings'),
        ({"text": "a", "id": "bridge"}, "line 2: the document id 'bridge' is used twice"),
        ({"text": "a", "questions": [{"id": "q1", "question": "x"}]}, "the question id 'q1' is used twice"),
    ],
)
def test_a_malformed_record_names_file_line_and_reason(load, record, reason):
    with pytest.raises(DataSetError) as caught:
        load(document(question()), record)
    assert "set.jsonl" in str(caught.value)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("more", [{"answers": []}, {"answerable": False}, {"answers": [], "domain": "x", "cause": 1}])
def test_unanswerable_questions_say_so_and_unknown_keys_may_be_there(load, more):
    data_set = load(document({"question": "Who?", **more}))
    assert [gold.answerable for gold in data_set.questions] == [False]


def test_a_line_that_is_whole_but_wrong_is_not_said_to_be_cut(load):
    with pytest.raises(DataSetError) as caught:
        load('{"text": a, "questions": []}\n')
    assert "not JSON" in str(caught.value)
    assert "one line" not in str(caught.value)


def test_a_span_that_does_not_match_is_reported_and_left_out(load):
    wrong = {"id": "q2", "question": "When?", "answers": [{"text": "1931", "start": 20}]}
    negative = {"id": "q3", "question": "When?", "answers": [{"text": "1931", "start": -4}]}
    data_set = load(document(question(), wrong, negative))
    assert [gold.id for gold in data_set.questions] == ["q1"]
    assert [left.question_id for left in data_set.left_out] == ["q2", "q3"]
    assert '"1931" does not stand at 20' in data_set.left_out[0].reason


def test_a_guessed_place_is_left_out_and_another_answer_still_counts(load):
    answers = [{"text": "1931", "start": 21, "exact": False}, {"text": "1986", "start": TEXT.index("1986")}]
    data_set = load(document(question(answers=answers), question(id="q2", answers=answers[:1])))
    assert [(gold.id, len(gold.answers)) for gold in data_set.questions] == [("q1", 1)]
    assert [(left.question_id, left.asked) for left in data_set.left_out] == [("q1", True), ("q2", False)]
    assert {left.words for left in data_set.left_out} == {"When did it open?"}


def test_a_list_question_with_a_part_missing_is_left_out(load):
    answers = [{"text": "1931", "start": 21}, {"text": "1986", "start": 3}]
    data_set = load(document(question(id="kept"), question(id="list", answers=answers, all=True)))
    assert [gold.id for gold in data_set.questions] == ["kept"]


def test_offsets_are_carried_over_to_the_normalised_text(load):
    text = "\ufeffOne\u00a0caf\u0065\u0301.\r\nTwo \u00ad\u200bcafes."
    answers = [{"text": "Two", "start": text.index("Two")}, {"text": "caf\u0065\u0301", "start": text.index("caf")}]
    data_set = load({"id": "a", "text": text, "questions": [{"id": "q", "question": "x?", "answers": answers}]})
    article = data_set.articles["a"]
    assert article.text == "One café.\nTwo cafes."
    assert [article.text[a.span.start : a.span.end] for a in data_set.questions[0].answers] == ["Two", "café"]
    assert not data_set.left_out


def test_a_span_that_cuts_a_character_in_two_is_left_out(load):
    text = "One caf\u0065\u0301 here."
    cut = {"text": "cafe", "start": 4}  # without the accent that follows
    record = {
        "id": "a",
        "text": text,
        "questions": [{"question": "x?", "answers": [cut]}, {"question": "y?", "answers": []}],
    }
    data_set = load(record)
    assert "no place in the normalised text" in data_set.left_out[0].reason


@given(st.text(alphabet="ab\r\n\u00a0\u200b\u0065\u0301\u2029 ", max_size=12), st.data())
def test_a_placed_span_is_the_normalised_span(raw, data):
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(0, len(raw)))
    span = Placement(raw).place(start, end)
    if span is not None:
        assert normalise(raw)[span.start : span.end] == normalise(raw[start:end])
    else:
        assert start >= end or normalise(raw) != raw


def sentences_of(text, *bounds):
    article = Article.create(text, id="a")
    return [Sentence(article, index, start, end) for index, (start, end) in enumerate(bounds)]


def test_gold_sentences_share_a_letter_or_digit():
    sentences = sentences_of('He said "no." Then he left.', (0, 13), (14, 27))
    assert [s.index for s in touched(Span(9, 12), sentences)] == [0]
    assert [s.index for s in touched(Span(12, 18), sentences)] == [1]  # the closing quote alone isn't enough
    assert [s.index for s in touched(Span(9, 18), sentences)] == [0, 1]
    assert [s.index for s in touched(Span(11, 13), sentences)] == [0]  # nothing but '."': any character counts
    assert touched(Span(13, 14), sentences) == []


def test_a_cited_span_stands_for_the_sentences_it_half_covers():
    sentences = sentences_of("aaaa. bbbb. cccc.", (0, 5), (6, 11), (12, 17))
    assert [s.index for s in covered(Span(0, 17), sentences)] == [0, 1, 2]
    assert [s.index for s in covered(Span(4, 11), sentences)] == [1]
    assert [s.index for s in covered(Span(7, 8), sentences)] == [1]
    assert [s.index for s in covered(Span(4, 8), sentences)] == [1]
    assert covered(Span(5, 6), sentences) == []


def test_by_paragraph_makes_paragraphs_articles(load):
    start = TEXT.index("A toll")
    inside = question("1986", id="in", para=[start, len(TEXT)])
    outside = question("1931", id="out", para=[start, len(TEXT)])
    data_set = by_paragraph(load(document(inside, outside, question(id="whole"), question("", id="no", para=[0, 26]))))
    asked = {gold.id: gold for gold in data_set.questions}
    assert set(asked) == {"in", "whole", "no"}
    assert data_set.left_out[0].question_id == "out"
    article = data_set.articles[asked["in"].article_id]
    span = asked["in"].answers[0].span
    assert article.text == "A toll was dropped in 1986."
    assert article.text[span.start : span.end] == "1986"
    assert data_set.articles[asked["no"].article_id].text == "The bridge opened in 1931."


def test_squad(tmp_path):
    paragraphs = [
        {
            "context": "Rollo led them.",
            "qas": [{"id": "1", "question": "Who?", "answers": [{"text": "Rollo", "answer_start": 0}]}],
        },
        {
            "context": "They came by sea.",
            "qas": [
                {
                    "id": "2",
                    "question": "How?",
                    "is_impossible": False,
                    "answers": [{"text": "sea", "answer_start": 13}],
                },
                {
                    "id": "3",
                    "question": "Why?",
                    "is_impossible": True,
                    "answers": [],
                    "plausible_answers": [{"text": "sea"}],
                },
            ],
        },
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Normans", "paragraphs": paragraphs}]}))
    data_set = load_data_set(path)
    assert data_set.articles["Normans"].text == "Rollo led them.\n\nThey came by sea."
    assert [(gold.answerable, [a.text for a in gold.answers]) for gold in data_set.questions] == [
        (True, ["Rollo"]),
        (True, ["sea"]),
        (False, []),
    ]
    assert [len(by_paragraph(data_set).articles)] == [2]


def test_squad_names_the_place(tmp_path):
    path = tmp_path / "squad.json"
    qas = '[{"question": 3, "answers": []}]'
    path.write_text(f'{{"data": [{{"title": "x", "paragraphs": [{{"context": "a", "qas": {qas}}}]}}]}}')
    with pytest.raises(DataSetError, match=r"data\[0\], questions\[0\]: \"question\" must be a string"):
        load_data_set(path)


def test_squad_without_answers_is_refused(tmp_path):
    path = tmp_path / "squad.json"
    path.write_text('{"data": [{"title": "x", "paragraphs": [{"context": "a", "qas": [{"question": "b?"}]}]}]}')
    with pytest.raises(DataSetError, match=r"data\[0\], paragraphs\[0\], qas\[0\]: no answers"):
        load_data_set(path)


def write_beir(folder, qrels="query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\tgone\t1\n"):
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text(qrels)
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "One", "text": "First."}\n{"_id": "d2", "text": "Second."}\n{"_id": "d3", "text": ""}\n'
    )
    (folder / "queries.jsonl").write_text(
        '{"_id": "q1", "text": "first?"}\n{"_id": "q2", "text": "gone?"}\n{"_id": "q3", "text": "not judged"}\n'
    )
    return folder


def test_beir(tmp_path):
    data_set = load_data_set(write_beir(tmp_path))
    assert data_set.judges_articles
    assert data_set.articles["d1"].text == "One\nFirst."
    assert [(gold.id, gold.relevant) for gold in data_set.questions] == [("q1", {"d1": 2, "d2": 0})]
    assert [left.reason for left in data_set.left_out] == [
        "the article 'd3' is empty",
        "no relevant article of it is in the corpus",
    ]


def test_trec_judgements(tmp_path):
    path = tmp_path / "set.qrels"
    path.write_text("q1 0 d1 1\nq1 0 d2 -1\nq2 0 d1 0\n")
    data_set = load_data_set(path)
    assert [(gold.id, gold.relevant) for gold in data_set.questions] == [("q1", {"d1": 1, "d2": 0})]
    path.write_text("q1 0 d1 1\nq1 0 d2 one\n")
    with pytest.raises(DataSetError, match="line 2: the grade 'one' is not a whole number"):
        load_data_set(path)


def test_a_folder_of_documents_is_one_set(tmp_path, load):
    load(document(question()), name="a.jsonl")
    load(document(question(id="q2"), id="bridge2"), name="b.jsonl.gz")
    data_set = load_data_set(tmp_path)
    assert [gold.id for gold in data_set.questions] == ["q1", "q2"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("absent.jsonl", None, "No file"),
        ("set.csv", b"a,b", "'.csv' tells no form"),
        ("set.jsonl", b"\xff\xfe", "byte 0: not UTF-8"),
        ("set.jsonl.gz", b"plain", "not a whole gzip file"),
        ("set.jsonl", b"\n\n", "holds no question"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path, name, data, reason):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(DataSetError, match=reason):
        load_data_set(tmp_path / name)


def test_the_fingerprint_follows_the_gold(load):
    first = load(document(question()))
    assert load(document(question())).fingerprint == first.fingerprint
    assert (
        load(document(question(answers=[{"text": "1986", "start": TEXT.index("1986")}]))).fingerprint
        != first.fingerprint
    )


def test_a_limit_draws_the_same_questions_and_keeps_every_article(load):
    data_set = load(document(*(question(id=f"q{n}") for n in range(50))), document(id="other"))
    drawn = data_set.limited(10, seed=1)
    assert [q.id for q in drawn.questions] == [q.id for q in data_set.limited(10, seed=1).questions]
    assert len(drawn.questions) == 10
    assert drawn.questions != data_set.limited(10, seed=2).questions
    assert set(drawn.articles) == {"bridge", "other"}

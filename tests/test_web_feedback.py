"""Feedback over HTTP: given, taken back, listed, and exported as gold questions."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from corpus.library import open_library
from evaluation.data_sets import load_data_set
from tests.api_server import BRIDGE, FERRY, RAISED, make_app
from web.problem_types import PROBLEM_TYPES
from web.talk_schemas import FeedbackBody, FeedbackListBody

FEEDBACK = "/api/v1/feedback"
HURT, SANK = "Nobody was hurt.", "The ferry to Lindholm sank on Friday."


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(make_app(tmp_path / "data"), raise_server_exceptions=False) as client:
        for text, id in ((FERRY, "ferry"), (BRIDGE, "bridge")):
            assert client.post("/api/v1/articles", json={"text": text, "id": id}).status_code == 201
        yield client


def cite(client: TestClient, quote: str, id: str = "ferry") -> dict:
    """A citation of that sentence, as an Answer has it."""
    article = client.get(f"/api/v1/articles/{id}").json()
    start = article["text"].index(quote)
    index = next(one["index"] for one in article["sentences"] if one["start"] == start)
    return {
        "article": {name: article[name] for name in ("id", "title", "url", "fingerprint", "version")},
        "sentence": {"index": index, "start": start, "end": start + len(quote)},
        "quote": quote,
        "score": 0.5,
        "answer": None,
    }


def give(client: TestClient, question: str, verdict: str = "right", status: int = 201, **members: object) -> dict:
    response = client.post(FEEDBACK, json={"question": question, "verdict": verdict, **members})
    assert response.status_code == status, response.text
    return response.json()


def export(client: TestClient, tmp_path: Path):
    """What `askarticle evaluate` makes of the export, and how many were left out."""
    response = client.get(f"{FEEDBACK}/export")
    assert response.headers["content-type"] == "application/x-ndjson"
    path = tmp_path / "feedback.jsonl"
    path.write_bytes(response.content)
    left_out = int(response.headers["askarticle-left-out"])
    return (load_data_set(path) if response.content else None), left_out


def gold(data_set) -> list[tuple[str, str | None, bool, set[str], str]]:
    return [(q.question, q.article_id, q.answerable, {a.text for a in q.answers}, q.kind) for q in data_set.questions]


def test_it_is_kept_listed_and_taken_back(client):
    body = FeedbackBody.model_validate(give(client, "  Was anybody hurt?", place=cite(client, HURT)))
    assert (body.question, body.standalone_question, body.verdict) == (
        "Was anybody hurt?",
        "Was anybody hurt?",
        "right",
    )
    assert (body.place.status, body.place.quote, body.place.score, body.right) == ("valid", HURT, 0.5, None)
    wrong = give(client, "When?", "wrong", place=cite(client, HURT), right=cite(client, SANK))
    listed = FeedbackListBody.model_validate(client.get(FEEDBACK).json())
    assert [one.id for one in listed.feedback] == [body.id, wrong["id"]]
    assert listed.feedback[1].right.quote == SANK
    first = client.get(FEEDBACK, params={"limit": 1}).json()
    assert [one["id"] for one in first["feedback"]] == [body.id]
    rest = client.get(FEEDBACK, params={"after": first["next"]}).json()
    assert ([one["id"] for one in rest["feedback"]], rest["next"]) == ([wrong["id"]], None)
    assert client.delete(f"{FEEDBACK}/{body.id}").status_code == 204
    again = client.delete(f"{FEEDBACK}/{body.id}")
    assert again.json()["type"] == PROBLEM_TYPES["no-such-feedback"].uri
    assert len(client.get(FEEDBACK).json()["feedback"]) == 1


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"verdict": "right", "right": True}, 422, "leave out the member right"),
        ({"verdict": "maybe"}, 422, "verdict"),
        ({"question": "?!"}, 422, "empty"),
        ({"place": {"sentence": {"start": 0, "end": 3}}}, 422, "no version of that article has a sentence at 0-3"),
        ({"place": {"article": {"id": "gone", "fingerprint": "f", "version": 1}}}, 422, "no version"),
        ({"place": {"article": {"id": "ferry", "fingerprint": "f", "version": 1}}}, 422, "no version"),
        ({"history": ["x"] * 21}, 422, "history"),
        ({"stars": 5}, 422, "stars"),
    ],
)
def test_what_is_no_feedback_is_refused_and_not_kept(client, change, status, says):
    body = {"question": "Was anybody hurt?", "verdict": "wrong", "place": cite(client, HURT)}
    if change.get("right"):
        change = change | {"right": cite(client, SANK)}
    if "place" in change:
        change = {"place": body["place"] | change["place"]}
    response = client.post(FEEDBACK, json=body | change)
    assert response.status_code == status
    assert says in response.json()["detail"]
    assert client.get(FEEDBACK).json()["feedback"] == []


def test_what_was_confirmed_corrected_and_declined_becomes_gold(client, tmp_path):
    give(client, "Was anybody hurt?", place=cite(client, HURT))
    give(client, "When did it sink?", "wrong", place=cite(client, HURT), right=cite(client, SANK))
    give(client, "Who owned it?", found=False, place=cite(client, SANK))
    give(client, "Who left last?", "wrong", place=cite(client, HURT))
    give(client, "What else?", found=False)
    data_set, left_out = export(client, tmp_path)
    assert gold(data_set) == [
        ("Was anybody hurt?", "ferry", True, {HURT}, "confirmed"),
        ("When did it sink?", "ferry", True, {SANK}, "corrected"),
        ("Who owned it?", "ferry", False, set(), "declined"),
    ]
    assert left_out == 2
    assert data_set.left_out == ()
    assert data_set.articles["ferry"].text == FERRY


def test_one_question_judged_by_several_is_one_with_all_its_answers(client, tmp_path):
    give(client, "What happened?", found=False, place=cite(client, HURT))
    for _ in range(3):
        give(client, "What happened?", place=cite(client, SANK))
    give(client, "What happened?", "wrong", right=cite(client, HURT))
    give(client, "What happened?", history=["Where is Lindholm?"], place=cite(client, SANK))
    data_set, left_out = export(client, tmp_path)
    assert gold(data_set) == [
        ("What happened?", "ferry", True, {SANK, HURT}, "confirmed"),
        ("What happened?", "ferry", True, {SANK}, "confirmed"),
    ]
    assert [turn.text for turn in data_set.questions[1].history] == ["Where is Lindholm?"]
    assert left_out == 0


def test_the_questions_before_it_are_taken_from_its_conversation(client):
    talk = client.post("/api/v1/conversations", json={}).json()["id"]
    for question in ("Who is Mara Voss?", "was she hurt?", "and when?"):
        client.post("/api/v1/ask", json={"question": question, "conversation": talk})
    given = give(client, "was she hurt?", place=cite(client, HURT), conversation=talk)
    assert (given["history"], given["conversation"]) == (["Who is Mara Voss?"], talk)
    assert give(client, "what else?", conversation=talk)["history"] == []
    assert give(client, "what else?", conversation="gone")["conversation"] is None
    assert client.delete(f"/api/v1/conversations/{talk}").status_code == 204
    assert client.get(FEEDBACK).json()["feedback"][0]["conversation"] is None


def test_the_words_of_a_removed_article_are_gone(client, tmp_path):
    give(client, "was she hurt?", standalone_question="was Mara Voss hurt?", place=cite(client, HURT))
    give(client, "Why did it close?", "wrong", place=cite(client, SANK), right=cite(client, BRIDGE[:39], "bridge"))
    assert client.delete("/api/v1/articles/ferry").status_code == 204
    first, second = FeedbackListBody.model_validate(client.get(FEEDBACK).json()).feedback
    assert (first.place.status, first.place.quote, first.standalone_question) == ("gone", None, "was she hurt?")
    assert (second.place.quote, second.right.quote) == (None, BRIDGE[:39])
    data_set, left_out = export(client, tmp_path)
    assert gold(data_set) == [("Why did it close?", "bridge", True, {BRIDGE[:39]}, "corrected")]
    assert left_out == 1
    client.__exit__()
    assert b"Voss" not in b"".join(file.read_bytes() for file in (tmp_path / "data").glob("library*"))


def test_gold_follows_a_corrected_article_or_is_left_out(client, tmp_path):
    give(client, "When did it sink?", place=cite(client, SANK))
    give(client, "Was anybody hurt?", place=cite(client, HURT))
    new = f"Corrected. {RAISED.replace(HURT, 'Two people were hurt.')}"
    put = client.put("/api/v1/articles/ferry", json={"text": new}, headers={"if-match": "*"})
    assert put.status_code == 200
    data_set, left_out = export(client, tmp_path)
    assert gold(data_set) == [("When did it sink?", "ferry", True, {SANK}, "confirmed")]
    assert left_out == 1
    assert give(client, "Was anybody hurt?", place=cite(client, "Two people were hurt."))["place"]["status"] == "valid"


def test_nothing_to_export_is_an_empty_file(client, tmp_path):
    assert export(client, tmp_path) == (None, 0)


def test_ids_of_feedback_are_not_told_by_the_export(client):
    id = give(client, "Was anybody hurt?", place=cite(client, HURT))["id"]
    text = client.get(f"{FEEDBACK}/export").text
    assert id not in text
    assert json.loads(text)["questions"][0]["id"].startswith("feedback-")


def test_feedback_raises_no_generation(client, tmp_path):
    with open_library(tmp_path / "data" / "library.sqlite") as library:
        before = library.generation
        give(client, "Was anybody hurt?", place=cite(client, HURT))
        assert library.generation == before

"""The library over HTTP: articles are added, read, replaced and deleted, and what is asked follows."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from corpus import default_article
from tests.api_server import BRIDGE, FERRY, RAISED, make_app, make_app_of_one_file, make_bot
from tests.article_client import ARTICLES, add, assert_problem
from tests.fakes import FakeEncoder
from web.library_schemas import SentenceListBody, TakenBody, VersionListBody
from web.schemas import ArticleListBody, WholeArticleBody


@pytest.fixture
def app(tmp_path):
    return make_app(tmp_path / "data")


@pytest.fixture
def client(app) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_an_added_article_is_asked_found_listed_and_given(client):
    response = add(client, title="Ferry sinks", id="ferry", collection="harbour", published="2026-01-30", language="en")
    assert response.headers["location"] == f"{ARTICLES}/ferry"
    taken = TakenBody.model_validate(response.json())
    assert (taken.outcome, taken.id, taken.version, taken.title) == ("added", "ferry", 1, "Ferry sinks")
    whole = client.get(response.headers["location"])
    assert whole.headers["etag"] == response.headers["etag"]
    body = WholeArticleBody.model_validate(whole.json())
    assert (body.text, body.collection, body.published, body.language) == (FERRY, "harbour", "2026-01-30", "en")
    assert [item.id for item in ArticleListBody.model_validate(client.get(ARTICLES).json()).articles] == ["ferry"]
    assert client.get("/api/v1/collections").json() == {"collections": [{"name": "harbour", "articles": 1}]}
    hit = client.post("/api/v1/search", json={"query": "captain"}).json()["hits"][0]
    assert (hit["article"]["id"], hit["text"]) == ("ferry", FERRY)
    answer = client.post("/api/v1/ask", json={"question": "captain Mara Voss last to leave"}).json()
    shown = answer["citations"] or answer["nearest"]
    assert shown[0]["quote"] == "Its captain, Mara Voss, was the last to leave."


def test_while_nothing_was_added_the_default_article_is_there_and_cannot_be_changed(client):
    article = default_article()
    listed = client.get(ARTICLES).json()
    assert [(item["id"], item["collection"]) for item in listed["articles"]] == [(article.id, None)]
    address = f"{ARTICLES}/{article.id}"
    assert client.get(f"{address}/versions").json()["versions"][0]["added"] is None
    assert client.get("/api/v1/collections").json() == {"collections": []}
    assert_problem(client.delete(address), "not-in-library")
    assert_problem(client.put(address, json={"text": FERRY}, headers={"if-match": "*"}), "not-in-library")
    assert client.get(f"{address}/versions/2").status_code == 404


def test_the_same_text_again_changes_nothing(client):
    first = add(client)
    again = add(client, status=200)
    assert again.json() == first.json() | {"outcome": "unchanged"}
    assert again.headers["etag"] == first.headers["etag"]
    assert client.get(ARTICLES).json()["total"] == 1


def test_another_text_under_a_known_id_is_refused_and_nothing_is_changed(client):
    add(client, id="ferry")
    assert_problem(client.post(ARTICLES, json={"text": RAISED, "id": "ferry"}), "article-exists")
    assert client.get(f"{ARTICLES}/ferry").json()["text"] == FERRY


def test_a_text_is_moved_into_another_collection_by_its_id(client):
    add(client, id="ferry")
    assert add(client, id="ferry", collection="harbour", status=200).json()["outcome"] == "moved"
    assert client.get(f"{ARTICLES}/ferry").json()["collection"] == "harbour"


def test_a_repeated_article_is_kept_as_a_duplicate(client):
    add(client, FERRY * 3, id="one")
    assert add(client, FERRY * 3, id="two").json()["duplicate_of"] == "one"
    assert client.get(f"{ARTICLES}/two").json()["duplicate_of"] == "one"


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"text": ""}, "invalid-request"),
        ({"text": " \n"}, "article-refused"),
        ({"text": "..."}, "article-refused"),
        ({"text": FERRY, "id": "../etc"}, "invalid-request"),
        ({"text": FERRY, "id": ".."}, "article-refused"),
        ({"text": FERRY, "published": "2026-02-30"}, "invalid-request"),
        ({"text": FERRY, "language": "english"}, "invalid-request"),
        ({"text": FERRY, "url": "javascript:alert(1)"}, "invalid-request"),
        ({"text": FERRY, "collection": " harbour"}, "invalid-request"),
        ({"text": FERRY, "colour": "red"}, "invalid-request"),
        ({"title": "Ferry"}, "invalid-request"),
    ],
)
def test_what_cannot_be_taken_in_is_a_problem_and_stores_nothing(client, members, name):
    assert_problem(client.post(ARTICLES, json=members), name)
    assert client.get("/api/v1/collections").json() == {"collections": []}


def test_an_article_is_replaced_by_whoever_knows_its_state(client):
    tag = add(client, id="ferry").headers["etag"]
    address = f"{ARTICLES}/ferry"
    assert_problem(client.put(address, json={"text": RAISED}), "precondition-required")
    assert_problem(client.put(address, json={"text": RAISED}, headers={"if-match": '"other"'}), "version-conflict")
    assert_problem(client.put(address, json={"text": RAISED}, headers={"if-match": f"W/{tag}"}), "version-conflict")
    replaced = client.put(address, json={"text": RAISED}, headers={"if-match": f'"other", {tag}'})
    assert (replaced.status_code, replaced.json()["outcome"], replaced.json()["version"]) == (200, "replaced", 2)
    assert replaced.headers["etag"] == client.get(address).headers["etag"] != tag
    assert_problem(client.put(address, json={"text": FERRY}, headers={"if-match": tag}), "version-conflict")
    assert client.get(address).json()["text"] == RAISED
    assert client.put(address, json={"text": RAISED}, headers={"if-match": "*"}).json()["outcome"] == "unchanged"
    assert_problem(client.put(f"{ARTICLES}/none", json={"text": FERRY}, headers={"if-match": "*"}), "no-such-article")


def test_all_versions_can_be_read(client):
    tag = add(client, id="ferry").headers["etag"]
    client.put(f"{ARTICLES}/ferry", json={"text": RAISED}, headers={"if-match": tag})
    versions = VersionListBody.model_validate(client.get(f"{ARTICLES}/ferry/versions").json()).versions
    assert [(one.version, one.characters) for one in versions] == [(1, len(FERRY)), (2, len(RAISED))]
    assert [client.get(f"{ARTICLES}/ferry/versions/{n}").json()["text"] for n in (1, 2)] == [FERRY, RAISED]
    assert_problem(client.get(f"{ARTICLES}/ferry/versions/3"), "no-such-article")
    assert_problem(client.get(f"{ARTICLES}/ferry/versions/0"), "invalid-request")
    assert_problem(client.get(f"{ARTICLES}/ferry/versions/{10**30}"), "invalid-request")


def test_sentences_come_a_page_at_a_time(client):
    add(client, id="ferry")
    first = SentenceListBody.model_validate(client.get(f"{ARTICLES}/ferry/sentences?limit=2").json())
    rest = SentenceListBody.model_validate(client.get(f"{ARTICLES}/ferry/sentences?first={first.next}").json())
    sentences = first.sentences + rest.sentences
    assert (first.total, first.next, rest.next, [one.index for one in sentences]) == (3, 2, None, [0, 1, 2])
    assert [FERRY[one.start : one.end] for one in sentences] == [one.text for one in sentences]
    assert client.get(f"{ARTICLES}/ferry/sentences?first=99").json()["sentences"] == []


def test_what_is_known_is_not_sent_again(client):
    tag = add(client, id="ferry").headers["etag"]
    for header in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        response = client.get(f"{ARTICLES}/ferry", headers={"if-none-match": header})
        assert (response.status_code, response.content, response.headers["etag"]) == (304, b"", tag)
    assert client.get(f"{ARTICLES}/ferry", headers={"if-none-match": '"other"'}).status_code == 200
    assert client.head(f"{ARTICLES}/ferry").headers["etag"] == tag


def test_a_deleted_article_is_found_no_more(client):
    tag = add(client, id="ferry").headers["etag"]
    add(client, BRIDGE, id="bridge")
    assert client.post("/api/v1/search", json={"query": "captain"}).json()["hits"][0]["article"]["id"] == "ferry"
    assert_problem(client.delete(f"{ARTICLES}/ferry", headers={"if-match": '"other"'}), "version-conflict")
    response = client.delete(f"{ARTICLES}/ferry", headers={"if-match": tag})
    assert (response.status_code, response.content) == (204, b"")
    assert_problem(client.get(f"{ARTICLES}/ferry"), "no-such-article")
    assert_problem(client.delete(f"{ARTICLES}/ferry"), "no-such-article")
    hits = client.post("/api/v1/search", json={"query": "captain Mara Voss ferry"}).json()["hits"]
    assert {hit["article"]["id"] for hit in hits} == {"bridge"}


def test_the_list_has_pages_and_filters(client):
    for number in range(5):
        collection = "even" if number % 2 == 0 else "odd"
        add(client, f"{BRIDGE} Case {number} differs wholly here.", id=f"a{number}", collection=collection, source="s")
    seen, after = [], None
    while True:
        page = client.get(ARTICLES, params={"limit": 2, **({"after": after} if after else {})}).json()
        seen += [article["id"] for article in page["articles"]]
        assert page["total"] == 5
        after = page["next"]
        if after is None:
            break
    assert seen == ["a0", "a1", "a2", "a3", "a4"]
    odd = client.get(ARTICLES, params={"collection": "odd"}).json()
    assert ([article["id"] for article in odd["articles"]], odd["total"]) == (["a1", "a3"], 2)
    assert client.get(ARTICLES, params=[("collection", "odd"), ("collection", "even")]).json()["total"] == 5
    assert client.get(ARTICLES, params={"source": "other"}).json() == {"articles": [], "total": 0, "next": None}
    for wrong in ({"limit": 0}, {"limit": 10**9}, {"published_from": "soon"}):
        problem = assert_problem(client.get(ARTICLES, params=wrong), "invalid-request")
        assert problem["errors"][0]["parameter"] == next(iter(wrong))


def test_a_question_can_be_put_to_a_collection_or_by_a_filter(client):
    add(client, FERRY, id="ferry", collection="harbour", published="2026-01-30")
    add(client, BRIDGE, id="bridge", collection="roads", published="2026-02-01")

    def asked(**scope):
        response = client.post("/api/v1/search", json={"query": "closed on Monday", **scope})
        return {hit["article"]["id"] for hit in response.json()["hits"]} if response.is_success else response

    assert asked() == {"ferry", "bridge"}
    assert asked(collection="harbour") == asked(article="ferry") == {"ferry"}
    assert asked(filter={"collections": ["harbour", "roads"]}) == {"ferry", "bridge"}
    assert asked(filter={"published_from": "2026-01-31"}) == {"bridge"}
    assert asked(filter={"published_to": "2026-01-31"}) == {"ferry"}
    assert asked(article="ferry", filter={"articles": ["ferry", "bridge"]}) == {"ferry"}
    for scope in ({"collection": "none"}, {"article": "none"}, {"article": "ferry", "collection": "roads"}):
        assert_problem(asked(**scope), "no-such-article")
        assert_problem(client.post("/api/v1/ask", json={"question": "why?", **scope}), "no-such-article")


def test_a_batch_answers_each_as_it_would_be_alone(client):
    add(client, id="ferry")
    questions = [{"question": "Was nobody hurt?"}, {"question": " "}, {"question": "why?", "article": "none"}]
    answers = client.post("/api/v1/ask/batch", json={"questions": questions}).json()["answers"]
    alone = client.post("/api/v1/ask", json=questions[0]).json()
    assert answers[0]["answer"] | {"timing_ms": 0} == alone | {"timing_ms": 0}
    assert [one["answer"] for one in answers[1:]] == [None, None]
    names = [one["problem"]["type"].rpartition(":")[2] for one in answers[1:]]
    assert names == ["bad-question", "no-such-article"]
    assert_problem(client.post("/api/v1/ask/batch", json={"questions": []}), "invalid-request")
    assert_problem(client.post("/api/v1/ask/batch", json={"questions": questions * 17}), "invalid-request")


def test_k_keeps_the_likeliest(client):
    add(client, id="ferry")
    nearest = client.post("/api/v1/ask", json={"question": "zebra quartz"}).json()["nearest"]
    assert len(nearest) > 1
    assert client.post("/api/v1/ask", json={"question": "zebra quartz", "k": 1}).json()["nearest"] == nearest[:1]


def test_the_same_request_under_a_key_is_carried_out_once(client):
    headers = {"idempotency-key": "k1"}
    first = client.post(ARTICLES, json={"text": FERRY, "id": "ferry"}, headers=headers)
    client.delete(f"{ARTICLES}/ferry")
    again = client.post(ARTICLES, json={"text": FERRY, "id": "ferry"}, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert client.get("/api/v1/collections").json() == {"collections": []}
    other = client.post(ARTICLES, json={"text": BRIDGE}, headers=headers)
    assert_problem(other, "idempotency-key-reused")
    assert len(client.get("/api/v1/jobs").json()["jobs"]) == 1


def test_a_server_of_one_file_changes_nothing():
    client = TestClient(make_app_of_one_file())
    article = client.get(ARTICLES).json()["articles"][0]
    assert_problem(client.post(ARTICLES, json={"text": FERRY}), "no-library")
    assert_problem(client.delete(f"{ARTICLES}/{article['id']}"), "no-library")
    assert_problem(client.post("/api/v1/imports/url", json={"url": "https://example.org/"}), "no-library")
    assert client.get("/api/v1/collections").json() == {"collections": []}
    assert client.get("/v1/models").json()["data"][0]["id"] == "askarticle"


def test_a_page_of_another_origin_changes_nothing(client):
    files = {"file": ("ferry.txt", FERRY.encode())}
    response = client.post("/api/v1/imports/file?wait=60", files=files, headers={"origin": "https://evil.example"})
    assert_problem(response, "foreign-origin")
    assert client.get("/api/v1/collections").json() == {"collections": []}
    own = client.post("/api/v1/imports/file?wait=60", files=files, headers={"origin": "http://testserver"})
    assert own.status_code == 200


def test_what_was_added_is_there_after_a_restart(tmp_path):
    with TestClient(make_app(tmp_path)) as client:
        add(client, id="ferry")
    bot = make_bot(make_app(tmp_path).state.library.settings, FakeEncoder())
    assert [article.id for article in bot.articles] == ["ferry"]

"""The OpenAI-compatible API, as OpenAI's own client uses it."""

import base64
from collections.abc import Iterator

import numpy as np
import openai
import pytest
from starlette.testclient import TestClient

from corpus import default_article
from tests.api_server import BRIDGE, FERRY, make_app, served
from tests.fakes import FakeEncoder
from web.answer_schemas import AnswerBody
from web.chat_text import chat_text
from web.openai_schemas import CompletionBody

QUOTE = "Its captain, Mara Voss, was the last to leave."
QUESTION = "captain Mara Voss was the last to leave"


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    app = make_app(tmp_path_factory.mktemp("data"))
    with served(app) as address:
        client = openai.OpenAI(base_url=address, api_key="none", max_retries=0)
        for text, id, collection, url in (
            (FERRY, "ferry", "harbour", "https://example.org/ferry"),
            (BRIDGE, "bridge", "roads", None),
        ):
            body = {"text": text, "id": id, "collection": collection, "url": url}
            client.post("/api/v1/articles", body=body, cast_to=object)
        yield address


@pytest.fixture
def client(address) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{address}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(client: openai.OpenAI, question: str, model: str = "askarticle", **more: object):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}], **more)


def test_the_models_are_everything_and_the_collections(client):
    assert [model.id for model in client.models.list()] == ["askarticle", "harbour", "roads"]
    assert client.models.retrieve("roads").id == "roads"
    with pytest.raises(openai.NotFoundError, match="no such model"):
        client.models.retrieve("none")


def test_the_answer_quotes_with_numbered_sources_and_annotations(client):
    completion = ask(client, QUESTION, temperature=0.7, tools=[], n=1)
    choice = completion.choices[0]
    content, annotations = choice.message.content, choice.message.annotations
    assert (choice.finish_reason, choice.message.role) == ("stop", "assistant")
    assert f"“{QUOTE}” [1]" in content
    assert "[1] The ferry to Lindholm sank on Friday" in content.partition("Sources:")[2]
    first = annotations[0].url_citation
    assert content[first.start_index : first.end_index] == QUOTE
    assert first.url.startswith("https://example.org/ferry#:~:text=")
    assert first.url in content
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    answer = AnswerBody.model_validate(completion.model_extra["askarticle"])
    assert {citation.quote for citation in answer.citations or answer.nearest} >= {QUOTE}


def test_an_article_without_an_address_is_cited_by_its_page_here(client, address):
    completion = ask(client, "repairs will cost euros the mayor said", model="roads")
    first = completion.choices[0].message.annotations[0].url_citation
    assert first.url == f"{address}/?article=bridge#s2"


def test_a_stream_brings_the_same_in_pieces(client):
    whole = ask(client, QUESTION)
    chunks = list(ask(client, QUESTION, stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert len([delta for delta in deltas if delta.content]) > 1
    annotations = [delta.model_extra["annotations"] for delta in deltas if "annotations" in delta.model_extra]
    assert annotations == [[item.model_dump() for item in whole.choices[0].message.annotations]]
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage == whole.usage
    assert all("usage" in chunk.model_fields_set and chunk.usage is None for chunk in chunks[:-1])
    assert {chunk.id for chunk in chunks} == {whole.id}


def test_a_collection_is_asked_by_its_name_alone(client):
    content = ask(client, QUESTION, model="roads").choices[0].message.content
    assert QUOTE not in content
    with pytest.raises(openai.NotFoundError, match="no such model") as caught:
        ask(client, QUESTION, model="gpt-4o")
    assert caught.value.code == "no-such-model"
    assert caught.value.response.headers["content-type"] == "application/problem+json"


def test_declining_is_said_in_words(client):
    choice = ask(client, "zebra quartz").choices[0]
    assert choice.message.content.startswith("I found no sure answer in the articles.")
    assert (choice.finish_reason, choice.message.refusal) == ("stop", None)


def test_a_follow_up_is_understood_from_the_users_earlier_messages(client):
    messages = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": "Who was the captain of the ferry?"},
        {"role": "assistant", "content": "Mara Voss."},
        {"role": "user", "content": [{"type": "text", "text": "and when?"}, {"type": "image_url", "image_url": {}}]},
    ]
    completion = client.chat.completions.create(model="askarticle", messages=messages)
    answer = completion.model_extra["askarticle"]
    assert answer["question"] == "and when?"
    assert "captain" in answer["standalone_question"]


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "system", "content": "Be brief."}],
        [{"role": "user", "content": "  "}],
        [{"role": "user", "content": "w" * 1001}],
        [{"role": "user", "content": 5}],
        [],
    ],
)
def test_what_is_no_question_is_refused_in_words(client, messages):
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.chat.completions.create(model="askarticle", messages=messages)
    assert caught.value.body["message"].endswith(".")
    assert caught.value.type == "invalid_request_error"


def test_texts_become_the_encoders_vectors_however_they_are_sent(client):
    texts = [FERRY, BRIDGE]
    packed = client.embeddings.create(model="askarticle", input=texts)
    plain = client.embeddings.create(model=FakeEncoder().name, input=texts, encoding_format="float")
    expected = FakeEncoder().encode(texts)
    for response in (packed, plain):
        assert np.allclose([item.embedding for item in response.data], expected, atol=1e-6)
    assert np.allclose(client.embeddings.create(model="askarticle", input=FERRY).data[0].embedding, expected[0])
    with pytest.raises(openai.NotFoundError):
        client.embeddings.create(model="text-embedding-3-small", input=FERRY)
    for wrong in ({"input": [[1, 2]]}, {"input": []}, {"input": ""}, {"input": FERRY, "dimensions": 3}):
        with pytest.raises(openai.UnprocessableEntityError) as caught:
            client.embeddings.create(model="askarticle", **wrong)
        assert "function" not in caught.value.body["message"]


@pytest.mark.parametrize(
    ("messages", "param"),
    [
        ([], "messages"),
        ([{"content": "why?"}], "messages[0].role"),
        ([{"role": "user", "content": [{"type": "text", "text": 5}]}], "messages[0].content[0].text"),
        ([{"role": "user", "content": 5}], "messages[0].content"),
        ([{"role": "user", "content": "?" * 2_000}], "messages"),
        ([{"role": "user", "content": " "}], "messages"),
    ],
)
def test_an_error_names_what_is_wrong_in_the_clients_own_words(client, messages, param):
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        client.chat.completions.create(model="askarticle", messages=messages)
    assert caught.value.param == param
    assert "function" not in caught.value.body["message"]


def test_the_clients_own_reader_of_streams_takes_ours(client):
    messages = [{"role": "user", "content": QUESTION}]
    with client.chat.completions.stream(model="askarticle", messages=messages) as stream:
        assert {event.type for event in stream} >= {"content.delta", "content.done"}
        message = stream.get_final_completion().choices[0].message
    assert f"“{QUOTE}” [1]" in message.content
    first = message.annotations[0].url_citation
    assert message.content[first.start_index : first.end_index] == QUOTE


def test_a_stream_of_what_cannot_be_asked_is_refused_before_it_begins(client):
    with pytest.raises(openai.NotFoundError, match="no such model"):
        ask(client, QUESTION, model="gpt-4o", stream=True)


def test_a_long_conversation_is_read_to_its_last_question(client):
    talk = [{"role": ("user", "assistant")[n % 2], "content": f"captain {n} " * 50} for n in range(998)]
    completion = client.chat.completions.create(
        model="askarticle", messages=[*talk, {"role": "user", "content": QUESTION}]
    )
    assert completion.model_extra["askarticle"]["question"] == QUESTION


def test_packed_vectors_are_little_endian_float32(address):
    import httpx2

    body = {"model": "askarticle", "input": FERRY, "encoding_format": "base64"}
    data = httpx2.post(f"{address}/v1/embeddings", json=body).json()["data"]
    assert np.array_equal(
        np.frombuffer(base64.b64decode(data[0]["embedding"]), "<f4"), FakeEncoder().encode([FERRY])[0]
    )


def test_the_default_article_is_asked_while_nothing_was_added(tmp_path):
    with TestClient(make_app(tmp_path)) as client:
        body = {"model": "askarticle", "messages": [{"role": "user", "content": "how many troops might be involved?"}]}
        completion = CompletionBody.model_validate(client.post("/v1/chat/completions", json=body).json())
    annotation = completion.choices[0].message.annotations[0].url_citation
    assert annotation.title == default_article().title
    quote = completion.choices[0].message.content[annotation.start_index : annotation.end_index]
    assert quote in default_article().text


def test_an_answer_without_any_sentence_is_one_line(tmp_path):
    from bot.answer import Answer, Timing

    answer = Answer("a", "a", False, 0.0, [], [], Timing(0, 0, 0, 0))
    assert chat_text(answer, lambda _: "").text == "I found no sure answer in the article."

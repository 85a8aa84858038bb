"""The examples in the API's description: made from the article that ships with the program, so they cannot go stale."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.answer import Answer, Citation, Timing
from bot.answer_json import answer_to_dict
from bot.conversation.export import conversation_to_dict, feedback_to_dict
from bot.conversation.stored import turn_to_store
from corpus import Article, Sentence, default_article, split_sentences
from corpus.library.talk import Conversation, Feedback
from corpus.library.types import Filter
from corpus.quoted import Quotes
from web.api.chat_completions import Reply
from web.article_json import article_to_dict, ref_to_dict, sentence_to_dict, sentences_to_dict
from web.chat_text import chat_text
from web.problems import Problem, problem_of

QUESTION = "how many troops?"
QUOTE = "U.S. officials estimate that around 3,000 troops might be involved."
_SURE = 0.86
_ADDED = "2026-01-31T09:30:00+00:00"
_MOMENT = "2026-01-31T09:30:00.000+00:00"
_TALK, _FEEDBACK = "19c142a6a40Zm9vYmFyYmF6cXV4MTIzNA", "19c142a6b53cXV4Zm9vYmF6YmFyNTY3OA"
_JOB = "0b1d3a5c7e9f4b2d8a6c4e2f0a1b3c5d"


def add_examples(openapi: dict[str, Any]) -> None:
    """Give the shapes of an OpenAPI document their examples; FastAPI would leave null members out of them."""
    schemas = openapi["components"]["schemas"]
    article = default_article()
    sentences = split_sentences(article)
    made = _asking(article, sentences) | _articles(article, sentences) | _changing(article) | _talk() | _openai()
    for name, example in made.items():
        schemas[name]["examples"] = [example]


def _answer() -> Answer:
    sentences = split_sentences(default_article())
    quoted = next(sentence for sentence in sentences if sentence.text == QUOTE)
    return Answer(
        question=QUESTION,
        standalone_question=QUESTION,
        found=True,
        confidence=_SURE,
        citations=[Citation(quoted, _SURE)],
        nearest=[],
        timing=Timing(total=9.1, encode=3.2, search=0.9, read=5.0),
    )


def _asking(article: Article, sentences: tuple[Sentence, ...]) -> dict[str, Any]:
    answer = answer_to_dict(_answer())
    citation = answer["citations"][0]
    place = {"version": 1, **citation["sentence"], "text": QUOTE}
    span = {"start": citation["sentence"]["start"], "end": citation["sentence"]["end"]}
    check = {
        "status": "valid",
        "holds": True,
        "article": {"id": article.id, "title": article.title, "version": 1},
        "cited": {"version": 1, **span, "quote": QUOTE},
        "place": place,
        "before": None,
        "after": None,
    }
    hit = {
        "article": ref_to_dict(article),
        "passage": span,
        "text": QUOTE,
        "sentences": [citation["sentence"]],
        "score": 0.75,
        "dense": 0.5,
        "lexical": 4.2,
    }
    given = {name: citation[name] for name in ("article", "sentence", "quote")}
    return {
        "AskBody": {"question": QUESTION},
        "AnswerBody": answer,
        "AskBatchBody": {"questions": [{"question": QUESTION}, {"question": "who said so?", "history": [QUESTION]}]},
        "AnswerBatchBody": {"answers": [{"answer": answer, "problem": None}]},
        "SearchBody": {"query": QUESTION, "k": 5},
        "SearchResultBody": {"query": QUESTION, "hits": [hit]},
        "VerifyBody": {"citations": [given]},
        "ChecksBody": {"holds": True, "citations": [check]},
        "HealthBody": {"status": "ok"},
        "ReadinessBody": {"status": "ready", "articles": 1},
        "ProblemBody": problem_of(Problem("no-such-article", "No article 'abc'. Give the id of one that is there.")),
    }


def _articles(article: Article, sentences: tuple[Sentence, ...]) -> dict[str, Any]:
    listed, first = article_to_dict(article), sentences[0]
    begins = {"text": f"{first.text} …", "sentences": [sentence_to_dict(first)]}
    version = {
        "version": 1,
        "fingerprint": article.fingerprint,
        "title": article.title,
        "characters": len(article.text),
        "added": _ADDED,
    }
    return {
        "ArticleListBody": {"articles": [listed], "total": 1, "next": None},
        "WholeArticleBody": listed | begins,
        "SentenceListBody": sentences_to_dict(article, sentences, 0, 2),
        "VersionListBody": {"id": article.id, "versions": [version]},
        "CollectionListBody": {"collections": [{"name": "default", "articles": 3}]},
    }


def _changing(article: Article) -> dict[str, Any]:
    text = {"text": "The ferry sank on Friday. Nobody was hurt.", "title": "Ferry sinks", "published": "2026-01-30"}
    taken = {
        "outcome": "added",
        "source": "api:ferry",
        "id": "ferry",
        "version": 1,
        "title": "Ferry sinks",
        "duplicate_of": None,
        "reason": None,
    }
    job = {
        "id": _JOB,
        "kind": "file",
        "status": "done",
        "created": _MOMENT,
        "started": _MOMENT,
        "ended": _MOMENT,
        "progress": {"done": 0, "of": 3},
        "counts": {"added": 1, "replaced": 0, "moved": 0, "unchanged": 0, "duplicate": 0, "refused": 0},
        "articles": [taken],
        "problem": None,
    }
    return {
        "AddArticleBody": text | {"id": "ferry", "collection": "harbour"},
        "ReplaceArticleBody": text | {"text": f"{text['text']} The ferry was raised on Sunday."},
        "AddUrlBody": {"url": "https://example.org/story.html"},
        "TakenBody": taken,
        "JobBody": job,
        "JobListBody": {"jobs": [job | {"articles": []}]},
    }


def _talk() -> dict[str, Any]:
    answer, began = _answer(), datetime.fromisoformat(_ADDED)
    turn, quotes = replace(turn_to_store(answer), asked=began, number=1), Quotes(None)
    conversation = Conversation(_TALK, Filter(), began, began, (turn,))
    nothing = replace(conversation, turns=())
    given = {"question": QUESTION, "verdict": "right", "place": _place_given(answer.citations[0])}
    feedback = Feedback(QUESTION, QUESTION, "right", turn.citations[0], id=_FEEDBACK, created=began)
    listed = conversation_to_dict(nothing, quotes, 30)
    summary = {name: listed[name] for name in ("id", "scope", "created", "used")} | {"turns": 1, "question": QUESTION}
    return {
        "StartBody": {"article": "default"},
        "ConversationBody": conversation_to_dict(conversation, quotes, 30),
        "ConversationListBody": {"conversations": [summary], "next": None},
        "GiveFeedbackBody": given,
        "FeedbackBody": feedback_to_dict(feedback, quotes),
        "FeedbackListBody": {"feedback": [feedback_to_dict(feedback, quotes)], "next": None},
    }


def _place_given(citation: Citation) -> dict[str, Any]:
    article, sentence = citation.article, citation.sentence
    return {
        "article": {"id": article.id, "fingerprint": article.fingerprint, "version": article.version},
        "sentence": {"start": sentence.start, "end": sentence.end},
    }


def _openai() -> dict[str, Any]:
    answer = _answer()
    reply = Reply("askarticle", answer, chat_text(answer, lambda _: ""), words=3, created=1_769_850_000)
    model = {"id": "askarticle", "object": "model", "created": 0, "owned_by": "askarticle"}
    vector = {"object": "embedding", "index": 0, "embedding": [0.6, 0.0, -0.8]}
    usage = {"prompt_tokens": 3, "total_tokens": 3}
    return {
        "ChatBody": {"model": "askarticle", "messages": [{"role": "user", "content": QUESTION}]},
        "CompletionBody": reply.completion(),
        "ModelBody": model,
        "ModelListBody": {"object": "list", "data": [model]},
        "EmbeddingsBody": {"model": "askarticle", "input": QUESTION},
        "EmbeddingListBody": {"object": "list", "model": "all-MiniLM-L6-v2", "data": [vector], "usage": usage},
    }

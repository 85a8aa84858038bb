"""The same by Haystack, its in-memory store and sentence-transformers: ``python plain_haystack.py MODEL ARTICLE``.

See ``script_frame.py``.
"""

import os
import re
import sys
from pathlib import Path

os.environ |= {"HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
from haystack import Document
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from script_frame import answer_and_time


def main() -> None:
    """Answer and time."""
    sentences = dict.fromkeys(re.split(r"(?<=[.!?])\s+", Path(sys.argv[2]).read_text("utf-8")))
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    many = SentenceTransformersDocumentEmbedder(model=sys.argv[1], progress_bar=False)
    one = SentenceTransformersTextEmbedder(model=sys.argv[1], progress_bar=False)
    many.warm_up()
    one.warm_up()
    store.write_documents(many.run([Document(content=sentence) for sentence in sentences])["documents"])
    retriever = InMemoryEmbeddingRetriever(store, top_k=1)

    def nearest(question: str) -> str:
        found = retriever.run(one.run(question)["embedding"])["documents"]
        return str(found[0].content)

    answer_and_time(nearest, lambda texts: many.run([Document(content=text) for text in texts]))


if __name__ == "__main__":
    main()

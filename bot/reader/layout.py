"""How a question and a passage are laid out as the reader's input: the same in training, measuring and answering."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from corpus import Sentence

MAX_TOKENS = 384
MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
CLS, SEP = 101, 102  # ids of the uncased BERT vocabulary


@dataclass(frozen=True, slots=True)
class Input:
    """[CLS] question [SEP] title [SEP] passage [SEP] as token ids; without a title its part is left out."""

    ids: list[int]
    second_at: int  # where the second segment (title and passage) begins
    passage_at: int  # where the passage's tokens begin
    offsets: NDArray[np.int64]  # (n_passage_tokens, 2) code points of the article's text
    sentences: Sequence[Sentence]


def lay_out(tokenizer: Tokenizer, question: str, title: str, sentences: Sequence[Sentence]) -> Input:
    """Lay out ``question`` and the run of ``sentences``; what is beyond ``MAX_TOKENS`` is cut off."""
    asked, named = (tokenizer.encode(text, add_special_tokens=False).ids for text in (question, title))
    ids = [CLS, *asked[:MAX_QUESTION_TOKENS], SEP]
    second_at = len(ids)
    if named:
        ids += [*named[:MAX_TITLE_TOKENS], SEP]
    start = sentences[0].start
    passage = tokenizer.encode(sentences[0].article.text[start : sentences[-1].end], add_special_tokens=False)
    room = MAX_TOKENS - len(ids) - 1
    offsets = np.array(passage.offsets[:room], dtype=np.int64).reshape(-1, 2) + start
    return Input([*ids, *passage.ids[:room], SEP], second_at, len(ids), offsets, sentences)

"""How the reader is trained: labels, order, resuming, schedule, export. A tiny network and invented articles."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers  # noqa: E402

from bot.reader import augment, batches, export, train  # noqa: E402
from bot.reader.examples import MAX_TOKENS, Corpus, Span, encode, fit, load_tokenizer  # noqa: E402
from bot.reader.network import NetworkConfig, ReaderNetwork, freeze, load_averaged, numpy_reader  # noqa: E402
from bot.reader.onnx_graph import rounded_table  # noqa: E402
from evaluation import score_reader as score  # noqa: E402
from index.onnx_session import OnnxModel  # noqa: E402

FERRY = (
    "The ferry Morning Star left Port Alder at six. It carried ninety passengers and two dogs. "
    "Captain Ilse Brandt steered it through the fog.\n\n"
    "The harbour of Port Alder was built in 1911. A storm broke its wall twice.\n\n"
    "Ferry tickets cost four crowns. Captain Brandt sells them on board. Dogs travel free on every ferry."
)
ORCHARD = (
    "Nils Ahlgren planted forty pear trees behind the mill. The first pears ripened after five years.\n\n"
    "The mill was sold in spring. Its new owner keeps the orchard open to visitors. A visitor pays nothing."
)
QUESTIONS = {
    "ferry": [
        ("Who steered the ferry through the fog?", "Captain Ilse Brandt", 0),
        ("How many passengers did the ferry carry?", "ninety", 0),
        ("Who steered the ferry back to Port Alder?", None, 0),
        ("When was the harbour of Port Alder built?", "1911", 1),
    ],
    "orchard": [("How many pear trees were planted?", "forty", 0), ("Who bought the mill?", None, 1)],
}


def stored(name: str, text: str) -> dict[str, object]:
    paragraphs, at = [], 0
    for paragraph in text.split("\n\n"):
        paragraphs.append([at, at + len(paragraph)])
        at += len(paragraph) + 2
    questions = [
        {
            "id": f"{name}-{number}",
            "question": question,
            "answerable": answer is not None,
            "para": paragraphs[order],
            "answers": [{"text": answer, "start": text.index(answer)}] if answer else [],
        }
        for number, (question, answer, order) in enumerate(QUESTIONS[name])
    ]
    return {"id": name, "title": f"The {name}", "text": text, "paras": paragraphs, "questions": questions}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model folder and a training file of two articles."""
    path = tmp_path_factory.mktemp("reader")
    plain = pre_tokenizers.Sequence([pre_tokenizers.Whitespace()])
    words = sorted({word for text in (FERRY, ORCHARD) for word, _ in plain.pre_tokenize_str(text.lower())})
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = plain
    tokenizer.save(str(path / "tokenizer.json"))
    with gzip.open(path / "train.jsonl.gz", "wt", encoding="utf-8") as lines:
        for name, text in (("ferry", FERRY), ("orchard", ORCHARD)):
            lines.write(json.dumps(stored(name, text)) + "\n")
    return path


@pytest.fixture(scope="module")
def tokenizer(folder: Path) -> Tokenizer:
    return load_tokenizer(folder)


@pytest.fixture(scope="module")
def corpus(folder: Path, tokenizer: Tokenizer) -> Corpus:
    return Corpus(folder / "train.jsonl.gz", tokenizer)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Products this small spend their time waiting for a second thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def tiny(dropout: float = 0.1) -> ReaderNetwork:
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24}
    return ReaderNetwork(NetworkConfig(vocab_size=200, dropout=dropout, **sizes))


def trainer(decay_from: int | None = None) -> train.Trainer:
    schedule = train.Schedule(peak=1e-3, warm_up=3, decay_from=decay_from, decay_steps=4)
    return train.Trainer(tiny(), schedule, torch.device("cpu"), mixed=False)


def fed(corpus: Corpus, tokenizer: Tokenizer, place: batches.Place) -> Iterator[tuple[batches.Arrays, batches.Place]]:
    return batches.batches(corpus, tokenizer, 2, seed=5, place=place)


def test_labels_stand_on_the_answers_own_tokens(corpus: Corpus, tokenizer: Tokenizer) -> None:
    for question in corpus.questions:
        article = corpus.articles[question.article]
        ids = tokenizer.encode(question.text).ids
        for title in (True, False):
            made = encode(article, ids, article.paragraphs[question.paragraph], question.answer, title=title)
            assert made.ids[made.second_at - 1] == 102
            assert made.ids[-1] == 102
            if question.answer is None:
                assert (made.start, made.end) == (0, 0)
                assert not made.gold_sentences.any()
                continue
            first = article.sentence_tokens[article.paragraphs[question.paragraph][0], 0] - made.passage_at
            text = article.text[article.starts[first + made.start] : article.ends[first + made.end]]
            assert text == article.text[slice(*question.answer)]
            assert made.gold_sentences.sum() == 1
            assert made.gold_sentences[made.sentence_of[made.start - made.passage_at]] == 1


def test_offsets_lead_back_to_the_exact_text(corpus: Corpus) -> None:
    for article in corpus.articles:
        for number, sentence in enumerate(article.sentences):
            first, end = article.sentence_tokens[number]
            assert article.text[article.starts[first] : article.ends[end - 1]] == article.text[slice(*sentence)]
            assert article.sentences_of(sentence) == (number, number)


def test_an_answers_window_holds_it_whole(corpus: Corpus) -> None:
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(50):
        for question in corpus.questions:
            first, end = corpus.window(question, rng)
            seen.add((question.text, first, end))
            if question.answer:
                gold = corpus.articles[question.article].sentences_of(question.answer)
                assert first <= gold[0]
                assert gold[1] < end
            else:
                assert (first, end) == corpus.articles[question.article].paragraphs[question.paragraph]
    assert len(seen) > 2 * len(corpus.questions)


def test_a_negative_never_holds_the_answers_text(corpus: Corpus) -> None:
    rng = np.random.default_rng(0)
    found = 0
    for number, question in enumerate(corpus.questions):
        if question.answer is None:
            continue
        article = corpus.articles[question.article]
        gold = article.text[slice(*question.answer)].lower()
        for _ in range(40):
            window = corpus.negative(number, rng)
            if window is not None:
                found += 1
                assert gold not in article.words(*window).lower()
    assert found


def test_a_long_window_keeps_the_answer_and_fits(corpus: Corpus) -> None:
    article = corpus.articles[0]
    everything = (0, len(article.sentences))
    for number in range(len(article.sentences)):
        first, end = fit(article, everything, room=25, gold=(number, number))
        assert first <= number < end
    made = encode(article, list(range(60)), everything, article.sentences[-1])
    assert len(made.ids) <= MAX_TOKENS


def test_an_answer_out_of_reach_is_not_learned_from(corpus: Corpus) -> None:
    article = corpus.articles[0]
    made = encode(article, [5], (0, 2), Span(article.sentences[4].start, article.sentences[4].end))
    assert made.weight == 0


def test_padding_and_question_are_no_place_for_an_answer(corpus: Corpus, tokenizer: Tokenizer) -> None:
    batch, _ = next(fed(corpus, tokenizer, batches.Place()))
    assert batch.input_ids.shape[1] % batches.LENGTH_STEP == 0
    assert batch.allowed[:, 0].all()
    assert not (batch.allowed & (batch.attention_mask == 0)).any()
    assert not batch.allowed[:, 1:][batch.token_type_ids[:, 1:] == 0].any()
    assert ((batch.sentence_of >= 0) == batch.allowed)[:, 1:].all()


def test_the_order_of_a_pass_is_its_seeds(corpus: Corpus) -> None:
    first, again, other = (batches.plan(corpus, seed, 0) for seed in (1, 1, 2))
    assert (first == again).all()
    assert sorted(first[first[:, 0] == batches.OWN][:, 1]) == list(range(len(corpus.questions)))
    assert first.shape == other.shape


def test_resuming_gives_the_losses_of_a_run_that_was_not_stopped(
    corpus: Corpus, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    whole, losses = trainer(), []
    for number, (batch, place) in enumerate(fed(corpus, tokenizer, batches.Place())):
        if number == 4:
            whole.save(tmp_path / "last.pt")
        losses.append(whole.learn(batch, place))
        if number == 8:
            break
    resumed = trainer()
    resumed.load(tmp_path / "last.pt")
    assert resumed.step == 4
    again = [
        resumed.learn(batch, place)
        for (batch, place), _ in zip(fed(corpus, tokenizer, resumed.place), range(5), strict=False)
    ]
    assert again == losses[4:]
    assert resumed.place == whole.place
    for mine, theirs in zip(resumed.ema, whole.ema, strict=True):
        assert torch.equal(mine, theirs)


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    schedule = train.Schedule(peak=1.0, warm_up=10, decay_from=100, decay_steps=50)
    rates = [schedule.at(step) for step in range(151)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:101] == [1.0] * 92
    assert rates[100:] == sorted(rates[100:], reverse=True)
    assert rates[150] == 0.0
    assert not schedule.over(149)
    assert schedule.over(150)
    assert not train.Schedule().over(10**9)


def test_learning_lowers_the_loss_and_leaves_the_words_alone(corpus: Corpus, tokenizer: Tokenizer) -> None:
    learner = trainer()
    before = learner.network.words.weight.clone()
    batch, place = next(fed(corpus, tokenizer, batches.Place()))
    sums = [sum(learner.learn(batch, place).values()) for _ in range(30)]
    assert sums[-1] < sums[0]
    assert torch.equal(learner.network.words.weight, before)


def test_a_sentences_score_is_the_mean_of_its_tokens() -> None:
    relevance = torch.tensor([[9.0, 1.0, 3.0, 5.0, 9.0]])
    owners = torch.tensor([[-1, 0, 0, 1, -1]])
    assert train.pooled(relevance, owners, 3).tolist() == [[2.0, 5.0, 0.0]]


def test_the_export_says_what_the_network_says(tmp_path: Path) -> None:
    whole = trainer()
    whole.save(tmp_path / "last.pt")
    network = load_averaged(tmp_path / "last.pt")
    assert asdict(network.config) == asdict(whole.network.config)
    inputs = export.sample_inputs(200, 4, 40)
    for compressed, most in ((False, 1e-5), (True, 0.02)):
        export.export(network, tmp_path / "reader.onnx", compressed=compressed)
        model = OnnxModel(tmp_path / "reader.onnx", threads=1)
        assert model.output_names == export.OUTPUTS
        assert max(export.largest_differences(numpy_reader(network, 1), model.run, inputs).values()) < most


def test_a_rounded_word_table_is_stored_without_loss() -> None:
    table = np.random.default_rng(5).normal(size=(40, 64)).astype(np.float32)
    rounded = rounded_table(table)
    assert np.abs(rounded - table).max() < np.abs(table).max() / 7
    assert np.array_equal(rounded_table(rounded), rounded)


def test_frozen_layers_are_not_learned(corpus: Corpus, tokenizer: Tokenizer) -> None:
    network = tiny()
    freeze(network, 1)
    before = {name: weight.clone() for name, weight in network.state_dict().items()}
    learner = train.Trainer(network, train.Schedule(warm_up=1), torch.device("cpu"), mixed=False)
    batch, place = next(fed(corpus, tokenizer, batches.Place()))
    learner.learn(batch, place)
    changed = {name for name, weight in network.state_dict().items() if not torch.equal(weight, before[name])}
    assert changed
    assert not any(name.startswith(("words", "positions", "types", "embedded_norm", "layers.0.")) for name in changed)


def test_variations_of_a_question_stay_questions() -> None:
    rng = np.random.default_rng(3)
    variants = {augment.varied("How many passengers did the ferry carry?", rng) for _ in range(200)}
    assert "How many passengers did the ferry carry?" in variants
    assert "How many passengers did the ferry carry" in variants
    assert "many passengers ferry carry" in variants
    assert len(variants) > 5
    assert all(augment.nonsense("Who steered the ferry?", rng).strip() for _ in range(100))


def test_best_f1_by_hand() -> None:
    positive = np.array([True, True, False, False])
    assert score.best_f1(np.array([4.0, 3.0, 2.0, 1.0]), positive, np.array([1.0, 0.5, 0, 0])) == 0.875


def test_scoring_finds_what_a_reader_points_at(tokenizer: Tokenizer) -> None:
    def read(ids: score.Ids, mask: score.Ids, types: score.Ids) -> tuple[score.Floats, ...]:
        """Points at one word where the question holds another."""
        hit = np.zeros(ids.shape, dtype=np.float32)
        for asked, wanted in (("fog", "ilse"), ("passengers", "ninety"), ("harbour", "1911"), ("trees", "forty")):
            at = ((ids == tokenizer.token_to_id(asked)) & (types == 0)).any(-1, keepdims=True)
            hit += 5 * (at & (ids == tokenizer.token_to_id(wanted)) & (types == 1))
        return hit, hit, hit, hit.max(-1)

    articles = [stored("ferry", FERRY), stored("orchard", ORCHARD)]
    paragraphs = score.score_paragraphs(read, tokenizer, articles, 0)
    assert paragraphs["questions"] == 6
    assert paragraphs["sentence"] == {"span": 1.0, "relevance": 1.0}
    assert paragraphs["auroc"]["span"] == 1.0
    whole = score.score_articles(read, tokenizer, articles, 0)
    assert whole["questions"] == 4
    assert set(whole["P@1"].values()) == {1.0}

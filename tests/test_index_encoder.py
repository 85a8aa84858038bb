"""The exported encoder: on a model of four words, and (marked) on the real one."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

import index.sentence_transformer
from corpus.errors import EncoderError, StoredDataError
from index import Encoder, open_encoder
from index.default_model import default_model
from index.onnx_encoder import FORMAT, MANIFEST, MODEL, TOKENIZER, WEIGHTS, EncoderManifest, OnnxEncoder, Pooling
from index.onnx_session import OnnxModel
from index.sentence_transformer import LEAST_COSINE, encode_with_original, export_encoder
from index.storage import crc32_of, install_folder, to_json, write_file

ROWS = np.array([[0, 0], [3, 4], [4, 3], [0, 1]], dtype=np.float32)  # the vectors of: ?, river, city, rose


def write_export(folder: Path, pooling: Pooling = "mean", max_tokens: int = 3) -> None:
    """Write an export whose token vectors are ROWS: what it gives can be worked in one's head."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = helper.make_graph(
        [helper.make_node("Gather", ["rows", "input_ids"], ["token_vectors"])],
        "words",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info("token_vectors", TensorProto.FLOAT, ["texts", "tokens", 2])],
        [numpy_helper.from_array(ROWS, "rows")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save_model(model, folder / MODEL, save_as_external_data=True, location=WEIGHTS, size_threshold=0)
    tokenizer = Tokenizer(models.WordLevel({"?": 0, "river": 1, "city": 2, "rose": 3}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / TOKENIZER))
    crc32 = {name: crc32_of(folder / name) for name in (MODEL, WEIGHTS, TOKENIZER)}
    manifest = EncoderManifest(FORMAT, "words@1", "0" * 64, 2, max_tokens, pooling, crc32)
    write_file(folder / MANIFEST, to_json(manifest.to_dict()))


def test_mean_pooling_by_hand(tmp_path: Path) -> None:
    write_export(tmp_path)
    encoder = OnnxEncoder(tmp_path)
    assert (encoder.name, encoder.dim) == ("words@1", 2)
    river, both = encoder.encode(["river", "river city"])
    assert river == pytest.approx([0.6, 0.8])
    assert both == pytest.approx([np.sqrt(0.5)] * 2)  # the mean is (3.5, 3.5)
    assert encoder.encode([]).shape == (0, 2)


def test_many_texts_side_by_side_are_what_each_is_alone(tmp_path: Path) -> None:
    write_export(tmp_path)
    words = ["river", "city", "rose", "river city", "rose rose city", "", "city river"]
    texts = [words[i * i % 7] + " rose" * (i % 3) for i in range(200)]
    many, one_by_one = OnnxEncoder(tmp_path), OnnxEncoder(tmp_path)
    alone = np.concatenate([one_by_one.encode([text]) for text in texts])
    assert many.encode(texts).tobytes() == alone.tobytes()
    assert many.encode(texts[::-1]).tobytes() == alone[::-1].tobytes()
    assert one_by_one._single is None  # a question at a time opens no second model
    assert many._single is not None


def test_what_goes_wrong_beside_others_is_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_export(tmp_path)
    encoder = OnnxEncoder(tmp_path)
    monkeypatch.setattr(OnnxModel, "run", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        encoder.encode([f"river {n}" for n in range(100)])


def test_first_token_pooling_and_cutting(tmp_path: Path) -> None:
    write_export(tmp_path / "cls", "cls")
    assert OnnxEncoder(tmp_path / "cls").encode(["river city"])[0] == pytest.approx([0.6, 0.8])
    write_export(tmp_path / "mean", max_tokens=2)
    cut, whole = OnnxEncoder(tmp_path / "mean").encode(["river city rose rose", "river city"])
    assert cut.tolist() == whole.tolist()


def test_a_text_of_no_known_word_still_has_a_unit_row(tmp_path: Path) -> None:
    write_export(tmp_path)
    for row in OnnxEncoder(tmp_path).encode(["", "snow"]):
        assert np.linalg.norm(row) == pytest.approx(1)


def test_a_model_gets_only_the_inputs_it_names(tmp_path: Path) -> None:
    write_export(tmp_path)
    model = OnnxModel(tmp_path / MODEL, threads=1)
    assert model.output_names == ("token_vectors",)
    (vectors,) = model.run(np.array([[1, 2]]), np.array([[1, 1]]), np.array([[0, 0]]))
    assert vectors.tolist() == [ROWS[1:3].tolist()]
    with pytest.raises(EncoderError, match="cannot be opened"):
        OnnxModel(tmp_path / TOKENIZER)
    with pytest.raises(EncoderError, match="cannot be opened"):
        OnnxModel(tmp_path / "missing.onnx")


@pytest.mark.parametrize("name", [MODEL, WEIGHTS, TOKENIZER, MANIFEST])
def test_damage_is_noticed(tmp_path: Path, name: str) -> None:
    write_export(tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(StoredDataError, match="damaged"):
        OnnxEncoder(tmp_path)


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Stand in for the export: folders made."""
    made: list[Path] = []

    def export(model: Path | None, target: Path) -> None:
        made.append(target)
        write_export(target.with_name(".making"))
        install_folder(target.with_name(".making"), target)

    monkeypatch.setattr(index.sentence_transformer, "export_encoder", export)
    return made


@pytest.mark.parametrize(("before", "after"), [('"mean"', '"cls"'), ('"dim": 2', '"dim": 394'), ("256", "2")])
def test_a_manifest_changed_by_hand_is_noticed(tmp_path: Path, before: str, after: str) -> None:
    write_export(tmp_path)
    manifest = tmp_path / MANIFEST
    assert before in manifest.read_text()
    manifest.write_text(manifest.read_text().replace(before, after))
    with pytest.raises(StoredDataError, match="damaged"):
        OnnxEncoder(tmp_path)


def test_the_export_is_made_once_and_again_when_damaged(tmp_path: Path, exports: list[Path]) -> None:
    said: list[str] = []
    for _ in range(2):
        assert open_encoder(tmp_path, on_export=said.append).name == "words@1"
    assert len(exports) == len(said) == 1
    assert "all-MiniLM-L6-v2" in said[0]
    assert exports[0].parent == tmp_path / "encoders"
    (exports[0] / WEIGHTS).write_bytes(b"")
    assert open_encoder(tmp_path).encode(["river"])[0] == pytest.approx([0.6, 0.8])
    assert len(exports) == 2
    assert sorted(path.name for path in (tmp_path / "encoders").iterdir()) == [".lock", exports[0].name]


def test_many_who_open_at_once_export_once(tmp_path: Path, exports: list[Path]) -> None:
    opened: list[Encoder] = []
    threads = [threading.Thread(target=lambda: opened.append(open_encoder(tmp_path))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    assert len(exports) == 1


def test_another_model_or_another_state_of_it_has_its_own_export(tmp_path: Path, exports: list[Path]) -> None:
    model = tmp_path / "my model"
    model.mkdir()
    with pytest.raises(EncoderError, match=r"modules\.json"):
        open_encoder(tmp_path, model)
    (model / "modules.json").write_text("[]")
    open_encoder(tmp_path, model)
    open_encoder(tmp_path, model)
    (model / "modules.json").write_text("[1]")
    open_encoder(tmp_path, model)
    assert len({*exports}) == len(exports) == 2
    assert exports[0].name.startswith("my-model-")


def test_other_weights_than_the_published_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other")
    monkeypatch.setattr(index.sentence_transformer, "default_model", lambda: tmp_path)
    with pytest.raises(EncoderError, match=r"not the published model.*pip install"):
        export_encoder(None, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(EncoderError, match=r"no model\.safetensors"):
        export_encoder(tmp_path / "nowhere", tmp_path / "out")


TEXTS = [
    "how many troops?",
    "How many soldiers are there?",
    "The weather is fine.",
    "",
    "word " * 600,
    "The river rose on Monday, and by evening the lower town was flooded.",
]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("data")
    assert open_in_another_process(data) == ("True", "")  # the first to open exports, and says nothing by itself
    return data


def open_in_another_process(data: Path) -> tuple[str, str]:
    """Open the encoder and use it; give whether torch was loaded, and what else was written."""
    code = (
        "import sys; from pathlib import Path; from index import open_encoder\n"
        "open_encoder(Path(sys.argv[1])).encode(['a question'])\n"
        "print('torch' in sys.modules, end='')"
    )
    command = [sys.executable, "-W", "default", "-c", code, str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    return done.stdout, done.stderr


@pytest.mark.model
def test_the_export_gives_the_originals_vectors(real: Path) -> None:
    cosines = np.einsum("ij,ij->i", open_encoder(real).encode(TEXTS), encode_with_original(TEXTS))
    assert cosines.min() >= LEAST_COSINE


@pytest.mark.model
def test_a_vector_is_the_same_bytes_whatever_is_beside_it(real: Path) -> None:
    encoder = open_encoder(real)
    together = encoder.encode(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert encoder.encode([text])[0].tobytes() == row.tobytes()
    assert encoder.encode(TEXTS[::-1])[::-1].tobytes() == together.tobytes()
    assert open_encoder(real, threads=1).encode(TEXTS).tobytes() == together.tobytes()
    numbered = [f"{n}. {text[:50]}" for n in range(12) for text in TEXTS]
    lone = open_encoder(real)
    alone = b"".join(lone.encode([text]).tobytes() for text in numbered)
    assert encoder.encode(numbered).tobytes() == alone  # so many are encoded side by side


@pytest.mark.model
def test_nearer_in_meaning_is_nearer(real: Path) -> None:
    troops, soldiers, weather = open_encoder(real).encode(TEXTS[:3])
    assert troops @ soldiers > troops @ weather


@pytest.mark.model
def test_a_question_loads_no_torch_and_writes_nothing(real: Path) -> None:
    assert open_in_another_process(real) == ("False", "")


@pytest.mark.model
def test_another_models_folder_is_exported(tmp_path: Path) -> None:
    model = tmp_path / "copy"
    shutil.copytree(default_model(), model)
    encoder = open_encoder(tmp_path, model)
    assert encoder.name.startswith("copy@53aa51172d14")
    (model / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "nothing.Known"}]')
    with pytest.raises(EncoderError, match="cannot load"):
        open_encoder(tmp_path, model)

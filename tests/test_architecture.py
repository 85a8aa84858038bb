"""The house rules that can be read off the imports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LEVELS = {"corpus": 0, "index": 1, "bot": 2, "web": 3, "evaluation": 3}
TRAINING = {"bot/reader/train.py", "bot/reader/network.py", "bot/reader/export.py", "bot/reader/examples.py"}
PLAIN = "evaluation/bench/plain.py"  # the script that the product is compared with, run on its own
DOORS = {
    "faiss": {"index/faiss_index.py", "evaluation/large/kinds.py", PLAIN},
    "sentence_transformers": {"index/sentence_transformer.py", PLAIN},
    "torch": {"index/sentence_transformer.py", *TRAINING},
    "onnxruntime": {"index/onnx_session.py"},
    "ray": {"index/ray_engine.py"},
    "argon2": {"bot/keys/hashing.py"},
    "limits": {"web/access/rate_limits.py"},
    "mcp": {"web/mcp_server.py"},
    "mcp_types": {"web/mcp_server.py"},
    "prometheus_client": {"web/operations/metrics.py"},
    "opentelemetry": {"web/operations/tracing.py"},
}
FILES = sorted(path for folder in LEVELS for path in (ROOT / folder).rglob("*.py"))


def imported(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
    return {module.split(".")[0] for module in modules}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_and_through_the_doors(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    own = name.split("/")[0]
    for module in imported(path):
        if module in LEVELS and module != own:
            assert LEVELS[module] < LEVELS[own], f"{name} imports {module}: upward or sideways"
        if module in DOORS:
            assert name in DOORS[module], f"{name} imports {module}; only {sorted(DOORS[module])} may"
        if module in {"fastapi", "starlette", "jinja2"}:
            assert own == "web", f"{name} imports {module}; only web/ may"
        if module in {"psycopg", "pgvector", "alembic"}:
            assert name.startswith("corpus/library/postgres/"), f"{name} imports {module}; only its own folder may"
        if module == "sqlalchemy":
            assert name.startswith("corpus/library/"), f"{name} imports {module}; only corpus/library/ may"
        assert module != "askarticle", f"{name} imports the command"


def test_asking_and_serving_load_no_torch() -> None:
    code = (
        "import sys, askarticle, web; from bot import open_bot; "
        "print([m for m in ('torch', 'sentence_transformers') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_asking_loads_nothing_that_only_serving_or_scoring_needs() -> None:
    heavy = (
        "fastapi",
        "web",
        "uvicorn",
        "scipy",
        "sklearn",
        "matplotlib",
        "ir_measures",
        "rich.progress",
        "sqlalchemy",
        "psycopg",
        "alembic",
        "argon2",
        "limits",
    )
    code = f"import sys, askarticle; from bot import open_bot; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_a_library_in_a_file_loads_nothing_of_a_server() -> None:
    code = (
        "import sys, tempfile, pathlib; from corpus.library import open_library; "
        "open_library(pathlib.Path(tempfile.mkdtemp()) / 'a.sqlite').close(); "
        "print([m for m in ('psycopg', 'pgvector', 'alembic', 'sqlalchemy.dialects.postgresql') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


def test_no_module_is_long() -> None:
    long = {str(p.relative_to(ROOT)): n for p in FILES if (n := len(p.read_text("utf-8").splitlines())) > 260}
    assert not long

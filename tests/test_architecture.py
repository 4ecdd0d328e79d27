"""The structure that the package promises: imports run one way, each heavy library in one place."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "sti_qa"

# Data flow from top to bottom; a module may import only from lines above its own.
LAYERS = (
    ("errors", "types", "config", "normalize", "decode"),
    ("years", "morphology", "countries"),
    ("outline", "faq", "sounds"),
    ("load",),
    ("programmes",),
    ("chunk", "readings"),
    ("spelling", "follow", "sides", "english"),
    ("figures", "encode", "lexical", "dense", "manifest"),
    ("store", "signs", "cite", "query"),
    ("retrieve", "wanted", "windows", "asked"),
    ("proof", "contract", "budget"),
    ("evidence", "vectors", "panel"),
    ("confidence",),
    ("answer",),
    ("build",),
    ("app",),
    ("doctor", "chat", "console", "batch", "evaluation.gold", "evaluation.statistics"),
    ("serve", "evaluation.judge"),
    ("evaluation.measures", "evaluation.systems"),
    ("evaluation.run",),
    ("evaluation.tables", "evaluation.compare"),
    ("evaluation.gate", "evaluation.report", "evaluation.outside"),
    ("evaluation.command",),
    ("cli",),
)
LEVEL = {module: level for level, modules in enumerate(LAYERS) for module in modules}
ONE_PLACE = {
    "torch": set(),
    "sentence_transformers": {"encode"},
    "faiss": {"dense"},
    "bm25s": {"lexical"},
    "fugashi": {"morphology"},
    "gradio": {"chat"},
    "ir_measures": {"evaluation.measures"},
    "rapidfuzz": {"spelling"},
    "matplotlib": {"evaluation.report"},
    "pickle": set(),
}


def modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(SRC.rglob("*.py")):
        name = ".".join(path.relative_to(SRC).with_suffix("").parts)
        if not name.endswith("__init__"):
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(tree: ast.Module) -> list[str]:
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [f"{node.module}.{alias.name}" for alias in node.names] + [node.module]
    return names


def ours(names: list[str]) -> set[str]:
    """Our modules among imported names, without the package's prefix."""
    short = {name.removeprefix("sti_qa.") for name in names if name.startswith("sti_qa.")}
    return {name for name in short if name in LEVEL}


def test_every_module_has_its_place() -> None:
    """A new module is put into the layers on purpose."""
    assert set(modules()) == set(LEVEL)


@pytest.mark.parametrize("name", sorted(LEVEL))
def test_imports_run_one_way(name: str) -> None:
    """A module imports only what stands above it."""
    wrong = {other for other in ours(imported(modules()[name])) if LEVEL[other] >= LEVEL[name]}

    assert wrong == set()


@pytest.mark.parametrize("library", sorted(ONE_PLACE))
def test_heavy_library_in_one_module(library: str) -> None:
    """Each heavy library is imported by one module; pickle by none."""
    users = {n for n, tree in modules().items() if any(i.split(".")[0] == library for i in imported(tree))}

    assert users == ONE_PLACE[library]


def test_no_keyword_tunnels() -> None:
    """No function takes **kwargs."""
    tunnels = [
        f"{name}:{node.name}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg
    ]

    assert tunnels == []


def test_sizes_stay_readable() -> None:
    """Files stay under 250 lines and functions under 60."""
    large = [str(p.name) for p in SRC.rglob("*.py") if len(p.read_text().splitlines()) > 250]
    long = [
        f"{name}.{node.name}"
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 60
    ]

    assert (large, long) == ([], [])

"""Measure everything that the READMEs quote and write it there. Run with `make publish`.

Writes evals/published.json and the blocks between <!-- results --> and <!-- benchmark --> marks. A test
compares the published figures with what the assistant does now.
"""

import json
import re
from pathlib import Path

from sti_qa.app import Engine, open_engine
from sti_qa.config import Settings
from sti_qa.evaluation.gold import gold_path, read_gold
from sti_qa.evaluation.run import Run, machine, run_system
from sti_qa.evaluation.systems import PRODUCT, WITHOUT_FAQ, make_system, system_names
from sti_qa.evaluation.tables import COLUMNS, markdown_by_type, markdown_systems, summary

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "evals/published.json"
SPLITS = ("dev", "test", "evals/gold/holdout.jsonl")
SHOWN = ("Success@1", "Success@5", "RR@10", "nDCG@10", "in 2000 chars", "answer right", "supported",
         "abstained wrong", "abstained right")  # fmt: skip


def main() -> None:
    engine = open_engine(Settings(ROOT / "corpus", ROOT / "index"))
    runs = {split: [measure(engine, name, split) for name in system_names()] for split in SPLITS}
    write_published(runs)
    replace_block(ROOT / "evals/README.md", "results", results_text(runs))
    replace_block(ROOT / "README.md", "benchmark", benchmark_text())


def measure(engine: Engine, name: str, split: str) -> Run:
    """One system on one split."""
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}
    questions = read_gold(ROOT / gold_path(split))
    return run_system(name, make_system(name, engine), split, questions, texts, {"machine": machine()})


def figures(run: Run) -> dict[str, dict[str, float]]:
    """The summary, rounded; values without meaning left out."""
    return {
        name: {c: round(line[c], 4) for c in ("n", *COLUMNS) if line[c] == line[c]}
        for name, line in summary(run).items()
    }


def write_published(runs: dict[str, list[Run]]) -> None:
    """Keep the figures that the documents quote."""
    content = {split: {run.system: figures(run) for run in group} for split, group in runs.items()}
    PUBLISHED.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def results_text(runs: dict[str, list[Run]]) -> str:
    """The tables of evals/README.md."""
    parts = []
    for split, group in runs.items():
        product = next(run for run in group if run.system == PRODUCT)
        without = next(run for run in group if run.system == WITHOUT_FAQ)
        parts.append(f"### {Path(split).stem}\n\n{markdown_by_type(product, SHOWN)}")
        parts.append(f"Without anticipated questions:\n\n{markdown_by_type(without, SHOWN)}")
        parts.append(f"All questions, beside the baselines:\n\n{markdown_systems(group, SHOWN)}")
    return "\n\n".join(parts)


def benchmark_text() -> str:
    """The speed table of README.md, from what `make bench` wrote."""
    report = json.loads((ROOT / "evals/benchmark.json").read_text(encoding="utf-8"))
    names = {
        "ask_warm_p50_ms": ("a question, warm, median", "ms"),
        "ask_warm_p95_ms": ("a question, warm, 95th percentile", "ms"),
        "cold_ask_s": ("`sti-qa ask` as a command, imports included", "s"),
        "index_from_scratch_s": ("index from scratch, after imports", "s"),
        "index_nothing_changed_s": ("index when nothing changed, after imports", "s"),
        "open_index_s": ("open the index, model loaded", "s"),
        "help_s": ("`sti-qa --help`", "s"),
        "ask_peak_memory_mb": ("peak memory of `sti-qa ask`", "MB"),
    }
    lines = ["| | |", "|---|---|"]
    for key, (label, unit) in names.items():
        value = report["results"][key]
        lines.append(
            f"| {label} | {value:.0f} {unit} |"
            if unit in ("ms", "MB")
            else f"| {label} | {value:.2f} {unit} |"
        )
    return "\n".join([*lines, "", f"({report['machine']})"])


def replace_block(path: Path, name: str, text: str) -> None:
    """Put ``text`` between the marks <!-- name --> and <!-- /name -->."""
    old = path.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    path.write_text(pattern.sub(lambda m: f"{m[1]}{text}\n{m[2]}", old), encoding="utf-8")


if __name__ == "__main__":
    main()

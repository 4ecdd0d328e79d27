"""`sti-qa eval`: gold questions through the assistant or a baseline; tables, gate, report."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sti_qa.app import Engine, open_engine
from sti_qa.config import Settings
from sti_qa.errors import GoldError, UsageError
from sti_qa.evaluation.compare import compare, comparison_text
from sti_qa.evaluation.gate import broken, read_floors
from sti_qa.evaluation.gold import GoldQuestion, faults, gold_path, overlap_report, read_gold
from sti_qa.evaluation.run import RESULTS, Run, load_run, machine, run_system, save_run
from sti_qa.evaluation.systems import PRODUCT, make_system, system_names
from sti_qa.evaluation.tables import summary, text_table
from sti_qa.retrieve import shipped_fusion

GATE_BROKEN = 1


@dataclass(frozen=True, slots=True)
class EvalOptions:
    """What the command line asked for."""

    gold: str = "dev"
    system: str = PRODUCT
    """A name, or 'all'."""
    as_json: bool = False
    gate: bool = False
    check: bool = False
    report: bool = False


def run_eval(settings: Settings, options: EvalOptions) -> int:
    """Evaluate and print; returns the exit code. Raises GoldError, UsageError or an index error."""
    names = system_names() if options.system == "all" else (options.system,)
    unknown = [name for name in names if name not in system_names()]
    if unknown:
        raise UsageError(f"--system {unknown[0]} はありません。使えるもの: all, {', '.join(system_names())}")
    questions = read_gold(gold_path(options.gold))
    engine = open_engine(settings)
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}
    _refuse_faulty(options.gold, questions, texts)
    if options.check:
        print(overlap_report(questions))
        return 0
    runs = [_run(name, engine, options.gold, questions, texts) for name in names]
    _print_runs(runs, as_json=options.as_json)
    if options.report:
        from sti_qa.evaluation.report import write_report

        print(write_report(runs, questions, texts), file=sys.stderr)
    return _verdict(runs, gate=options.gate)


def run_outside(settings: Settings, folder: str) -> int:
    """Print nDCG@10 / R@1 on the outside sets of ``folder``. Raises GoldError."""
    from sti_qa.encode import load_encoder
    from sti_qa.evaluation.outside import outside_table

    print(outside_table(Path(folder), load_encoder(settings.model)))
    return 0


def run_compare(before: str, after: str) -> int:
    """Print what changed from one saved run to another. Raises GoldError."""
    print(comparison_text(compare(load_run(_run_path(before)), load_run(_run_path(after)))))
    return 0


def _run_path(name: str) -> Path:
    path = Path(name)
    return path if path.suffix == ".json" else RESULTS / f"{name}.json"


def _refuse_faulty(gold: str, questions: Sequence[GoldQuestion], texts: dict[str, str]) -> None:
    wrong = faults(questions, texts)
    if wrong:
        raise GoldError(f"質問集 {gold} に誤りがあります:\n" + "\n".join(wrong[:20]))


def _run(
    name: str, engine: Engine, gold: str, questions: Sequence[GoldQuestion], texts: dict[str, str]
) -> Run:
    configuration = {
        "model": engine.manifest.model,
        "model_fingerprint": engine.manifest.model_fingerprint,
        "analyzer": engine.manifest.analyzer,
        "passage_size": engine.manifest.passage_size,
        "corpus": engine.manifest.sources,
        "fusion": asdict(shipped_fusion()),
        "faq": engine.index.faq is not None,
        "machine": machine(),
    }
    run = run_system(name, make_system(name, engine), gold, questions, texts, configuration, _progress)
    if RESULTS.parent.is_dir():
        save_run(run)
    return run


def _progress(questions: Sequence[GoldQuestion]) -> Sequence[GoldQuestion]:
    if not sys.stderr.isatty():
        return questions
    from tqdm import tqdm

    bar: Sequence[GoldQuestion] = tqdm(questions, desc="評価中", unit="問")
    return bar


def _print_runs(runs: Sequence[Run], *, as_json: bool) -> None:
    if as_json:
        content = [
            {"system": run.system, "gold": run.gold, "commit": run.commit, "summary": summary(run)}
            | {
                "questions": [
                    asdict(j) | {"measures": r} for j, r in zip(run.judgements, run.rows, strict=True)
                ]
            }
            for run in runs
        ]
        print(json.dumps(content[0] if len(content) == 1 else content, ensure_ascii=False))
        return
    for run in runs:
        print(f"{run.system} ({run.gold})\n{text_table(run)}\n")


def _verdict(runs: Sequence[Run], *, gate: bool) -> int:
    product = next((run for run in runs if run.system == PRODUCT), runs[0])
    if gate:
        lines = broken(product, read_floors())
        print("\n".join(lines) or "関門: すべての条件を満たしました。", file=sys.stderr)
        return GATE_BROKEN if lines else 0
    return 1 if any(j.error for run in runs for j in run.judgements) else 0

"""Peers and sti-qa side by side on one corpus, gold set and machine. Run with `make bench-peers`.

Writes evals/peers.json and the table between the peers marks of evals/README.md. Each runs in a
process of its own; every one is asked the same words, a follow-up with what it inherits from the
turns before it as sti-qa reads them. Judged on spans, as everything else here; the answer is the
beginning of the first piece found.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from sti_qa.app import build_index, open_engine
from sti_qa.config import Settings
from sti_qa.evaluation.gold import GoldQuestion, read_gold
from sti_qa.evaluation.judge import ANSWER_LENGTH
from sti_qa.evaluation.measures import Row
from sti_qa.evaluation.run import Run, machine, run_system
from sti_qa.evaluation.systems import DEPTH
from sti_qa.evaluation.tables import cell, summary
from sti_qa.types import Answer, Hit, Passage

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CORPUS = ROOT / "corpus"
MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10", "in 2000 chars", "answer right")
GROUPS = ("ordinary", "hard", "all")
MARKS = re.compile(r"(?<=<!-- peers -->\n).*?(?=<!-- /peers -->)", re.DOTALL)
LONGEST_S = 1_800

# No usage reports, no tracing and no look-up of files, whatever a peer would do by itself.
SWITCHES = {
    "ANONYMIZED_TELEMETRY": "false",
    "DO_NOT_TRACK": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "SCARF_NO_ANALYTICS": "true",
    "TOKENIZERS_PARALLELISM": "false",
    "TRANSFORMERS_OFFLINE": "1",
}


class Peer(NamedTuple):
    """Something to compare with."""

    name: str
    module: str
    """File beside this one."""
    package: str
    """Distribution that must be installed; '' for none."""
    vectors: bool
    """Whether it is given the embedding model."""
    setting: str


_SMALL = "the splitter at 1,000/200 characters; the rest the same"
_LANCEDB = "500-character pieces; hybrid search with its reciprocal-rank fusion, full text "
PEERS = (
    Peer("sti-qa", "own_search", "", True, "corpus folder with its tables; the search, without the answerer"),
    Peer("sti-qa, texts alone", "own_texts_only", "", True, "the same without catalogue, aliases and pages"),
    Peer("words", "own_words", "", True, "BM25 over sti-qa's words and passages: the lexical baseline"),
    Peer(
        "LangChain", "langchain_faiss", "langchain-community", True,
        "RecursiveCharacterTextSplitter as it comes (4,000/200 characters), FAISS, similarity_search",
    ),
    Peer("LangChain (1,000/200)", "langchain_small", "langchain-community", True, _SMALL),
    Peer(
        "LlamaIndex", "llama_index_vectors", "llama-index-core", True,
        "SentenceSplitter as it comes (1,024/200 tokens), VectorStoreIndex retriever",
    ),
    Peer(
        "txtai hybrid", "txtai_hybrid", "txtai", True,
        "500-character pieces; hybrid=True, content=True, its own weights and tokenizer",
    ),
    Peer(
        "LanceDB", "lancedb_hybrid", "lancedb", True, _LANCEDB + "by its default tokenizer ('simple')",
    ),
    Peer("LanceDB, ICU", "lancedb_icu", "lancedb", True, _LANCEDB + "by its 'icu' tokenizer"),
    Peer("LanceDB, ngram", "lancedb_ngram", "lancedb", True, _LANCEDB + "by its 'ngram' tokenizer at 2"),
    Peer(
        "SQLite FTS5", "sqlite_trigram", "", False,
        "500-character pieces; trigram tokenizer, any trigram of the question, bm25 rank",
    ),
    Peer("bm25s", "bm25s_default", "bm25s", False, "500-character pieces; its own tokenizer and parameters"),
)  # fmt: skip


_NOTE = (
    f"The answer is the first {ANSWER_LENGTH} characters of the first piece for every line, sti-qa's too. "
    "Follow-ups are put to all with what they inherit from earlier turns. Large pieces find more by size "
    'alone: read Success beside "in 2000 chars". Index time is without imports and loading the model. '
    "`dev` is what sti-qa was tuned on."
)


class PeerError(Exception):
    """A peer's own exception on a question, as text."""


@dataclass(frozen=True)
class Outcome:
    """What one peer did; without a run it did not get so far, and ``note`` says why."""

    peer: Peer
    version: str = ""
    note: str = ""
    run: Run | None = None
    index_s: float = 0.0
    query_p50_ms: float = 0.0
    peak_mb: float = 0.0

    @property
    def figures(self) -> dict[str, Row]:
        """The measures by group of questions."""
        whole = summary(self.run) if self.run else {}
        return {group: {m: whole[group][m] for m in MEASURES} for group in GROUPS if group in whole}

    @property
    def errors(self) -> dict[str, str]:
        """Question id → error."""
        return {j.question_id: j.error for j in self.run.judgements if j.error} if self.run else {}


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, default=ROOT / "evals/gold/dev.jsonl")
    parser.add_argument("--only", nargs="*", help="names of peers; nothing is written then")
    options = parser.parse_args()
    questions = read_gold(options.gold)
    texts, asked = prepared(questions)
    chosen = [peer for peer in PEERS if not options.only or peer.name in options.only]
    outcomes = [_measured(peer, questions, texts, asked) for peer in chosen]
    if not options.only:
        write(outcomes, options.gold.stem, len(questions))
    sys.stdout.write(markdown(outcomes))


def prepared(questions: Sequence[GoldQuestion]) -> tuple[dict[str, str], list[str]]:
    """The documents' texts, and each question in the words that every system is asked in."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(corpus=CORPUS, index=Path(folder))
        build_index(settings)
        engine = open_engine(settings)
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}
    return texts, [engine.understand(q.question, q.history).standalone for q in questions]


def _measured(
    peer: Peer, questions: Sequence[GoldQuestion], texts: dict[str, str], asked: list[str]
) -> Outcome:
    sys.stderr.write(f"{peer.name} …\n")
    try:
        version = metadata.version(peer.package) if peer.package else ""
    except metadata.PackageNotFoundError:
        return Outcome(peer, note="not installed")
    try:
        task = {"texts": texts, "questions": asked, "k": DEPTH, "vectors": peer.vectors}
        result = in_own_process(peer.module, task)
    except (PeerError, subprocess.TimeoutExpired) as error:
        return Outcome(peer, version, note=f"failed: {error}")
    return Outcome(
        peer,
        version,
        run=judged(peer.name, result["found"], questions, texts),
        index_s=result["index_s"],
        query_p50_ms=statistics.median(row["ms"] for row in result["found"]),
        peak_mb=result["peak_mb"],
    )


def in_own_process(module: str, task: dict[str, Any]) -> dict[str, Any]:
    """The worker's result. Raises PeerError when it dies, TimeoutExpired when it hangs."""
    with tempfile.TemporaryDirectory() as folder:
        task_file, result_file = Path(folder) / "task.json", Path(folder) / "result.json"
        task_file.write_text(json.dumps(task), encoding="utf-8")
        command = [sys.executable, str(HERE / "worker.py"), module, str(task_file), str(result_file)]
        environment = os.environ | SWITCHES | {"TMPDIR": folder, "STI_QA_CORPUS": str(CORPUS)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST_S)
        if done.returncode != 0:
            last = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
            raise PeerError(last[-1][:200])
        result: dict[str, Any] = json.loads(result_file.read_text(encoding="utf-8"))
        return result


def judged(
    name: str, found: list[dict[str, Any]], questions: Sequence[GoldQuestion], texts: dict[str, str]
) -> Run:
    """What a peer found, judged as a run of the evaluation."""
    rows = {q.question_id: row for q, row in zip(questions, found, strict=True)}
    return run_system(
        name, lambda q: _answer(q.question, rows[q.question_id], texts), "", questions, texts, {}
    )


def _answer(question: str, row: dict[str, Any], texts: dict[str, str]) -> Answer:
    """The beginning of the first piece, as the baselines answer. Raises PeerError."""
    if row["error"]:
        raise PeerError(row["error"])
    passages = [_passage(doc_id, start, end, texts) for doc_id, start, end in row["spans"]]
    return Answer(
        question=question,
        text=passages[0].text[:ANSWER_LENGTH] if passages else "",
        abstained=not passages,
        confidence=float(bool(passages)),
        citations=(),
        ranking=tuple(Hit(p, 0.0, rank, ()) for rank, p in enumerate(passages, start=1)),
        generation="",
        timings_ms={"search": row["ms"]},
    )


def _passage(doc_id: str, start: int, end: int, texts: dict[str, str]) -> Passage:
    return Passage(
        passage_id=f"{doc_id}#{start}-{end}", doc_id=doc_id, title="", page=0, heading="", fiscal_year=None,
        start=start, end=end, text=texts[doc_id][start:end], context="", years=(), programmes=(), topics=(),
    )  # fmt: skip


def markdown(outcomes: Sequence[Outcome]) -> str:
    """Three parts: all questions with the costs, ordinary against hard, and the settings."""
    columns = (*MEASURES, "index s", "query p50 ms", "peak MB", "errors")
    parts = [_head(columns), *(_line(o, _of_all(o), len(columns)) for o in outcomes)]
    parts += ["", "Ordinary / hard questions:", "", _head(MEASURES)]
    parts += [_line(o, _by_hardness(o), len(MEASURES)) for o in outcomes if o.run]
    parts += ["", *(f"- {_title(o)}: {o.peer.setting}{_given(o.peer)}." for o in outcomes)]
    parts += [
        f"- Error of {o.peer.name} on {question}: {error}"
        for o in outcomes
        for question, error in o.errors.items()
    ]
    return "\n".join(parts) + "\n"


def _head(columns: Sequence[str]) -> str:
    return f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}"


def _line(outcome: Outcome, cells: Sequence[str], width: int) -> str:
    filled = list(cells) or [outcome.note, *[""] * (width - 1)]
    return f"| {outcome.peer.name} | {' | '.join(filled)} |"


def _of_all(outcome: Outcome) -> list[str]:
    if not outcome.run:
        return []
    costs = [f"{outcome.index_s:.2f}", f"{outcome.query_p50_ms:.1f}", f"{outcome.peak_mb:.0f}"]
    return [*(cell(outcome.figures["all"][m]) for m in MEASURES), *costs, str(len(outcome.errors))]


def _by_hardness(outcome: Outcome) -> list[str]:
    figures = outcome.figures
    return [" / ".join(cell(figures[g][m]) for g in ("ordinary", "hard") if g in figures) for m in MEASURES]


def _title(outcome: Outcome) -> str:
    return f"{outcome.peer.name} ({outcome.version})" if outcome.version else outcome.peer.name


def _given(peer: Peer) -> str:
    return "; sti-qa's embedding model" if peer.vectors and peer.package else ""


def write(outcomes: Sequence[Outcome], gold: str, n: int) -> None:
    """Keep the figures as JSON, and the tables in the README where it has the marks."""
    report = {
        "machine": machine(),
        "gold": gold,
        "questions": n,
        "peers": [_as_json(o) for o in outcomes],
    }
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    (ROOT / "evals/peers.json").write_text(text, encoding="utf-8")
    readme = ROOT / "evals/README.md"
    before = readme.read_text(encoding="utf-8") if readme.exists() else ""
    block = f"The {n} questions of `{gold}`, {machine()}. {_NOTE}\n\n{markdown(outcomes)}"
    after = MARKS.sub(lambda _: block, before)
    if after != before:
        readme.write_text(after, encoding="utf-8")


def _as_json(outcome: Outcome) -> dict[str, Any]:
    head = {"name": outcome.peer.name, "version": outcome.version, "setting": outcome.peer.setting}
    if not outcome.run:
        return head | {"note": outcome.note}
    return head | {
        "measures": {g: {m: round(v, 4) for m, v in row.items()} for g, row in outcome.figures.items()},
        "index_s": round(outcome.index_s, 3),
        "query_p50_ms": round(outcome.query_p50_ms, 3),
        "peak_mb": round(outcome.peak_mb, 1),
        "errors": outcome.errors,
    }


if __name__ == "__main__":
    main()

"""Learn how the signs of a passage are added up; writes src/sti_qa/fusion.json.

    python training/fusion.py [--check]

Learned from the anticipated questions of the documents in corpus/ (each asked with its own key left out)
and the dev questions; the test questions are not touched. Half of the examples see no anticipated
question at all, so that a document without a sidecar is ranked well, too. The loss is the softmax over the
candidates (Cao et al. 2007, ListNet). ``--check`` learns from the anticipated questions alone and
reports on dev, to tell whether it generalises.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from sti_qa.app import Engine, open_engine
from sti_qa.config import Settings
from sti_qa.evaluation.gold import gold_path, read_gold
from sti_qa.evaluation.judge import covers, evidence_spans
from sti_qa.retrieve import aspects
from sti_qa.signs import SIGNS, SearchIndex, signs
from sti_qa.types import Query

ROOT = Path(__file__).parent.parent
OUT = ROOT / "src/sti_qa/fusion.json"
STEPS, RATE, SHRINK = 1_500, 0.02, 2e-4
DEV_WEIGHT = 1.5


class Example(NamedTuple):
    """One question's candidates."""

    table: torch.Tensor
    relevant: torch.Tensor
    unmatched: float
    weight: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="do not learn from dev, report on it")
    args = parser.parse_args()
    engine = open_engine(Settings(ROOT / "corpus", ROOT / "index"))
    anticipated, dev = from_faqs(engine), from_gold(engine)
    learned = learn(anticipated if args.check else anticipated + dev)
    for name, examples in (("anticipated", anticipated), ("dev", dev)):
        print(
            f"{name}: {len(examples)} examples, first {hits(examples, learned, 1):.3f}, in five {hits(examples, learned, 5):.3f}"
        )
    if not args.check:
        content = {
            part: {sign: round(float(value), 4) for sign, value in zip(SIGNS, row, strict=True)}
            for part, row in zip(("base", "unmatched"), learned, strict=True)
        }
        OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(content))


def from_faqs(engine: Engine) -> list[Example]:
    """Every anticipated question with the other keys, and without any."""
    faq = engine.index.faq
    if faq is None:
        raise SystemExit("the index has no anticipated questions")
    examples = []
    for key, entry in enumerate(faq.faqs):
        query = engine.understand(entry.question)
        spans = [(entry.doc_id, entry.start, entry.end)]
        rest = replace(faq, rows=tuple(() if i == key else rows for i, rows in enumerate(faq.rows)))
        for index in (replace(engine.index, faq=rest), replace(engine.index, faq=None)):
            examples += example(index, query, spans, 1.0)
    return examples


def from_gold(engine: Engine) -> list[Example]:
    """The answerable dev questions that need one passage, with and without keys."""
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}
    examples = []
    for question in read_gold(ROOT / gold_path("dev")):
        query = engine.understand(question.question, question.history)
        if not question.answerable or question.mode == "all" or len(aspects(query)) > 1:
            continue
        spans = [span for group in evidence_spans(question, texts).values() for span in group]
        for index in (engine.index, replace(engine.index, faq=None)):
            examples += example(index, query, spans, DEV_WEIGHT)
    return examples


def example(
    index: SearchIndex, query: Query, spans: list[tuple[str, int, int]], weight: float
) -> list[Example]:
    """The question's signs; nothing where no candidate is relevant."""
    rows, table = signs(index, query)
    passages = [index.passages[row] for row in rows]
    relevant = [any(covers((p.doc_id, p.start, p.end), span) for span in spans) for p in passages]
    if not any(relevant):
        return []
    unmatched = 1.0 - float(table[:, SIGNS.index("coverage")].max())
    return [Example(torch.tensor(table), torch.tensor(relevant), unmatched, weight)]


def learn(examples: list[Example]) -> np.ndarray:
    """(base, unmatched) weights, shape (2, number of signs)."""
    torch.manual_seed(0)
    longest = max(len(e.table) for e in examples)
    tables = torch.zeros(len(examples), longest, len(SIGNS))
    valid = torch.zeros(len(examples), longest, dtype=torch.bool)
    relevant = torch.zeros(len(examples), longest, dtype=torch.bool)
    for i, e in enumerate(examples):
        tables[i, : len(e.table)] = e.table
        valid[i, : len(e.table)] = True
        relevant[i, : len(e.table)] = e.relevant
    unmatched = torch.tensor([e.unmatched for e in examples])[:, None]
    weight = torch.tensor([e.weight for e in examples])
    parameters = torch.nn.Parameter(torch.zeros(2, len(SIGNS)))
    optimizer = torch.optim.Adam([parameters], lr=RATE)
    for _ in range(STEPS):
        effective = parameters[0] + unmatched * parameters[1]
        scores = 10 * torch.einsum("nps,ns->np", tables, effective)
        log_all = torch.logsumexp(scores.masked_fill(~valid, -1e9), dim=1)
        log_good = torch.logsumexp(scores.masked_fill(~relevant, -1e9), dim=1)
        loss = (weight * (log_all - log_good)).mean() + SHRINK * 100 * parameters.square().sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return parameters.detach().numpy()


def hits(examples: list[Example], learned: np.ndarray, depth: int) -> float:
    """Share of examples with a relevant passage among the first ``depth``."""
    found = 0
    for e in examples:
        scores = e.table.numpy() @ (learned[0] + e.unmatched * learned[1])
        best = np.argsort(-scores, kind="stable")[:depth]
        found += bool(e.relevant.numpy()[best].any())
    return found / len(examples)


if __name__ == "__main__":
    main()

"""Learn how the signs of a window are added up; writes src/sti_qa/evidence.json.

    python training/evidence.py [--check]

Learned from the anticipated questions of the documents in corpus/ (each asked with its own key left out)
and the dev questions; the test questions are not touched. Every question is asked with and without
anticipated questions, so that a document without a sidecar is read well, too. The loss is the cross entropy of
the softmax over all windows of the pages found with the windows that hold the gold quote, the tighter the
more. ``--check`` learns from the anticipated questions alone and reports on dev, to tell whether it
generalises.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from sti_qa.app import Engine, open_engine
from sti_qa.asked import asked
from sti_qa.cite import readable
from sti_qa.config import Settings
from sti_qa.evaluation.gold import GoldQuestion, gold_path, read_gold
from sti_qa.evaluation.judge import evidence_spans, right
from sti_qa.proof import PROOFS, pages_found, proofs
from sti_qa.query import understand
from sti_qa.retrieve import aspects, search
from sti_qa.signs import SearchIndex
from sti_qa.types import Query
from sti_qa.windows import PageWindows

ROOT = Path(__file__).parent.parent
OUT = ROOT / "src/sti_qa/evidence.json"
STEPS, RATE, SHRINK, HIDDEN = 1_200, 0.02, 1e-3, 12
DEV_WEIGHT = 1.5
DEPTH = 20

Span = tuple[str, int, int]


class Example(NamedTuple):
    """One question's windows."""

    table: torch.Tensor
    """Shape (n windows, number of signs)."""
    target: torch.Tensor
    """Share of each window in the wanted distribution; sums to 1."""
    weight: float
    with_keys: bool
    number: int
    """Of the question; the same with and without keys."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="do not learn from dev, report on it")
    args = parser.parse_args()
    engine = open_engine(Settings(ROOT / "corpus", ROOT / "index"))
    anticipated, dev = from_faqs(engine), from_gold(engine)
    model = learn(anticipated if args.check else anticipated + dev)
    for name, examples in (("anticipated", anticipated), ("dev", dev)):
        for keys in (True, False):
            chosen = [e for e in examples if e.with_keys == keys]
            print(
                name,
                "with keys" if keys else "without",
                len(chosen),
                *(f"{hits(chosen, model, k):.3f}" for k in (1, 2, 3)),
            )
    if not args.check:
        OUT.write_text(json.dumps(as_json(model), indent=0) + "\n", encoding="utf-8")


def from_faqs(engine: Engine) -> list[Example]:
    """Every anticipated question with the other keys, and without any."""
    faq = engine.index.faq
    if faq is None:
        raise SystemExit("the index has no anticipated questions")
    examples = []
    for key, entry in enumerate(faq.faqs):
        query = understand(entry.question, engine.book)
        spans = [(entry.doc_id, entry.start, entry.end)]
        rest = replace(faq, rows=tuple(() if i == key else rows for i, rows in enumerate(faq.rows)))
        for keys in (rest, None):
            examples += example(engine, replace(engine.index, faq=keys), query, spans, None, 1.0, key)
    return examples


def from_gold(engine: Engine) -> list[Example]:
    """The answerable dev questions that need one piece of evidence, with and without keys."""
    texts = {doc_id: d.text for doc_id, d in engine.library.documents.items()}
    examples = []
    for number, question in enumerate(read_gold(ROOT / gold_path("dev"))):
        query = understand(question.question, engine.book, question.history)
        if not question.answerable or question.mode == "all" or len(aspects(query)) > 1:
            continue
        spans = [span for group in evidence_spans(question, texts).values() for span in group]
        for keys in (engine.index.faq, None):
            index = replace(engine.index, faq=keys)
            examples += example(engine, index, query, spans, question, DEV_WEIGHT, number)
    return examples


def example(
    engine: Engine, index: SearchIndex, query: Query, spans: list[Span],
    question: GoldQuestion | None, weight: float, number: int,
) -> list[Example]:  # fmt: skip
    """The question's windows; nothing where none holds a gold quote."""
    ranking = search(index, query, DEPTH)
    pages = pages_found(engine.windows, ranking)
    tables = proofs(index, pages, asked(index, query), ranking)
    target = np.concatenate([wanted(engine, page, spans, question) for page in pages])
    if not target.sum():
        return []
    return [
        Example(
            torch.tensor(np.concatenate(tables)),
            torch.tensor(target / target.sum(), dtype=torch.float32),
            weight, index.faq is not None, number,
        )
    ]  # fmt: skip


def wanted(engine: Engine, page: PageWindows, spans: list[Span], question: GoldQuestion | None) -> np.ndarray:
    """How much each window of ``page`` is wanted: the squared overlap with a gold quote it holds."""
    found = np.zeros(len(page.start))
    for doc_id, start, end in spans:
        if doc_id != page.doc_id:
            continue
        shared = np.clip(np.minimum(page.end, end) - np.maximum(page.start, start), 0, None)
        union = np.maximum(page.end, end) - np.minimum(page.start, start)
        held = shared / (end - start) >= (0.9 if question is None else 0.5)
        found = np.maximum(found, held * (shared / union) ** 2)
    if question is not None:
        for i in np.flatnonzero(found):
            if not right(question, readable(engine.library.text(page.quote(i)))):
                found[i] = 0
    return found


class Scorer(torch.nn.Module):
    """A linear part and a small hidden layer."""

    def __init__(self, mean: torch.Tensor, spread: torch.Tensor) -> None:
        super().__init__()
        self.mean, self.spread = mean, spread
        self.linear = torch.nn.Linear(len(PROOFS), 1, bias=False)
        self.hidden = torch.nn.Linear(len(PROOFS), HIDDEN)
        self.out = torch.nn.Linear(HIDDEN, 1, bias=False)
        torch.nn.init.zeros_(self.linear.weight)

    def forward(self, table: torch.Tensor) -> torch.Tensor:
        """The score of each row of signs."""
        x = (table - self.mean) / self.spread
        return (self.linear(x) + self.out(torch.tanh(self.hidden(x)))).squeeze(-1)


def learn(examples: list[Example]) -> Scorer:
    """The scorer fitted to ``examples``, all at once."""
    torch.manual_seed(0)
    tables = torch.cat([e.table for e in examples])
    owner = torch.repeat_interleave(
        torch.arange(len(examples)), torch.tensor([len(e.table) for e in examples])
    )
    target = torch.cat([e.target for e in examples])
    weight = torch.tensor([e.weight for e in examples])
    model = Scorer(tables.mean(0), tables.std(0) + 1e-3)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=SHRINK * 30)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        scores = model(tables)
        highest = torch.full((len(examples),), -1e9).scatter_reduce(0, owner, scores.detach(), "amax")
        total = torch.zeros(len(examples)).index_add(0, owner, torch.exp(scores - highest[owner]))
        log_share = scores - highest[owner] - torch.log(total)[owner]
        per_question = torch.zeros(len(examples)).index_add(0, owner, -target * log_share)
        loss = (weight * per_question).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model


def hits(examples: list[Example], model: Scorer, depth: int) -> float:
    """Share of examples with a wanted window among the first ``depth``."""
    found = 0
    for e in examples:
        with torch.no_grad():
            best = torch.argsort(-model(e.table), stable=True)[:depth]
        found += bool((e.target[best] > 0).any())
    return found / max(1, len(examples))


def as_json(model: Scorer) -> dict[str, object]:
    """The scorer's weights on raw signs, by name."""
    return {
        "signs": list(PROOFS),
        "mean": [round(float(v), 5) for v in model.mean],
        "spread": [round(float(v), 5) for v in model.spread],
        "linear": [round(float(v), 4) for v in model.linear.weight[0]],
        "hidden": [[round(float(v), 4) for v in row] for row in model.hidden.weight],
        "bias": [round(float(v), 4) for v in model.hidden.bias],
        "out": [round(float(v), 4) for v in model.out.weight[0]],
    }


if __name__ == "__main__":
    main()

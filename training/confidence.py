"""Learn when to answer; writes src/sti_qa/confidence.json.

    python training/confidence.py

Positives: the answerable dev questions and a sample of the anticipated questions (asked without any keys). Negatives:
the unanswerable dev questions, and training/questions/unanswerable.txt, written for this. Each with and
without anticipated questions. Prints the rates of wrong and right abstention, cross-validated over questions.
"""

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from sti_qa.answer import pages_text
from sti_qa.app import Engine, open_engine
from sti_qa.asked import asked
from sti_qa.confidence import GROUNDS, grounds
from sti_qa.config import Settings
from sti_qa.evaluation.gold import HARD, gold_path, read_gold
from sti_qa.evidence import best_windows
from sti_qa.proof import pages_found
from sti_qa.query import understand
from sti_qa.retrieve import search
from sti_qa.signs import SearchIndex
from sti_qa.types import Query

ROOT = Path(__file__).parent.parent
OUT = ROOT / "src/sti_qa/confidence.json"
Row = tuple[str, str, bool, bool, list[float], float]
"""(question, group, answerable, with keys, grounds, weight)."""


def rows_of(engine: Engine) -> list[Row]:
    found: list[Row] = []
    for q in read_gold(ROOT / gold_path("dev")):
        query = understand(q.question, engine.book, q.history)
        group = "unanswerable" if not q.answerable else "hard" if q.type in HARD else "ordinary"
        for keys in (True, False):
            index = engine.index if keys else replace(engine.index, faq=None)
            found += _row(engine, index, query, group, q.answerable, keys, 1.0 if q.answerable else 2.0)
    for line in (ROOT / "training/questions/unanswerable.txt").read_text(encoding="utf-8").splitlines():
        for keys in (True, False):
            index = engine.index if keys else replace(engine.index, faq=None)
            found += _row(engine, index, understand(line, engine.book), "written", False, keys, 2.0)
    faq = engine.index.faq
    for key in random.Random(0).sample(range(len(faq.faqs)) if faq else [], 150):
        assert faq
        query = understand(faq.faqs[key].question, engine.book)
        found += _row(engine, replace(engine.index, faq=None), query, "anticipated", True, False, 0.5)
    return found


def _row(
    engine: Engine, index: SearchIndex, query: Query, group: str, answerable: bool, keys: bool, weight: float
) -> list[Row]:
    ranking = search(index, query, 20)
    pages = pages_found(engine.windows, ranking)
    if not pages:
        return []
    question = asked(index, query)
    evidence = best_windows(index, pages, question, ranking)
    numbers = grounds(index, question, evidence, pages_text(engine.windows, evidence))
    return [(query.question, group, answerable, keys, [numbers[n] for n in GROUNDS], weight)]


def learn(rows: list[Row]) -> np.ndarray:
    """Weights of GROUNDS and the bias, by penalised maximum likelihood."""
    x = torch.tensor([r[4] for r in rows])
    y = torch.tensor([float(r[2]) for r in rows])
    w = torch.tensor([r[5] for r in rows])
    spread = x.std(0) + 1e-2
    parameters = torch.zeros(len(GROUNDS) + 1, requires_grad=True)
    optimizer = torch.optim.LBFGS([parameters], max_iter=200)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        z = (x / spread) @ parameters[:-1] + parameters[-1]
        value = (w * torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="none")).mean()
        value = value + 0.004 * parameters[:-1].square().sum()
        value.backward()
        return value

    optimizer.step(loss)
    weights = parameters.detach().numpy().copy()
    weights[:-1] /= spread.numpy()
    return weights


def predicted(rows: list[Row], weights: np.ndarray) -> np.ndarray:
    """The confidence of each row."""
    z = np.array([r[4] for r in rows]) @ weights[:-1] + weights[-1]
    return 1 / (1 + np.exp(-z))


def main() -> None:
    engine = open_engine(Settings(ROOT / "corpus", ROOT / "index"))
    rows = rows_of(engine)
    questions = sorted({r[0] for r in rows})
    random.Random(0).shuffle(questions)
    held: dict[tuple[str, bool], list[float]] = {}
    for fold in range(6):
        out = set(questions[fold::6])
        weights = learn([r for r in rows if r[0] not in out])
        chosen = [r for r in rows if r[0] in out]
        for r, p in zip(chosen, predicted(chosen, weights), strict=True):
            held.setdefault((r[1], r[3]), []).append(float(p))
    for threshold in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6):
        print(
            threshold, {k: round(float(np.mean(np.array(v) < threshold)), 2) for k, v in sorted(held.items())}
        )
    weights = learn(rows)
    content = {n: round(float(v), 4) for n, v in zip((*GROUNDS, "bias"), weights, strict=True)}
    OUT.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(content)


if __name__ == "__main__":
    main()

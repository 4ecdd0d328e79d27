"""How well an encoder finds held-out projects among all of one year.

    python training/measure.py --data DIR [--model FOLDER]

Prints Success@5 and RR@10 by kind of question, for the encoder and for BM25 over lemmas.
"""

import argparse
from collections import defaultdict
from pathlib import Path

import numpy as np

from data import description, is_held_out, projects, questions
from sti_qa.config import DEFAULT_MODEL
from sti_qa.encode import load_encoder
from sti_qa.lexical import LexicalIndex
from sti_qa.morphology import terms

YEAR = "2025"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    args = parser.parse_args()
    rows = projects(args.data)
    # Every ID once: its newest row, so that a question's project is among the candidates.
    newest = {key.partition("-")[2]: key for key in sorted(rows)}
    candidates = sorted(newest.values())
    row_of = {key.partition("-")[2]: i for i, key in enumerate(candidates)}
    texts = [description(rows[key]) for key in candidates]
    asked = [q for q in questions() if is_held_out(q.key)]
    wanted = [row_of[q.key.partition("-")[2]] for q in asked]
    print(f"{len(asked)} questions about held-out projects, {len(texts)} projects")
    encoder = load_encoder(args.model)
    cosine = encoder.encode_queries([q.question for q in asked]) @ encoder.encode_passages(texts).T
    lexical = LexicalIndex.build([terms(text) for text in texts])
    bm25 = np.stack([lexical.scores(terms(q.question)) for q in asked])
    kinds = [q.kind for q in asked]
    report("encoder", cosine, wanted, kinds)
    report("BM25", bm25, wanted, kinds)
    scaled = bm25 / np.maximum(bm25.max(axis=1, keepdims=True), 1e-9)
    report("encoder + 0.3 BM25", cosine / cosine.max(axis=1, keepdims=True) + 0.3 * scaled, wanted, kinds)


def report(name: str, scores: np.ndarray, wanted: list[int], kinds: list[str]) -> None:
    """Print Success@5 and RR@10 by kind; ties count against the system."""
    target = scores[np.arange(len(wanted)), wanted][:, None]
    ranks = (scores >= target).sum(axis=1)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for rank, kind in zip(ranks, kinds, strict=True):
        by_kind[kind].append(int(rank))
        by_kind["all"].append(int(rank))
    cells = [
        f"{kind} {np.mean([r <= 5 for r in by_kind[kind]]):.3f}/{np.mean([1 / r if r <= 10 else 0 for r in by_kind[kind]]):.3f}"
        for kind in ("everyday", "natural", "keyword", "english", "all")
    ]
    print(f"{name:<20}" + "  ".join(cells))


if __name__ == "__main__":
    main()

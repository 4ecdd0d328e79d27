"""Train the static embedding model that comes with the package.

A bag of morphemes: every lemma and character bigram of a text has one vector, the text's vector
is their mean. The vectors are learned from pairs (question, description) so that a pair lies closer than the other
texts of its batch (in-batch softmax, Henderson et al. 2017, arXiv:1705.00652).

    python training/static_encoder.py --data DIR --out src/sti_qa/model

DIR holds the files that training/README.md lists. About ten minutes on two cores; seeded.
"""

import argparse
import logging
import random
import shutil
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

from data import pair_groups
from sti_qa.encode import READS_BAGS
from sti_qa.morphology import bag

SEED = 20261121
WORDS, BIGRAMS = 32_000, 16_000
"""Sizes of the two halves of the vocabulary, most frequent first."""
BATCH = 1_024
SCALE = 20.0
DROPPED = 0.3
"""Share of a bag's members left out at random at each look: the model must not lean on one word."""
REPEATS = {"everyday": 3}
"""Everyday questions are few and the point of it all: they are seen more often."""
MOST = {"glosses": 60_000, "tanaka": 25_000, "synonyms": 25_000}
"""Pairs of a group seen in one epoch."""
LONGEST = 320
"""Members of a bag while training; longer texts are cut."""

IdPair = tuple[np.ndarray, np.ndarray]
UNKNOWN = np.zeros(1, dtype=np.int32)
log = logging.getLogger("static_encoder")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--rate", type=float, default=0.01, help="learning rate at the start; falls to 0")
    parser.add_argument("--resume", type=Path, help="go on from the weights of this model folder")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    random.seed(SEED)
    torch.manual_seed(SEED)
    groups = pair_groups(args.data)
    for name, pairs in groups.items():
        log.info("%s: %d pairs", name, len(pairs))
    bags = bags_of({text for pairs in groups.values() for pair in pairs for text in pair})
    vocabulary = vocabulary_of(bags.values())
    log.info("%d texts, vocabulary of %d", len(bags), len(vocabulary))
    ids = {
        text: np.array([vocabulary[m] for m in members if m in vocabulary][:LONGEST], dtype=np.int32)
        for text, members in bags.items()
    }
    encoded = {name: [(ids[a], ids[b]) for a, b in pairs] for name, pairs in groups.items()}
    start = (
        resumed(args.resume, vocabulary)
        if args.resume
        else initial_weights(len(vocabulary), args.dimension, encoded)
    )
    export(vocabulary, train(encoded, start, args.rate, args.epochs), args.out)


def bags_of(texts: set[str]) -> dict[str, tuple[str, ...]]:
    """The bag of every text, by text."""
    ordered = sorted(texts)
    with ProcessPoolExecutor() as pool:
        return dict(zip(ordered, pool.map(bag, ordered, chunksize=500), strict=True))


def vocabulary_of(bags: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """Row of each member: [UNK], then the most frequent lemmas, then bigrams."""
    counts = Counter(member for members in bags for member in set(members))
    ranked = sorted((m for m, n in counts.items() if n >= 3), key=lambda m: (-counts[m], m))
    words = [m for m in ranked if not m.startswith("#")][:WORDS]
    grams = [m for m in ranked if m.startswith("#")][:BIGRAMS]
    return {member: row for row, member in enumerate(["[UNK]", *words, *grams])}


def resumed(folder: Path, vocabulary: dict[str, int]) -> torch.Tensor:
    """The weights of a trained model, for the same vocabulary."""
    model = SentenceTransformer(str(folder), device="cpu")
    if model[0].tokenizer.get_vocab() != vocabulary:
        raise SystemExit(f"{folder} has another vocabulary; train without --resume")
    weights: torch.Tensor = model[0].embedding.weight.detach().float()
    return weights


def train(encoded: dict[str, list[IdPair]], start: torch.Tensor, rate: float, epochs: int) -> torch.Tensor:
    """Contrastive training from ``start``; returns float32 weights of its shape."""
    table = torch.nn.EmbeddingBag(*start.shape, mode="sum", include_last_offset=True)
    with torch.no_grad():
        table.weight.copy_(start)
    optimizer = torch.optim.Adam(table.parameters(), lr=rate)
    rng = np.random.default_rng(SEED)
    total, step = epochs * len(epoch_batches(encoded, rng)), 0
    for epoch in range(epochs):
        losses = []
        for name, rows in epoch_batches(encoded, rng):
            for group in optimizer.param_groups:
                group["lr"] = rate * (1 - step / total)
            losses.append(train_step(table, optimizer, [encoded[name][row] for row in rows], rng))
            step += 1
        log.info("epoch %d: loss %.3f", epoch + 1, sum(losses) / len(losses))
    return table.weight.detach()


def epoch_batches(encoded: dict[str, list[IdPair]], rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """(group, rows of its pairs) of each batch of an epoch, in random order."""
    batches = []
    for name, pairs in encoded.items():
        for _ in range(REPEATS.get(name, 1)):
            order = rng.permutation(len(pairs))[: MOST.get(name, len(pairs))]
            batches += [(name, order[b : b + BATCH]) for b in range(0, len(order), BATCH)]
    return [batches[i] for i in rng.permutation(len(batches)) if len(batches[i][1]) > 32]


def initial_weights(size: int, dimension: int, encoded: dict[str, list[IdPair]]) -> torch.Tensor:
    """Random directions with the length of the inverse document frequency."""
    frequency = np.ones(size)
    texts = [ids for pairs in encoded.values() for pair in pairs for ids in pair]
    for ids in texts:
        frequency[np.unique(ids)] += 1
    idf = np.log(len(texts) / frequency).clip(min=0.1)
    directions = torch.randn(size, dimension) / dimension**0.5
    return directions * torch.tensor(idf, dtype=torch.float32)[:, None]


def train_step(
    table: torch.nn.EmbeddingBag,
    optimizer: torch.optim.Optimizer,
    pairs: list[IdPair],
    rng: np.random.Generator,
) -> float:
    """One batch, both directions; equal passages in a batch are no negatives of each other."""
    left, right = (embed(table, [pair[side] for pair in pairs], rng) for side in (0, 1))
    scores = left @ right.T * SCALE
    keys = torch.tensor([hash(pair[1].tobytes()) for pair in pairs])
    same = keys[:, None] == keys[None, :]
    same.fill_diagonal_(False)
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(len(pairs))
    loss = (
        torch.nn.functional.cross_entropy(scores, target)
        + torch.nn.functional.cross_entropy(scores.T, target)
    ) / 2
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def embed(table: torch.nn.EmbeddingBag, texts: list[np.ndarray], rng: np.random.Generator) -> torch.Tensor:
    """Unit vectors, shape (len(texts), dimension), of bags from which members are dropped at random."""
    kept = [ids[rng.random(len(ids)) >= DROPPED] if len(ids) > 2 else ids for ids in texts]
    kept = [ids if len(ids) else UNKNOWN for ids in kept]
    flat = torch.from_numpy(np.concatenate(kept).astype(np.int64))
    offsets = torch.from_numpy(np.cumsum([0, *map(len, kept)]))
    return torch.nn.functional.normalize(table(flat, offsets), dim=1)


def export(vocabulary: dict[str, int], weights: torch.Tensor, out: Path) -> None:
    """Write a sentence-transformers folder, weights in half precision.

    The model reads members of a bag parted by blanks (``sti_qa.morphology.bag``).
    """
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    weights[0] = 0.0  # an unknown word has no direction
    if out.exists():
        shutil.rmtree(out)
    module = StaticEmbedding(tokenizer, embedding_weights=weights.numpy())
    SentenceTransformer(modules=[module]).half().save(str(out), create_model_card=False)
    (out / READS_BAGS).write_text("Input: members of sti_qa.morphology.bag, parted by blanks.\n")
    log.info("written to %s", out)


if __name__ == "__main__":
    main()

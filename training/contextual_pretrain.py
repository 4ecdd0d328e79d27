"""Pre-train the compact transformer on masked subwords. Resumable.

    python training/contextual_pretrain.py --work DIR --minutes N

Reads what ``corpus_tokens.py`` wrote; keeps ``pretrained/`` (weights) and ``pretrain_state.pt``
in the same folder and goes on from them.
"""

import argparse
import logging
import time
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertForMaskedLM

LAYERS, WIDTH, HEADS = 6, 256, 4
LENGTH, ROWS = 128, 64
MASKED = 0.3
PEAK_RATE, WARM_UP = 1e-3, 300
SEED = 20261121
log = logging.getLogger("contextual_pretrain")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--total-steps", type=int, default=6_000, help="length of the rate's schedule")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    tokens = np.load(args.work / "tokens.npy", mmap_mode="r")
    trainer = Trainer(args.work, args.total_steps)
    begin = last = time.monotonic()
    losses: list[float] = []
    while time.monotonic() - begin < 60 * args.minutes and trainer.step < args.total_steps:
        losses.append(trainer.train(tokens))
        if trainer.step % 100 == 0:
            log.info("step %d: loss %.3f", trainer.step, sum(losses) / len(losses))
            losses = []
        if time.monotonic() - last > 300:
            trainer.save()
            last = time.monotonic()
    trainer.save()


def small_bert(vocabulary: int) -> BertForMaskedLM:
    """The architecture."""
    return BertForMaskedLM(
        BertConfig(
            vocab_size=vocabulary,
            hidden_size=WIDTH,
            num_hidden_layers=LAYERS,
            num_attention_heads=HEADS,
            intermediate_size=4 * WIDTH,
            max_position_embeddings=512,
            type_vocab_size=1,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
    )


class Trainer:
    """bf16 weights for the arithmetic, an fp32 master copy for the optimiser."""

    def __init__(self, work: Path, total_steps: int) -> None:
        self._work, self._total = work, total_steps
        torch.manual_seed(SEED)
        self._master = small_bert(16_000)
        self.step = 0
        state = work / "pretrain_state.pt"
        self._optimizer = torch.optim.AdamW(
            self._master.parameters(), lr=PEAK_RATE, weight_decay=0.01, betas=(0.9, 0.98)
        )
        if state.exists():
            saved = torch.load(state, weights_only=True)
            self._master.load_state_dict(saved["model"])
            self._optimizer.load_state_dict(saved["optimizer"])
            self.step = saved["step"]
            log.info("goes on from step %d", self.step)
        self._fast = small_bert(16_000).bfloat16()
        self._copy_down()

    def train(self, tokens: np.ndarray) -> float:
        """One step on a random batch; returns the loss."""
        rng = np.random.default_rng((SEED, self.step))
        starts = rng.integers(0, len(tokens) - LENGTH, ROWS)
        ids = torch.tensor(np.stack([tokens[s : s + LENGTH] for s in starts]).astype(np.int64))
        chosen = torch.tensor(rng.random(ids.shape) < MASKED) & (ids > 4)
        given = ids.clone()
        given[chosen] = 4
        hidden = self._fast.bert(given).last_hidden_state[chosen]
        logits = self._fast.cls(hidden).float()
        loss = torch.nn.functional.cross_entropy(logits, ids[chosen])
        loss.backward()
        self._update()
        return float(loss.detach())

    def _update(self) -> None:
        pairs = list(zip(self._master.parameters(), self._fast.parameters(), strict=True))
        for master, fast in pairs:
            master.grad = fast.grad.float() if fast.grad is not None else None
            fast.grad = None
        torch.nn.utils.clip_grad_norm_(self._master.parameters(), 1.0)
        self.step += 1
        for group in self._optimizer.param_groups:
            left = max(0.0, 1 - self.step / self._total)
            group["lr"] = PEAK_RATE * min(1.0, self.step / WARM_UP) * max(left, 0.02)
        self._optimizer.step()
        self._copy_down()

    def _copy_down(self) -> None:
        with torch.no_grad():
            for master, fast in zip(self._master.parameters(), self._fast.parameters(), strict=True):
                fast.copy_(master)

    def save(self) -> None:
        """Write the state to go on from, and the encoder's weights."""
        state = {
            "model": self._master.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": self.step,
        }
        torch.save(state, self._work / "pretrain_state.pt.new")
        (self._work / "pretrain_state.pt.new").replace(self._work / "pretrain_state.pt")
        self._master.bert.save_pretrained(self._work / "pretrained")
        log.info("saved at step %d", self.step)


if __name__ == "__main__":
    main()

"""All the Japanese at hand as one array of subword ids, for pre-training.

    python training/corpus_tokens.py --data DIR --work DIR

Writes ``tokenizer.json`` (WordPiece over morphemes) and ``tokens.npy`` (uint16; 0 parts texts).
"""

import argparse
import gzip
import logging
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers

from data import is_held_out, projects, questions, read_jsonl
from sti_qa.morphology import segmented

VOCABULARY = 16_000
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
log = logging.getLogger("corpus_tokens")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.work.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor() as pool:
        texts = list(pool.map(segmented, raw_texts(args.data), chunksize=500))
    log.info("%d texts segmented", len(texts))
    tokenizer = train_tokenizer(texts)
    tokenizer.save(str(args.work / "tokenizer.json"))
    ids: list[np.ndarray] = []
    for begin in range(0, len(texts), 10_000):
        for encoding in tokenizer.encode_batch(texts[begin : begin + 10_000], add_special_tokens=False):
            ids.append(np.array([*encoding.ids, 0], dtype=np.uint16))
    tokens = np.concatenate(ids)
    np.save(args.work / "tokens.npy", tokens)
    log.info("%d tokens", len(tokens))


def raw_texts(data: Path) -> Iterator[str]:
    """Every text once; held-out projects left out."""
    for row in {str(r["context"]): 0 for r in read_jsonl(data / "jaquad_train.jsonl.gz")}:
        yield row
    for key, row in projects(data).items():
        if not is_held_out(key):
            yield "\n".join(str(row[f] or "") for f in ("name", "purpose", "issues", "overview"))
    for question in questions():
        if not is_held_out(question.key):
            yield question.question
    for row in read_jsonl(data / "tanaka_en_ja.jsonl.gz"):
        yield f"{row['en']} {row['ja']}"
    with gzip.open(data / "diet_passages.txt.gz", "rt", encoding="utf-8") as file:
        yield from file


def train_tokenizer(texts: list[str]) -> Tokenizer:
    """WordPiece over blank-parted morphemes."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=40))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, limit_alphabet=4_000, min_frequency=3
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


if __name__ == "__main__":
    main()

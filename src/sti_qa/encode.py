"""Texts to vectors. The only module that imports sentence-transformers (and with it torch).

It does so when a model is loaded: that takes seconds, which no error message should wait for.
"""

import functools
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

# Set before the libraries are imported: no look-up of newer files, no usage reports.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np

from sti_qa.config import DEFAULT_MODEL
from sti_qa.errors import ModelUnavailable
from sti_qa.morphology import bag
from sti_qa.normalize import clean
from sti_qa.types import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

MODEL_FOLDER = Path(__file__).parent / "model"
"""The model that comes with the package."""

READS_BAGS = "reads-morphemes.txt"
"""A model folder with this file wants text cut into morphemes (``sti_qa.morphology.bag``)."""

# (query prompt, passage prompt) of hub models whose own configuration may lack them.
# Source: the models' cards.
PROMPTS = {
    "cl-nagoya/ruri-v3-30m": ("検索クエリ: ", "検索文書: "),
    "cl-nagoya/ruri-v3-70m": ("検索クエリ: ", "検索文書: "),
    "cl-nagoya/ruri-v3-130m": ("検索クエリ: ", "検索文書: "),
    "cl-nagoya/ruri-v3-310m": ("検索クエリ: ", "検索文書: "),
    "intfloat/multilingual-e5-small": ("query: ", "passage: "),
    "intfloat/multilingual-e5-base": ("query: ", "passage: "),
    "intfloat/multilingual-e5-large": ("query: ", "passage: "),
    "pkshatech/GLuCoSE-base-ja-v2": ("query: ", "passage: "),
    "google/embeddinggemma-300m": ("task: search result | query: ", "title: none | text: "),
}
_BY_FOLDER = {name.split("/")[1]: prompts for name, prompts in PROMPTS.items()}


@dataclass(frozen=True)
class SentenceEncoder:
    """A sentence-transformers model with the prompts its kind needs. Satisfies ``Encoder``."""

    name: str
    fingerprint: str
    dim: int
    _model: "SentenceTransformer"
    _prompts: tuple[str, str]
    _reads_bags: bool
    """Whether the model's words are morphemes, cut before it sees them."""

    def encode_queries(self, texts: list[str]) -> Vectors:
        """Unit vectors of questions, shape (len(texts), dim)."""
        return self._encode(texts, self._prompts[0])

    def encode_passages(self, texts: list[str]) -> Vectors:
        """Unit vectors of passages, shape (len(texts), dim)."""
        return self._encode(texts, self._prompts[1])

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        prepare = _as_bag if self._reads_bags else clean
        vectors = self._model.encode(
            [prompt + prepare(text) for text in texts],
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.ascontiguousarray(np.nan_to_num(vectors), dtype=np.float32)


@functools.cache
def load_encoder(name: str = DEFAULT_MODEL) -> SentenceEncoder:
    """The encoder ``name``: 'default', a folder, or the name of a hub model.

    A folder is never looked for on a network. Raises ModelUnavailable.
    """
    folder = _folder(name)
    is_folder = os.path.isdir(folder)
    try:
        from sentence_transformers import SentenceTransformer

        model = SentenceTransformer(
            str(folder) if is_folder else name, device="cpu", local_files_only=is_folder
        )
    except Exception as error:
        cause = (str(error).strip() or type(error).__name__).splitlines()[0][:200]
        raise ModelUnavailable(name, cause) from error
    dim = model.get_embedding_dimension() or len(model.encode("次元"))
    return SentenceEncoder(
        name=name,
        fingerprint=_folder_hash(folder) if is_folder else name,
        dim=dim,
        _model=model,
        _prompts=_prompts(name, folder, model),
        _reads_bags=(folder / READS_BAGS).is_file(),
    )


def _folder(name: str) -> Path:
    """The folder that ``name`` means, if it means one. Raises ModelUnavailable for a wrong path."""
    folder = MODEL_FOLDER if name == DEFAULT_MODEL else Path(os.path.expanduser(name))
    is_path = folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1 or "\\" in name
    if is_path and not os.path.isdir(folder):
        raise ModelUnavailable(name, "そのフォルダがありません")
    return folder


def _as_bag(text: str) -> str:
    return " ".join(bag(text))


def _prompts(name: str, folder: Path, model: "SentenceTransformer") -> tuple[str, str]:
    """The model's own prompts where its configuration has them, else those of its card."""
    own = {key: text for key, text in (model.prompts or {}).items() if text}
    passage = own.get("document") or own.get("passage")
    if own.get("query") or passage:
        return own.get("query", ""), passage or ""
    return PROMPTS.get(name) or _BY_FOLDER.get(folder.name) or ("", "")


def _folder_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of a model's files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".md"):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()

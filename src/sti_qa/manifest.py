"""The manifest of an index generation: what made it, and what each of its files must be."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from sti_qa.errors import IndexDamaged

FORMAT = 3
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What made a generation, and what its files must be."""

    format: int
    model: str
    model_fingerprint: str
    dim: int
    analyzer: str
    passage_size: str
    n_documents: int
    n_passages: int
    sources: dict[str, str]
    """SHA-256 of the corpus files and tables that were read."""
    created: str
    """UTC, ISO 8601; for people, never for ordering."""
    files: dict[str, list[str]]
    """Relative path → [length in bytes, SHA-256]."""


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a generation folder. Raises IndexDamaged."""
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
        content = json.loads(data)
        del content["sha256"]
        manifest = Manifest(**content)
    except FileNotFoundError:
        raise IndexDamaged(path, "ファイルがない", "作成時に書かれたもの") from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise IndexDamaged(path, f"読めない: {type(error).__name__}", "JSON") from error
    if manifest_bytes(manifest) != data:
        raise IndexDamaged(path, "内容が違う", "作成時の内容")
    return manifest


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as written: JSON with its own SHA-256, so that a changed byte is noticed."""
    content = asdict(manifest)
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return json.dumps(content | {"sha256": digest}, ensure_ascii=False, indent=1).encode()


def check_file(path: Path, length: int, digest: str) -> None:
    """Raise IndexDamaged unless the file has this length and SHA-256."""
    try:
        data = path.read_bytes()
    except OSError:
        raise IndexDamaged(path, "ファイルがない", f"{length} バイト") from None
    if len(data) != length:
        raise IndexDamaged(path, f"{len(data)} バイト", f"{length} バイト")
    if hashlib.sha256(data).hexdigest() != digest:
        raise IndexDamaged(path, "内容が違う", "作成時の内容")

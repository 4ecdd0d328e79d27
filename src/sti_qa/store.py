"""The index folder: immutable generations and one pointer that is swapped atomically.

index/
├── CURRENT              name of the serving generation, replaced by rename
├── build.lock           held while a build runs; the system frees it if the process dies
└── gen-000001/
    ├── documents.jsonl  the texts that citations are cut from
    ├── passages.jsonl   in row order
    ├── figures.jsonl    budget amounts
    ├── faqs.jsonl       anticipated questions, in row order
    ├── programmes.json
    ├── readings.jsonl   what the words of the documents sound like
    ├── words/ bigrams/  BM25 over passages; faq_words/ over anticipated questions
    ├── dense.faiss      vectors of passages; faq_dense.faiss of anticipated questions
    └── manifest.json    written last: what made it, length and SHA-256 of every other file, its own SHA-256
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sti_qa.errors import BuildRunning, IndexDamaged, IndexMissing, StoreError
from sti_qa.manifest import FORMAT, MANIFEST, Manifest, check_file, manifest_bytes, read_manifest
from sti_qa.types import Document, Faq, Figure, Passage

POINTER, LOCK = "CURRENT", "build.lock"
FAQS = "faqs.jsonl"
"""Only where there are anticipated questions."""
_PENDING = POINTER + ".new"
_GENERATION = re.compile(r"gen-[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Generation:
    """The checked contents of a generation; the search structures stay on disk."""

    name: str
    folder: Path
    manifest: Manifest
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    figures: tuple[Figure, ...]
    faqs: tuple[Faq, ...]
    programmes: dict[str, Any]
    readings: tuple[tuple[str, str], ...]
    """(sound, spelling) of the documents' words."""


def current_name(index: Path) -> str:
    """Name of the serving generation. Raises IndexMissing or IndexDamaged."""
    try:
        name = (index / POINTER).read_text(encoding="utf-8").strip()
    except OSError:
        raise IndexMissing(index) from None
    except UnicodeDecodeError:
        name = "文字化け"
    # A name is never followed outside the folder.
    if not _GENERATION.fullmatch(name):
        raise IndexDamaged(index / POINTER, name[:40] or "空", "gen-000001 の形")
    return name


def open_generation(index: Path) -> Generation:
    """The serving generation, every file checked by length and hash before it is parsed.

    Raises IndexMissing or IndexDamaged.
    """
    name = current_name(index)
    folder = index / name
    manifest = read_manifest(folder)
    if manifest.format != FORMAT:
        raise IndexDamaged(folder / MANIFEST, f"形式 {manifest.format}", f"形式 {FORMAT}")
    for relative, (length, digest) in sorted(manifest.files.items()):
        check_file(folder / relative, int(length), digest)
    return Generation(
        name=name,
        folder=folder,
        manifest=manifest,
        documents=tuple(Document(**_frozen(r)) for r in _read_rows(folder / "documents.jsonl")),
        passages=tuple(Passage(**_frozen(r)) for r in _read_rows(folder / "passages.jsonl")),
        figures=tuple(Figure(**row) for row in _read_rows(folder / "figures.jsonl")),
        faqs=tuple(Faq(**row) for row in _read_rows(folder / FAQS)) if FAQS in manifest.files else (),
        programmes=json.loads((folder / "programmes.json").read_text(encoding="utf-8")),
        readings=tuple((r["sound"], r["spelling"]) for r in _read_rows(folder / "readings.jsonl")),
    )


@contextmanager
def building(index: Path) -> Iterator[Path]:
    """A new generation folder to fill, under the build lock.

    The folder is removed again when the body fails, unless it already serves. Raises
    BuildRunning when another process builds, StoreError when the folder cannot be written.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        with FileLock(index / LOCK, timeout=0):
            folder = index / _next_name(index)
            folder.mkdir()
            try:
                yield folder
            except BaseException:
                _discard(index, folder)
                raise
    except Timeout:
        raise BuildRunning(index) from None
    except OSError as error:
        raise _store_error(index, error) from error


def write_rows(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    """One JSON object a line."""
    write_bytes(path, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows).encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write and flush to the disk, so that a full disk is seen here."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def seal(folder: Path, manifest: Manifest) -> None:
    """Record every file of ``folder`` in the manifest, write it last and flush all."""
    files = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        _flush(path)
        data = path.read_bytes()
        files[path.relative_to(folder).as_posix()] = [str(len(data)), hashlib.sha256(data).hexdigest()]
    write_bytes(folder / MANIFEST, manifest_bytes(replace(manifest, files=files)))
    for path in [*(p for p in folder.rglob("*") if p.is_dir()), folder]:
        _flush(path)


def switch(index: Path, name: str) -> None:
    """Make ``name`` the serving generation by one rename; drop all but it and the one before."""
    previous = name
    with suppress(IndexMissing, IndexDamaged):
        previous = current_name(index)
    write_bytes(index / _PENDING, f"{name}\n".encode())
    os.replace(index / _PENDING, index / POINTER)
    _flush(index)
    for folder in _generations(index):
        if folder.name not in (name, previous):
            shutil.rmtree(folder, ignore_errors=True)


def _discard(index: Path, folder: Path) -> None:
    """Remove what a failed build leaves; a generation that was switched to stays."""
    serving = ""
    with suppress(IndexMissing, IndexDamaged):
        serving = current_name(index)
    if folder.name != serving:
        shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        (index / _PENDING).unlink(missing_ok=True)


def _read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _frozen(row: dict[str, Any]) -> dict[str, Any]:
    """JSON's lists back to tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _generations(index: Path) -> list[Path]:
    return sorted(p for p in index.iterdir() if p.is_dir() and _GENERATION.fullmatch(p.name))


def _next_name(index: Path) -> str:
    """One more than the highest number there is: order by counter, never by clock."""
    numbers = [int(folder.name[4:]) for folder in _generations(index)]
    return f"gen-{max(numbers, default=0) + 1:06d}"


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _store_error(index: Path, error: OSError) -> StoreError:
    try:
        free = f"{shutil.disk_usage(index).free // 1_000_000:,} MB"
    except OSError:
        free = "不明"
    return StoreError(
        f"索引を {error.filename or index} に書けません: {error.strerror or error}(空き {free})。"
        "空き容量と書き込み権限を確かめてください。これまでの索引はそのまま使えます。"
    )

"""Files to text: reading that cannot hang, and the encodings Japanese files come in."""

import codecs
import os
import re
import stat
from pathlib import Path

LARGEST_FILE = 20_000_000
"""Bytes. A text larger than this is no briefing document; it is reported, not read."""

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿、。「」（）]")
_JIS_ESCAPE = b"\x1b$"
_NO_TEXT = re.compile("[\x80-\x9f\uf8f0-\uf8f3]")
"""What Python's cp932 makes of bytes that mean nothing in Shift_JIS."""
_HALF_KANA = re.compile(r"[ｦ-ﾟ]")


def decode(raw: bytes) -> str:
    """Text of a file in UTF-8 (with or without BOM), Shift_JIS/CP932, EUC-JP or ISO-2022-JP.

    Nothing is changed but the encoding. Raises ValueError when none of them fits.
    """
    marked = "utf-16" if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8"
    # The bytes of ISO-2022-JP are valid UTF-8, too.
    certain = _readings(raw, *(["iso2022_jp"] if _JIS_ESCAPE in raw else []), marked)
    if certain:
        return certain[0]
    readings = [text for text in _readings(raw, "cp932", "euc_jp") if not _NO_TEXT.search(text)]
    best = max(readings, key=_likely_japanese, default="")
    if not best or _likely_japanese(best) < 0:
        raise ValueError("文字コードが UTF-8・Shift_JIS・EUC-JP のどれでもありません")
    return best


def _readings(raw: bytes, *encodings: str) -> list[str]:
    """``raw`` in each of the encodings that it is valid in."""
    readings = []
    for encoding in encodings:
        try:
            readings.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return readings


def _likely_japanese(text: str) -> float:
    """Share of ordinary Japanese letters; half-width kana speak for a wrong reading."""
    sample = text[:20_000]
    good = len(_JAPANESE.findall(sample)) - 2 * len(_HALF_KANA.findall(sample))
    return good / max(1, len(sample))


def read_bytes(path: Path) -> bytes:
    """Bytes of a regular file. A pipe, device or folder raises OSError instead of blocking."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)  # a folder would not be closed by fdopen
        raise OSError("通常のファイルではありません")
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > LARGEST_FILE:
            raise OSError(f"大きすぎます({status.st_size:,} バイト。上限 {LARGEST_FILE:,})")
        return file.read(LARGEST_FILE + 1)

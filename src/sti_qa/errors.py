"""Every error a user can cause or meet. A message says what was found, what was wanted, what to do.

StiQaError
├── UsageError        the question or an argument cannot be used
├── CorpusError       the documents' folder or one of its tables cannot be read
├── IndexMissing      there is no index yet
├── IndexDamaged      a file of the index is not what its manifest says
├── IndexMismatch     the index was made with another model, dictionary or setting
├── BuildRunning      another process is building this index
├── StoreError        the index folder cannot be written
├── ModelUnavailable  the embedding model cannot be loaded
└── GoldError         a gold question file is not in its format
"""

from pathlib import Path


class StiQaError(Exception):
    """Base class; ``str(error)`` is shown to the user as it is."""


class UsageError(StiQaError):
    """The question or an argument cannot be used."""


class CorpusError(StiQaError):
    """The documents' folder or one of its tables cannot be read."""


class IndexMissing(StiQaError):
    """There is no index at ``path``."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} に索引がありません。`sti-qa index --index {path}` で作成してください。")


class IndexDamaged(StiQaError):
    """A file of the index is not what its manifest says."""

    def __init__(self, path: Path, found: str, wanted: str) -> None:
        super().__init__(
            f"索引のファイル {path} が壊れています({found}。正しくは {wanted})。"
            "`sti-qa index` で作り直してください。"
        )


class IndexMismatch(StiQaError):
    """The index was made with another model, dictionary or setting."""

    def __init__(self, what: str, found: str, wanted: str) -> None:
        super().__init__(
            f"索引は別の{what}で作られています(索引: {found}、現在: {wanted})。"
            "`sti-qa index` で作り直してください。"
        )


class BuildRunning(StiQaError):
    """Another process is building this index."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} の索引は別のプロセスが作成中です。終わるのを待ってから、もう一度実行してください。"
        )


class StoreError(StiQaError):
    """The index folder cannot be written."""


class ModelUnavailable(StiQaError):
    """The embedding model ``name`` cannot be loaded."""

    def __init__(self, name: str, cause: str) -> None:
        super().__init__(
            f"埋め込みモデル {name} を読み込めません({cause})。"
            "フォルダのパスを確かめるか、--model を外して同梱のモデルを使ってください。"
        )


class GoldError(StiQaError):
    """A gold question file is not in its format."""

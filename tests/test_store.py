"""Faults of the index folder: damage is named, failed builds leave the old index serving."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from sti_qa.app import open_engine
from sti_qa.build import build_index
from sti_qa.config import Settings
from sti_qa.errors import BuildRunning, IndexDamaged, IndexMissing, StoreError
from sti_qa.manifest import FORMAT
from sti_qa.store import building, current_name, manifest_bytes, open_generation, read_manifest

QUESTION = "砕氷船みらいⅡはいつ就航しますか"
NEW_TEXT = "火星探査の構想\n着陸機は鹿児島県から打ち上げられる。\n"
DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "one byte": lambda data: data[:1],
    "a byte short": lambda data: data[:-1],
    "first bit": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "middle bit": lambda data: data[: len(data) // 2] + bytes([data[len(data) // 2] ^ 4]) + data[len(data) // 2 + 1 :],
    "last bit": lambda data: data[:-1] + bytes([data[-1] ^ 128]),
    "a byte more": lambda data: data + b"\n",
    "bytes appended": lambda data: data + b"\0" * 4096,
}  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, small_corpus: Callable[[Path], Path]) -> Settings:
    """The small documents with their index; not to be changed."""
    below = tmp_path_factory.mktemp("good")
    settings = Settings(corpus=small_corpus(below), index=below / "index")
    build_index(settings)
    return settings


@pytest.fixture
def copied(good: Settings, tmp_path: Path) -> Settings:
    """A copy of it to damage."""
    shutil.copytree(good.index, tmp_path / "index")
    shutil.copytree(good.corpus, tmp_path / "corpus")
    return Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")


def generation(settings: Settings) -> Path:
    return settings.index / current_name(settings.index)


def files(settings: Settings) -> list[Path]:
    """All files of the serving generation."""
    found = sorted(p for p in generation(settings).rglob("*") if p.is_file())
    assert len(found) >= 15
    return found


def said_when_opened(settings: Settings) -> str:
    """The message of IndexDamaged, or '' where the index is opened."""
    try:
        open_generation(settings.index)
    except IndexDamaged as error:
        return str(error)
    return ""


def state(index: Path) -> dict[str, bytes]:
    """All that an index folder holds but its lock."""
    found = (p for p in index.rglob("*") if p.is_file() and p.name != "build.lock")
    return {p.relative_to(index).as_posix(): p.read_bytes() for p in found}


@pytest.mark.parametrize("damage", DAMAGE)
def test_each_damaged_file_is_named(copied: Settings, damage: str) -> None:
    """A shortened, changed or lengthened file is refused by name, whichever it is."""
    unnoticed = []
    for path in files(copied):
        whole = path.read_bytes()
        path.write_bytes(DAMAGE[damage](whole))
        if str(path) not in said_when_opened(copied):
            unnoticed.append(path.name)
        path.write_bytes(whole)

    assert unnoticed == []
    assert said_when_opened(copied) == ""


def test_each_missing_file_is_named(copied: Settings) -> None:
    """A deleted file is refused by name, whichever it is."""
    unnoticed = []
    for path in files(copied):
        path.rename(path.with_suffix(".away"))
        message = said_when_opened(copied)
        if str(path) not in message or "ファイルがない" not in message:
            unnoticed.append(path.name)
        path.with_suffix(".away").rename(path)

    assert unnoticed == []


def test_swapped_files_are_noticed(copied: Settings) -> None:
    """Two files in each other's place are refused, and one of them is named."""
    unnoticed = []
    for a, b in combinations(files(copied), 2):
        in_a, in_b = a.read_bytes(), b.read_bytes()
        a.write_bytes(in_b)
        b.write_bytes(in_a)
        message = said_when_opened(copied)
        if in_a != in_b and str(a) not in message and str(b) not in message:
            unnoticed.append((a.name, b.name))
        a.write_bytes(in_a)
        b.write_bytes(in_b)

    assert unnoticed == []


def test_any_changed_bit_of_the_manifest_is_noticed(copied: Settings) -> None:
    """The manifest vouches for itself too: a flipped bit anywhere counts."""
    path = generation(copied) / "manifest.json"
    whole = path.read_bytes()
    unnoticed = []
    for i in range(0, len(whole), 5):
        path.write_bytes(whole[:i] + bytes([whole[i] ^ (1 << i % 8)]) + whole[i + 1 :])
        if str(path) not in said_when_opened(copied):
            unnoticed.append(i)

    assert unnoticed == []


@pytest.mark.parametrize("content", ["[]", "{}", "null", "[" * 100_000, '{"format": 1}', "\ufeff{}"])
def test_a_manifest_of_another_form_is_damage(copied: Settings, content: str) -> None:
    """Valid JSON that is no manifest is refused by name, not with a traceback."""
    path = generation(copied) / "manifest.json"
    path.write_text(content, encoding="utf-8")

    assert str(path) in said_when_opened(copied)


def test_a_newer_format_is_refused(copied: Settings) -> None:
    """An index of another format is refused with both numbers and the command that helps."""
    folder = generation(copied)
    newer = replace(read_manifest(folder), format=FORMAT + 1)
    (folder / "manifest.json").write_bytes(manifest_bytes(newer))

    message = said_when_opened(copied)

    assert f"形式 {FORMAT + 1}" in message
    assert f"形式 {FORMAT}" in message
    assert "sti-qa index" in message


@pytest.mark.parametrize(
    "pointer",
    [b"", b"\n", b"garbage", b"../corpus", b"gen-000001/../../corpus", b"/etc", b"gen-1", b"\xff\xfe\x00",
     b"gen-000001\ngen-000002", b"gen-00000\xef\xbc\x91"],
)  # fmt: skip
def test_a_pointer_that_is_no_name_is_damage(copied: Settings, pointer: bytes) -> None:
    """CURRENT must name a generation; nothing else is followed."""
    (copied.index / "CURRENT").write_bytes(pointer)

    with pytest.raises(IndexDamaged, match="CURRENT"):
        open_generation(copied.index)


def test_a_pointer_to_a_missing_generation_is_damage(copied: Settings) -> None:
    """CURRENT may name only a generation that is there."""
    (copied.index / "CURRENT").write_text("gen-000777\n")

    with pytest.raises(IndexDamaged, match=r"gen-000777.*ファイルがない"):
        open_generation(copied.index)


@pytest.mark.parametrize("pointer", [None, b"", b"../x", b"gen-000777\n"])
def test_a_damaged_index_is_made_anew(copied: Settings, pointer: bytes | None) -> None:
    """The command that the message names does help: after it the index answers again."""
    path = copied.index / "CURRENT"
    path.unlink() if pointer is None else path.write_bytes(pointer)

    report = build_index(copied)

    assert report.embedded == report.n_passages == 3
    assert open_engine(copied).ask(QUESTION).citations[0].doc_id == "北極.txt"


def test_no_index(tmp_path: Path) -> None:
    """A folder without an index is named together with the command that makes one."""
    with pytest.raises(IndexMissing, match=rf"sti-qa index --index {tmp_path}"):
        open_generation(tmp_path)


class Stopped(Exception):
    """Raised in the middle of a build."""


def stop_at(step: str) -> Callable[[str, float], None]:
    """A Progress that stops the build when ``step`` begins."""

    def progress(now: str, share: float) -> None:
        if now.startswith(step):
            raise Stopped(now)

    return progress


@pytest.mark.parametrize("step", ["資料を読み込み中", "資料を区切り中", "埋め込み中", "索引を書き込み中"])
def test_a_build_that_fails_leaves_the_old_index(copied: Settings, step: str) -> None:
    """Wherever a build stops, the old generation serves unchanged and nothing is left over."""
    before = state(copied.index)
    (copied.corpus / "火星.txt").write_text(NEW_TEXT, encoding="utf-8")

    with pytest.raises(Stopped):
        build_index(copied, stop_at(step))

    assert state(copied.index) == before
    assert sorted(p.name for p in copied.index.iterdir() if p.is_dir()) == ["gen-000001"]
    assert build_index(copied).added == ("火星.txt",)


def test_a_failure_after_the_switch_keeps_the_new_index(copied: Settings) -> None:
    """What stops a build after its switch must not take the serving generation away."""
    (copied.corpus / "火星.txt").write_text(NEW_TEXT, encoding="utf-8")

    with pytest.raises(Stopped):
        build_index(copied, stop_at("完了"))

    assert open_engine(copied).ask("着陸機はどこから打ち上げられますか").citations[0].doc_id == "火星.txt"


def test_the_generation_before_is_kept(copied: Settings) -> None:
    """A build keeps its predecessor, which a reader may still have open, and no older one."""
    for number in (1, 2):
        (copied.corpus / "火星.txt").write_text(NEW_TEXT * number, encoding="utf-8")
        build_index(copied)

    assert sorted(p.name for p in copied.index.iterdir() if p.is_dir()) == ["gen-000002", "gen-000003"]
    assert current_name(copied.index) == "gen-000003"


def test_the_index_path_is_a_file(copied: Settings, tmp_path: Path) -> None:
    """An index path that cannot be a folder is named in one line."""
    (tmp_path / "taken").write_text("x")

    with pytest.raises(StoreError, match="taken") as caught:
        build_index(replace(copied, index=tmp_path / "taken"))

    assert "\n" not in str(caught.value)


DISK_FULL = """
import io, json, resource, sys
from contextlib import redirect_stderr
from sti_qa.cli import main
from sti_qa.encode import load_encoder

load_encoder()
corpus, index, *limits = sys.argv[1:]
results = []
for limit in limits:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    said = io.StringIO()
    with redirect_stderr(said):
        code = main(["index", "--corpus", corpus, "--index", index])
    results.append([code, said.getvalue()])
print(json.dumps(results))
"""


def test_a_full_disk_leaves_the_old_index(
    copied: Settings, run_python: Callable[..., "subprocess.CompletedProcess[str]"]
) -> None:
    """A disk that is full at any of the files: exit code 2, one line, and the old index intact."""
    pytest.importorskip("resource", reason="file-size limits are a Unix matter")
    before = state(copied.index)
    limits = sorted({path.stat().st_size - 1 for path in files(copied)})
    (copied.corpus / "火星.txt").write_text(NEW_TEXT, encoding="utf-8")

    done = run_python(
        "-c", DISK_FULL, str(copied.corpus), str(copied.index), "0", *map(str, limits)
    )  # fmt: skip

    results = json.loads(done.stdout)
    assert [code for code, _ in results] == [2] * (len(limits) + 1)
    assert all(said.startswith("sti-qa: 索引を") and said.count("\n") == 1 for _, said in results)
    assert state(copied.index) == before
    assert sorted(p.name for p in copied.index.iterdir() if p.is_dir()) == ["gen-000001"]


HOLDER = """
import sys, time
from pathlib import Path
from sti_qa.store import building

with building(Path(sys.argv[1])) as folder:
    (folder / "half.jsonl").write_text("half")
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(copied: Settings) -> Iterator["subprocess.Popen[str]"]:
    """Another process in the middle of a build of the same index."""
    command = [sys.executable, "-c", HOLDER, str(copied.index)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_builder_is_told(copied: Settings, holder: "subprocess.Popen[str]") -> None:
    """While another process builds, a build ends at once and questions are still answered."""
    with pytest.raises(BuildRunning, match="別のプロセスが作成中"):
        build_index(copied)

    assert open_engine(copied).ask(QUESTION).generation == "gen-000001"
    assert holder.poll() is None


def test_a_killed_builder_blocks_nobody(copied: Settings, holder: "subprocess.Popen[str]") -> None:
    """After kill -9 of a build the next one runs, and the half-made generation goes."""
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    (copied.corpus / "火星.txt").write_text(NEW_TEXT, encoding="utf-8")

    report = build_index(copied)

    assert report.generation == "gen-000003"
    assert sorted(p.name for p in copied.index.iterdir() if p.is_dir()) == ["gen-000001", "gen-000003"]


def test_a_first_build_that_was_killed(small_corpus: Callable[[Path], Path], tmp_path: Path) -> None:
    """What a killed first build left is no index, and the next build makes one."""
    settings = Settings(corpus=small_corpus(tmp_path), index=tmp_path / "index")
    (settings.index / "gen-000001").mkdir(parents=True)

    with pytest.raises(IndexMissing):
        open_engine(settings)

    assert build_index(settings).generation == "gen-000002"
    assert [p.name for p in settings.index.iterdir() if p.is_dir()] == ["gen-000002"]


def test_building_frees_the_lock_when_it_fails(tmp_path: Path) -> None:
    """A build that failed does not block the next one in the same process."""
    with pytest.raises(Stopped), building(tmp_path):
        raise Stopped

    with building(tmp_path) as folder:
        assert folder.is_dir()

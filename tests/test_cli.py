"""The command line as other programs see it: exit codes, one-line errors, JSON, order."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sti_qa.app import Engine
from sti_qa.cli import main
from sti_qa.config import Settings

Run = Callable[..., "subprocess.CompletedProcess[str]"]
COMMANDS = ("index", "search", "ask", "serve", "eval", "doctor")

# What src/sti_qa/contract.py promises.
SEARCH_KEYS = ["id", "question", "passages", "generation", "timings_ms"]
ASK_KEYS = [
    "id", "question", "answer", "abstained", "confidence", "citations", "passages", "generation", "timings_ms",
]  # fmt: skip
PASSAGE_KEYS = [
    "rank", "score", "doc", "title", "fiscal_year", "page", "heading", "start", "end", "text", "why",
]  # fmt: skip
CITATION_KEYS = [
    "number", "title", "publisher", "published", "fiscal_year", "page", "heading", "start", "end", "quote",
    "doc", "source",
]  # fmt: skip

BUDGET = "SATREPSの令和4年度予算額は？"
BATCH: list[dict[str, Any]] = [
    {"id": "b", "question": BUDGET},
    {"id": 7, "question": "では令和5年度は？", "history": [{"role": "user", "content": BUDGET}]},
    {"question": "国際頭脳循環の課題は何か"},
    {"id": "a", "question": "   "},
    {"id": "\ud800", "question": "\ud800"},
    {"id": "long", "question": "あ" * 2_001},
    {"id": "old", "question": "では？", "history": [{"role": "user", "content": "では？"}] * 3_000},
    {"id": "c", "question": "今日の東京の天気は\x00\x1b[31m？"},
]


def in_lines(rows: list[dict[str, Any]]) -> str:
    return "\ufeff" + "\r\n\n".join(json.dumps(row) for row in rows)


@pytest.fixture(scope="module")
def batch(corpus: Path, index_dir: Path, run_python: Run) -> "subprocess.CompletedProcess[str]":
    """The batch asked through standard input."""
    folders = ["--corpus", str(corpus), "--index", str(index_dir)]
    return run_python("-m", "sti_qa.cli", "ask", "--batch", "-", *folders, stdin=in_lines(BATCH))


@pytest.fixture(scope="module")
def answers(batch: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    """The batch's output, line by line."""
    return [json.loads(line) for line in batch.stdout.splitlines()]


def refused(done: "subprocess.CompletedProcess[str]") -> str:
    """The message of a command that must have ended with code 2 and one line."""
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("sti-qa: ")
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_the_command_line_starts_light(run_python: Run) -> None:
    """Importing it loads none of the libraries that take seconds."""
    done = run_python("-c", "import sys, sti_qa.cli; print(*sys.modules)")

    heavy = {"torch", "faiss", "gradio", "sentence_transformers", "transformers", "bm25s", "fastapi"}
    assert heavy & set(done.stdout.split()) == set()


def test_errors_do_not_wait_for_the_model(run_python: Run) -> None:
    """The engine can be imported, and find that there is no index, without torch."""
    script = (
        "import sys; from sti_qa.cli import main; "
        "code = main(['ask', '予算', '--index', '/nowhere']); print(code, 'torch' in sys.modules)"
    )
    assert run_python("-c", script).stdout == "2 False\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(run_python: Run, command: str) -> None:
    """--help works everywhere, in Japanese, even where the terminal knows only ASCII."""
    done = run_python("-m", "sti_qa.cli", *command.split(), "--help", env={"PYTHONIOENCODING": "ascii"})

    assert (done.returncode, done.stderr) == (0, "")
    assert f"usage: sti-qa {command}".strip() in done.stdout
    assert ("既定" in done.stdout) if command else all(name in done.stdout for name in COMMANDS)


MISTAKES = {
    "empty": (["ask", ""], "質問が空です"),
    "blanks": (["search", " 　\t"], "質問が空です"),
    "long": (["ask", "a" * 100_000], "100,000 文字"),
    "control": (["ask", "\x01\x02\x1b\x7f"], "質問が空です"),
    "surrogate": (["ask", "\udcff\udcfe"], "質問が空です"),
    "ligatures": (["ask", "\ufdfa" * 2_000], "合字"),
    "k": (["search", "予算", "-k", "0"], "-k は 1 以上"),
    "both": (["ask", "予算", "--batch", "x.jsonl"], "どちらか一方"),
    "neither": (["ask"], "どちらか一方"),
    "no batch file": (["ask", "--batch", "/nowhere.jsonl"], "/nowhere.jsonl"),
    "no index": (["ask", "予算", "--index", "/nowhere"], "sti-qa index --index /nowhere"),
    "port": (["serve", "--port", "0"], "--port"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_told_in_one_line(run_python: Run, name: str) -> None:
    """A mistake ends with code 2 and one line that says what is wrong; never with a traceback."""
    args, said = MISTAKES[name]

    assert said in refused(run_python("-m", "sti_qa.cli", *args))


@pytest.mark.parametrize(
    "line",
    ["not json", "[]", "7", '{"question": 7}', '{"q": "x"}', '{"question": "x", "id": [1]}', "[" * 100_000,
     '{"question": "x", "history": ["y"]}', '{"question": "x", "history": [{"role": "user", "content": null}]}',
     '{"question": "x", "history": [{"role": "system", "content": "y"}]}', '{"question": "x", "history": 1}'],
    ids=range(11),
)  # fmt: skip
def test_a_bad_batch_line_is_told_by_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """A batch with a line of another form is refused before anything is asked."""
    path = tmp_path / "batch.jsonl"
    path.write_text(f'{{"question": "予算"}}\n\n{line}\n', encoding="utf-8")

    code = main(["ask", "--batch", str(path)])

    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert f"{path} の 3 行目" in said.err
    assert said.err.count("\n") == 1


def test_a_bad_batch_line_on_standard_input(run_python: Run) -> None:
    """Bytes that are not UTF-8 on standard input are told as such."""
    command = [sys.executable, "-m", "sti_qa.cli", "ask", "--batch", "-"]
    done = subprocess.run(command, input=b'{"question": "\x83\x65"}', capture_output=True, check=False)

    assert (done.returncode, done.stdout) == (2, b"")
    assert "UTF-8 の JSONL として読めません" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1


def test_a_damaged_index_is_told(run_python: Run, index_dir: Path, tmp_path: Path) -> None:
    """A damaged file of the index is named, with the command that makes it anew."""
    shutil.copytree(index_dir, tmp_path / "index")
    (tmp_path / "index" / "gen-000001" / "passages.jsonl").write_text("{}\n")

    message = refused(run_python("-m", "sti_qa.cli", "ask", "予算", "--index", str(tmp_path / "index")))

    assert "gen-000001/passages.jsonl" in message
    assert "sti-qa index" in message


def test_an_unknown_model_is_told(run_python: Run, index_dir: Path) -> None:
    """A model path that is not there is named."""
    args = ["ask", "予算", "--index", str(index_dir), "--model", "/nowhere/model"]

    assert "/nowhere/model" in refused(run_python("-m", "sti_qa.cli", *args))


def test_batch_keeps_order_and_ids(
    batch: "subprocess.CompletedProcess[str]", answers: list[dict[str, Any]]
) -> None:
    """One line a question, in the order asked, with the id that was given."""
    assert [row["id"] for row in answers] == [row.get("id") for row in BATCH]
    assert batch.stderr == ""


def test_batch_gives_errors_their_place(
    batch: "subprocess.CompletedProcess[str]", answers: list[dict[str, Any]]
) -> None:
    """A question that cannot be used gets an error object, the others their answers; the code is 2."""
    failed = {row["id"]: row for row in answers if "error" in row}

    assert list(failed) == ["a", "\ud800", "long"]
    assert all(list(row) == ["id", "question", "error"] for row in failed.values())
    assert "2,001 文字" in failed["long"]["error"]
    assert batch.returncode == 2


def test_batch_honours_history(answers: list[dict[str, Any]], engine: Engine) -> None:
    """A follow-up is answered in the light of its history, as the engine does."""
    first, second = answers[0], answers[1]

    assert "1,826百万円" in first["answer"]
    assert second["citations"][0]["fiscal_year"] == 2023
    assert second["answer"] != engine.ask("では令和5年度は？").text


def test_control_characters_do_not_come_back(answers: list[dict[str, Any]]) -> None:
    """What is echoed of a question has no control characters."""
    assert answers[-1]["question"] == "今日の東京の天気は[31m？"


def test_json_of_ask_is_as_promised(answers: list[dict[str, Any]], corpus: Path) -> None:
    """ask --batch has the promised fields, and every quote and text is a slice of its file."""
    for row in (row for row in answers if "error" not in row):
        assert list(row) == ASK_KEYS
        assert all(list(citation) == CITATION_KEYS for citation in row["citations"])
        assert all(list(passage) == PASSAGE_KEYS for passage in row["passages"])
        for piece in [*row["citations"], *row["passages"]]:
            assert verbatim(piece, corpus)
    assert len(answers[0]["citations"]) >= 1


def test_json_of_search_is_as_promised(
    engine: Engine, corpus: Path, index_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """search --json gives the promised fields and the ranking that the engine gives."""
    code = main(["search", BUDGET, "-k", "3", "--json", "--corpus", str(corpus), "--index", str(index_dir)])

    row = json.loads(capsys.readouterr().out)
    assert code == 0
    assert list(row) == SEARCH_KEYS
    assert (row["id"], row["question"], row["generation"]) == (None, BUDGET, "gen-000001")
    assert set(row["timings_ms"]) == {"search", "total"}
    assert [list(passage) for passage in row["passages"]] == [PASSAGE_KEYS] * 3
    assert all(verbatim(passage, corpus) for passage in row["passages"])
    ranking = engine.search(BUDGET, 3).ranking
    assert [(p["doc"], p["start"], p["score"]) for p in row["passages"]] == [
        (hit.passage.doc_id, hit.passage.start, hit.score) for hit in ranking
    ]


def verbatim(piece: dict[str, Any], corpus: Path) -> bool:
    """Whether a citation or passage is the slice of its file that it claims to be."""
    with open(corpus / piece["doc"], encoding="utf-8", newline="") as file:
        return bool(file.read()[piece["start"] : piece["end"]] == piece.get("quote", piece.get("text")))


def test_a_reader_that_has_gone_is_no_error() -> None:
    """Output into a closed pipe (head, less) ends quietly with code 0."""
    command = [sys.executable, "-m", "sti_qa.cli", "doctor", "--index", "/nowhere"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()  # long before there is anything to read
        said = child.stderr.read()

    assert (child.returncode, said) == (0, b"")


def test_text_of_index(small: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """index tells what was added and what failed, and on a second run that nothing changed."""
    (small.corpus / "火星.txt").write_text("着陸機は種子島から打ち上げられる。", encoding="utf-8")
    (small.corpus / "空.txt").touch()
    folders = ["--corpus", str(small.corpus), "--index", str(small.index)]

    codes = [main(["index", *folders]), main(["index", *folders])]

    out = capsys.readouterr().out.splitlines()
    assert codes == [0, 0]
    assert out[0].startswith("索引 gen-000002 を作成しました")
    assert out[1:5] == [
        "資料 4 件、文章 4 件(新たに埋め込み 1、再利用 3)",
        "追加: 火星.txt",
        "失敗: 空.txt: 文字がありません",
        "変更はありません。索引 gen-000002 をそのまま使います。",
    ]


def test_text_of_search_and_ask(small: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """search and ask name document, page and span; ask shows the quote under its mark."""
    folders = ["--corpus", str(small.corpus), "--index", str(small.index)]

    main(["search", "砕氷船の就航", "-k", "1", *folders])
    found = capsys.readouterr().out.splitlines()
    main(["ask", "砕氷船みらいⅡはいつ就航しますか", *folders])
    said = capsys.readouterr().out.splitlines()

    assert found[0].startswith("1. 北極の資料 2024年度 p.1 (北極.txt ")
    assert len(found) == 3
    assert said[0].endswith("[1]")
    assert said[2].startswith("[1] 「北極の資料」p.1 (北極.txt ")
    assert "令和8年に就航する" in said[3]


def test_doctor(small: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """doctor is content with a fresh index and names a document that it does not hold yet."""
    folders = ["--corpus", str(small.corpus), "--index", str(small.index)]
    healthy = main(["doctor", *folders])
    well = capsys.readouterr().out
    (small.corpus / "火星.txt").write_text("着陸機は種子島から打ち上げられる。", encoding="utf-8")

    unhealthy = main(["doctor", *folders])

    assert (healthy, unhealthy) == (0, 2)
    assert "NG" not in well
    assert "未反映: 火星.txt" in capsys.readouterr().out


def test_folders_from_the_environment(
    small: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders that are not given are those of the environment."""
    monkeypatch.setenv("STI_QA_CORPUS", os.fspath(small.corpus))
    monkeypatch.setenv("STI_QA_INDEX", os.fspath(small.index))

    assert main(["ask", "量子コンピュータの利用料は", "--json"]) == 0
    assert "五万円" in json.loads(capsys.readouterr().out)["answer"]

"""The command line: arguments in, text or JSON out. Heavy imports stay inside the commands."""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sti_qa.config import Settings, settings_from
from sti_qa.errors import StiQaError, UsageError

if TYPE_CHECKING:
    from sti_qa.app import Engine
    from sti_qa.batch import BatchQuestion
    from sti_qa.types import Answer, Turn

USER_MISTAKE = 2
"""Exit code for what the user can mend."""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # JSON is UTF-8 everywhere; a lone surrogate of a question becomes its JSON escape.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    args = _parser().parse_args(argv)
    try:
        code: int = args.run(args)
        print(end="", flush=True)  # here and not at exit, so that a closed pipe is met below
    except StiQaError as error:
        print(f"sti-qa: {error}", file=sys.stderr)
        return USER_MISTAKE
    except KeyboardInterrupt:
        print("sti-qa: 中断しました。これまでの索引はそのままです。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader (head, less) has gone; Python must not complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sti-qa", description="日本語の政策資料に、出典つきで答える質問応答ツール"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_index(commands)
    _add_question(commands, "search", _search, "質問に関係する箇所を探す")
    _add_question(commands, "ask", _ask, "質問に出典つきで答える")
    _add_serve(commands)
    _add_eval(commands)
    doctor = commands.add_parser("doctor", help="版・辞書・モデル・索引・資料の状態を調べる")
    _add_folders(doctor)
    doctor.set_defaults(run=_doctor)
    return parser


def _add_folders(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", metavar="DIR", help="資料フォルダ (既定: corpus)")
    parser.add_argument("--index", metavar="DIR", help="索引フォルダ (既定: index)")
    parser.add_argument(
        "--model", metavar="M", help="埋め込みモデルのフォルダかハブ上の名前 (既定: 同梱モデル)"
    )


def _add_no_faq(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-faq", action="store_true", help="想定問答を使わない")


def _add_index(commands: Any) -> None:
    parser = commands.add_parser("index", help="資料から索引を作る・更新する")
    _add_folders(parser)
    parser.add_argument("--json", action="store_true", help="結果を JSON で出力する")
    parser.set_defaults(run=_index)


def _add_question(commands: Any, name: str, run: Callable[[argparse.Namespace], int], text: str) -> None:
    parser = commands.add_parser(name, help=text)
    parser.add_argument("question", nargs="?", metavar="QUESTION", help="質問")
    parser.add_argument("-k", type=int, default=10, help="返す箇所の数 (既定: 10)")
    parser.add_argument("--json", action="store_true", help="JSON で出力する")
    parser.add_argument(
        "--batch", metavar="FILE", help="JSONL の質問をまとめて処理し、JSONL で出力する (- は標準入力)"
    )
    _add_no_faq(parser)
    _add_folders(parser)
    parser.set_defaults(run=run)


def _add_serve(commands: Any) -> None:
    parser = commands.add_parser("serve", help="ブラウザで使うチャットを開く")
    parser.add_argument("--host", default="127.0.0.1", help="待ち受けるアドレス (既定: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=7860, help="ポート番号 (既定: 7860)")
    _add_folders(parser)
    parser.set_defaults(run=_serve)


def _add_eval(commands: Any) -> None:
    parser = commands.add_parser("eval", help="評価用の質問集で検索と回答を採点する")
    parser.add_argument(
        "--gold", default="dev", metavar="FILE|dev|test", help="質問集 (既定: evals/gold の dev)"
    )
    parser.add_argument(
        "--system", default="sti-qa", metavar="NAME", help="方式。all ですべて (既定: sti-qa)"
    )
    parser.add_argument("--outside", metavar="DIR", help="外部の評価データで検索を測る")
    parser.add_argument("--compare", nargs=2, metavar=("A", "B"), help="保存した評価 2 つを比べる")
    parser.add_argument("--gate", action="store_true", help="evals/gate.toml の条件を破ったら失敗する")
    parser.add_argument("--check", action="store_true", help="質問集を検査し、語の重なりを表示する")
    parser.add_argument("--report", action="store_true", help="evals/report.html を書く")
    parser.add_argument("--json", action="store_true", help="JSON で出力する")
    _add_no_faq(parser)
    _add_folders(parser)
    parser.set_defaults(run=_eval)


def _settings(args: argparse.Namespace) -> Settings:
    return settings_from(args.corpus, args.index, args.model, faq=not getattr(args, "no_faq", False))


def _index(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from sti_qa.build import build_index, silent
    from sti_qa.console import progress_bar, report_text

    report = build_index(_settings(args), progress_bar() if sys.stderr.isatty() else silent)
    if args.json:
        fields = asdict(report) | {"failed": [f._asdict() for f in report.failed]}
        print(json.dumps(fields, ensure_ascii=False))
    else:
        print(report_text(report))
    return 0


def _search(args: argparse.Namespace) -> int:
    from sti_qa.console import search_text
    from sti_qa.contract import search_json

    def run(engine: "Engine", question: str, history: "Sequence[Turn]") -> "Answer":
        return engine.search(question, args.k, history)

    return _questions(args, run, search_json, search_text)


def _ask(args: argparse.Namespace) -> int:
    from sti_qa.console import answer_text
    from sti_qa.contract import answer_json

    def run(engine: "Engine", question: str, history: "Sequence[Turn]") -> "Answer":
        return engine.ask(question, args.k, history)

    return _questions(args, run, answer_json, answer_text)


def _questions(
    args: argparse.Namespace,
    run: "Callable[[Engine, str, Sequence[Turn]], Answer]",
    as_json: "Callable[[Answer, str | int | None], dict[str, Any]]",
    as_text: "Callable[[Answer], str]",
) -> int:
    """One question or a batch, through the same ``run``."""
    if (args.question is None) == (args.batch is None):
        raise UsageError("質問か --batch FILE のどちらか一方を指定してください。")
    if args.k < 1:
        raise UsageError(f"-k は 1 以上にしてください({args.k} が指定されました)。")
    rows: list[BatchQuestion] = []
    if args.batch is None:
        from sti_qa.query import checked

        checked(args.question)
    else:
        from sti_qa.batch import read_batch

        rows = read_batch(args.batch)
    from sti_qa.app import open_engine

    engine = open_engine(_settings(args))
    if args.batch is not None:
        return _print_batch(engine, rows, run, as_json)
    answer = run(engine, args.question, [])
    print(json.dumps(as_json(answer, None), ensure_ascii=False) if args.json else as_text(answer))
    return 0


def _print_batch(
    engine: "Engine", rows: "list[BatchQuestion]",
    run: "Callable[[Engine, str, Sequence[Turn]], Answer]",
    as_json: "Callable[[Answer, str | int | None], dict[str, Any]]",
) -> int:  # fmt: skip
    """Answers in the order of the questions; a bad question gets an ``error`` in its place."""
    failed = False
    for row in rows:
        try:
            fields = as_json(run(engine, row.question, row.history), row.id)
        except UsageError as error:
            failed = True
            fields = {"id": row.id, "question": row.question, "error": str(error)}
        print(json.dumps(fields, ensure_ascii=False))
    return USER_MISTAKE if failed else 0


def _serve(args: argparse.Namespace) -> int:
    if not 1 <= args.port <= 65535:
        raise UsageError(f"--port は 1 から 65535 までです({args.port} が指定されました)。")
    from sti_qa.serve import serve

    serve(_settings(args), args.host, args.port)
    return 0


def _eval(args: argparse.Namespace) -> int:
    from sti_qa.evaluation.command import EvalOptions, run_compare, run_eval, run_outside

    if args.outside:
        return run_outside(_settings(args), args.outside)
    if args.compare:
        return run_compare(*args.compare)
    options = EvalOptions(
        gold=args.gold,
        system=args.system,
        as_json=args.json,
        gate=args.gate,
        check=args.check,
        report=args.report,
    )
    return run_eval(_settings(args), options)


def _doctor(args: argparse.Namespace) -> int:
    from sti_qa.doctor import examine

    healthy, text = examine(_settings(args))
    print(text)
    return 0 if healthy else USER_MISTAKE


if __name__ == "__main__":
    raise SystemExit(main())

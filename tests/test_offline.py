"""Everything works without a network, and none is tried."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

WITHOUT_NETWORK = """
import json, socket, sys

tried = []


def refused(*args, **kwargs):
    tried.append(repr(args))
    raise OSError("no network")


socket.socket.connect = socket.socket.connect_ex = refused
socket.create_connection = socket.getaddrinfo = refused

from sti_qa.cli import main

corpus, index = sys.argv[1:]
folders = ["--corpus", corpus, "--index", index]
codes = [
    main(["index", "--json", *folders]),
    main(["search", "観測の拠点", "--json", *folders]),
    main(["ask", "砕氷船みらいⅡはいつ就航しますか", "--json", *folders]),
    main(["doctor", *folders]),
]
print(json.dumps({"codes": codes, "tried": tried}))
"""


def test_index_and_questions_need_no_network(small_corpus: Callable[[Path], Path], tmp_path: Path) -> None:
    """From documents to a cited answer nothing is looked up, even with an empty model cache."""
    corpus = small_corpus(tmp_path)
    online = {k: v for k, v in os.environ.items() if k not in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_NETWORK, str(corpus), str(tmp_path / "index")],
        capture_output=True, encoding="utf-8", timeout=120, env=online | {"HF_HOME": str(tmp_path / "hub")},
    )  # fmt: skip

    assert (done.stderr, done.returncode) == ("", 0)
    report, search, answer, *examined, end = done.stdout.splitlines()
    assert json.loads(end) == {"codes": [0, 0, 0, 0], "tried": []}
    assert json.loads(report)["n_documents"] == 3
    assert json.loads(search)["passages"][0]["doc"] == "北極.txt"
    assert "令和8年" in json.loads(answer)["citations"][0]["quote"]
    assert [line[:4] for line in examined[-3:]] == ["OK  "] * 3

"""The chat in a real Chromium: asked, answered, cited, highlighted; nothing leaves the machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium found: browser tests left out"),
]


@pytest.fixture(scope="module")
def address(corpus: Path, index_dir: Path) -> Iterator[str]:
    """A served assistant; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sti_qa.cli", "serve", "--port", str(port)]
    server = subprocess.Popen([*command, "--corpus", str(corpus), "--index", str(index_dir)])
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(url, server)
        yield url
    finally:
        server.terminate()
        assert server.wait(timeout=20) in (0, -15, 143)


def _wait_until_ready(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(240):
        assert server.poll() is None, "the server stopped"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2) as response:
                assert response.status == 200
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not become ready")


@pytest.fixture
def page(address: str) -> Iterator["object"]:
    """A page that has opened the chat; fails on console errors and outside requests."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            locale="ja-JP", timezone_id="Asia/Tokyo", viewport={"width": 1280, "height": 900}
        )
        opened = context.new_page()
        errors: list[str] = []
        outside: list[str] = []
        opened.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        opened.on("request", lambda r: outside.append(r.url) if _is_outside(r.url) else None)
        opened.goto(address)
        opened.locator("#question textarea").wait_for(timeout=30_000)
        yield opened
        assert (errors, outside) == ([], [])
        browser.close()


def _is_outside(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:"))


def _ask(page: "object", question: str) -> None:
    box = page.locator("#question textarea")  # type: ignore[attr-defined]
    box.fill(question)
    box.press("Enter")


def test_answer_citation_and_highlight(page: "object") -> None:
    """A question gets its cited answer and the quote is highlighted beside it."""
    from playwright.sync_api import expect

    _ask(page, "SATREPSの令和4年度予算額は？")

    expect(page.locator("#answers")).to_contain_text(
        "1,826百万円（令和4年度予算額（案））[1]", timeout=20_000
    )
    expect(page.locator("#sources mark")).to_contain_text("1,826百万円")
    expect(page.locator("#sources .year")).to_have_text("令和4年度")
    assert page.locator("#sources mark").first.is_visible()


def test_follow_up_question(page: "object") -> None:
    """The conversation before a follow-up question is used."""
    from playwright.sync_api import expect

    _ask(page, "SATREPSの令和4年度予算額は？")
    expect(page.locator("#answers")).to_contain_text("1,826百万円", timeout=20_000)
    _ask(page, "では令和5年度は？")

    expect(page.locator("#answers")).to_contain_text("1,878百万円（令和5年度予算額）[1]", timeout=20_000)


def test_example_question_is_one_click(page: "object") -> None:
    """An example on the empty page is asked by a click."""
    from playwright.sync_api import expect

    page.get_by_text("若手研究者海外挑戦プログラムの渡航期間は？").first.click()

    expect(page.locator("#answers")).to_contain_text("3か月～1年程度", timeout=20_000)


def test_markup_in_a_question_is_not_executed(page: "object") -> None:
    """HTML and script in a question stay text."""
    from playwright.sync_api import expect

    _ask(page, '<svg onload="window.__x=1"></svg><script>window.__x=1</script>SATREPSの令和4年度予算額は？')

    expect(page.locator("#answers")).to_contain_text("1,826百万円", timeout=20_000)
    assert page.evaluate("window.__x") is None


def test_page_is_japanese_and_fits_a_phone(page: "object") -> None:
    """Buttons speak Japanese and a phone-sized window needs no sideways scrolling."""
    assert page.get_by_role("button", name="質問する").count() == 1

    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(300)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    folder = os.environ.get("STI_QA_SCREENSHOTS")
    if folder:
        page.screenshot(path=f"{folder}/phone.png", full_page=True)

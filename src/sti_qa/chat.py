"""The chat page: questions in, streamed cited answers out. The only module that imports gradio."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Read by gradio when it is imported: no usage reports, no requests to other machines.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from fastapi import FastAPI

from sti_qa.app import Engine
from sti_qa.config import LONGEST_QUESTION
from sti_qa.errors import StiQaError
from sti_qa.panel import EMPTY, sources_html
from sti_qa.types import Turn

EXAMPLES = [
    "SATREPSの令和4年度予算額は？",
    "若手研究者海外挑戦プログラムの渡航期間は？",
    "WPI COREとは何ですか？",
    "海外特別研究員事業の予算の推移は？",
]
_CSS = Path(__file__).parent / "assets" / "chat.css"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$&])")
_FONT = ["system-ui", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", "Meiryo", "sans-serif"]

EngineSource = Callable[[], Engine]
"""Gives the engine to ask; a newer one once a new generation serves."""


def mount_chat(app: FastAPI, engine: EngineSource) -> FastAPI:
    """``app`` with the chat page at /."""
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        chat_page(engine),
        path="/",
        show_error=False,
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        footer_links=[],
        theme=gr.themes.Soft(font=_FONT, font_mono=["ui-monospace", "monospace"]),
        css=_CSS.read_text(encoding="utf-8"),
    )
    return mounted


def chat_page(engine: EngineSource) -> gr.Blocks:
    """The page as Gradio Blocks."""
    page: gr.Blocks
    with gr.Blocks(title="STI政策資料 質問応答", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        gr.HTML(
            "<h1>STI政策資料 質問応答</h1><p>資料の記載だけを根拠に、出典つきで答えます。</p>",
            elem_classes="app-title",
        )
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                panel = gr.HTML(EMPTY, label="根拠", elem_id="sources", render=False)
                gr.ChatInterface(
                    fn=_responder(engine),
                    chatbot=_chatbot(),
                    textbox=gr.Textbox(
                        placeholder="例: 国際青少年サイエンス交流事業の令和4年度予算額は？",
                        label="質問",
                        elem_id="question",
                        max_length=LONGEST_QUESTION,
                        show_label=False,
                        container=False,
                        submit_btn="質問する",
                        stop_btn="停止",
                    ),
                    additional_outputs=[panel],
                    examples=EXAMPLES,
                    analytics_enabled=False,
                    api_visibility="private",
                    concurrency_limit=4,
                )
            with gr.Column(scale=2, min_width=320):
                gr.HTML("<h2>根拠</h2>")
                panel.render()
    page.queue(api_open=False, max_size=64, default_concurrency_limit=4)
    return page


def _chatbot() -> gr.Chatbot:
    return gr.Chatbot(
        label="回答",
        elem_id="answers",
        height=560,
        latex_delimiters=[],
        allow_tags=False,
        buttons=["copy"],
        placeholder="資料について質問してください。年度や事業名を入れると、より正確に答えられます。",
    )


def _responder(engine: EngineSource) -> Callable[..., Iterator[tuple[str, Any]]]:
    def respond(message: str, history: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
        try:
            current = engine()
            answer = current.ask(message, history=turns(history))
        except StiQaError as error:
            yield as_markdown(str(error)), EMPTY
            return
        texts = {doc_id: d.text for doc_id, d in current.library.documents.items()}
        html = sources_html(answer, texts)
        lines = answer.text.split("\n")
        for shown in range(1, len(lines) + 1):
            yield as_markdown("\n".join(lines[:shown])), html

    return respond


def turns(history: list[dict[str, Any]]) -> list[Turn]:
    """Gradio's messages (content: text or a list of blocks) as Turns."""
    found = []
    for message in history:
        content = message.get("content")
        blocks = content if isinstance(content, list) else [{"text": content}]
        text = "".join(str(block.get("text") or "") for block in blocks if isinstance(block, dict))
        found.append(Turn("user" if message.get("role") == "user" else "assistant", text))
    return found


def as_markdown(text: str) -> str:
    """``text`` so that Markdown shows it as it is, one paragraph a line."""
    return _MARKDOWN.sub(r"\\\1", text).replace("\n", "\n\n")

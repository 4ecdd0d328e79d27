"""The web server: chat page, JSON routes and health checks on one port."""

import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sti_qa.app import Engine, build_index, open_engine, stale_sources
from sti_qa.chat import mount_chat
from sti_qa.config import LONGEST_QUESTION, Settings
from sti_qa.contract import answer_json, search_json
from sti_qa.errors import IndexDamaged, IndexMismatch, IndexMissing, StiQaError
from sti_qa.manifest import read_manifest
from sti_qa.store import current_name
from sti_qa.types import Turn

_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self' ws: wss:; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


class QuestionBody(BaseModel):
    """What /api/ask and /api/search take."""

    question: Annotated[str, Field(max_length=LONGEST_QUESTION)]
    k: Annotated[int, Field(ge=1, le=100)] = 10
    history: Annotated[list["TurnBody"], Field(max_length=50)] = []


class TurnBody(BaseModel):
    """One earlier message."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=20_000)]


class Serving:
    """The engine in use.

    A new generation is opened beside it and swapped in whole; one that cannot be opened is
    refused and the old keeps serving.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = open_engine(settings)
        self._lock = threading.Lock()
        self._refused = ""

    def engine(self) -> Engine:
        """The newest engine that could be opened."""
        try:
            name = current_name(self._settings.index)
        except StiQaError:
            return self._engine
        if name not in (self._engine.generation, self._refused):
            with self._lock:
                if name not in (self._engine.generation, self._refused):
                    self._swap(name)
        return self._engine

    def _swap(self, name: str) -> None:
        try:
            self._engine = open_engine(self._settings)
            self._refused = ""
        except StiQaError:
            self._refused = name

    def state(self) -> dict[str, Any]:
        """What /readyz reports."""
        engine = self.engine()
        return {
            "ready": not self._refused,
            "generation": engine.generation,
            "refused": self._refused,
            "stale": list(stale_sources(self._settings, engine.manifest)),
        }


def serve(settings: Settings, host: str, port: int) -> None:
    """Bring the index up to date and serve until interrupted."""
    bring_up_to_date(settings)
    app = create_app(Serving(settings))
    shown = "127.0.0.1" if host == "0.0.0.0" else host
    _say(f"チャットを開きました: http://{shown}:{port} (終了は Ctrl+C)")
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=5)


def bring_up_to_date(settings: Settings) -> None:
    """Build the index where it is missing, damaged, of another make or behind the corpus."""
    try:
        manifest = read_manifest(settings.index / current_name(settings.index))
        stale = stale_sources(settings, manifest) or not _opens(settings)
    except (IndexMissing, IndexDamaged):
        stale = True
    if stale:
        _say("資料から索引を作成しています…")
        report = build_index(settings)
        _say(f"索引 {report.generation}: 資料 {report.n_documents} 件、文章 {report.n_passages} 件")
        for failure in report.failed:
            _say(f"読めなかった資料: {failure.file}: {failure.reason}")


def _opens(settings: Settings) -> bool:
    try:
        open_engine(settings)
    except (IndexDamaged, IndexMismatch):
        return False
    return True


def _say(message: str) -> None:
    import sys

    sys.stderr.write(message + "\n")


def create_app(serving: Serving) -> FastAPI:
    """The whole web application."""
    app = FastAPI(title="sti-qa", docs_url=None, redoc_url=None)
    # With a CORS middleware of our own, Gradio adds none: no other origin may read answers.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(HeadersMiddleware)
    _add_routes(app, serving)
    return mount_chat(app, serving.engine)


def _add_routes(app: FastAPI, serving: Serving) -> None:
    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        state = serving.state()
        return JSONResponse(state, status_code=200 if state["ready"] else 503)

    @app.post("/api/ask")
    def ask(body: QuestionBody) -> dict[str, Any]:
        return answer_json(serving.engine().ask(body.question, body.k, _turns(body)))

    @app.post("/api/search")
    def search(body: QuestionBody) -> dict[str, Any]:
        return search_json(serving.engine().search(body.question, body.k, _turns(body)))

    @app.exception_handler(StiQaError)
    def refuse(request: Request, error: StiQaError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_code=422)


def _turns(body: QuestionBody) -> list[Turn]:
    return [Turn(turn.role, turn.content) for turn in body.history]


Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class HeadersMiddleware:
    """Adds the security headers to every response; streams pass through untouched."""

    def __init__(self, app: Callable[[Message, Receive, Send], Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on, with headers added to what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = [(k.encode(), v.encode()) for k, v in _HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *extra]
            await send(message)

        await self._app(scope, receive, send_with_headers)

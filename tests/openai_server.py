"""A small server that speaks the language of OpenAI: scripted answers first, then an echo."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Scripted:
    """What the server answers: scripted replies first, then an echo; and what it was asked."""

    url: str
    replies: list[tuple[int, dict[str, str], str]] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)


def echo(body: dict[str, Any]) -> tuple[int, dict[str, str], str]:
    text = body["prompt"] if "prompt" in body else body["messages"][-1]["content"]
    if len(text) > 2000:
        return 400, {}, json.dumps({"error": {"message": "the prompt is too long", "code": 400}})
    words = ('{"mood": "sad"}' if "response_format" in body else f"You said: {text}").split(" ")
    cut = len(words) > body["max_tokens"]
    said = " ".join(words[: body["max_tokens"]])
    reason = "length" if cut else "stop"
    choice = {"text": said} if "prompt" in body else {"message": {"role": "assistant", "content": said}}
    return 200, {}, json.dumps({"choices": [{"index": 0, "finish_reason": reason, **choice}]})


@contextmanager
def openai_server() -> Iterator[Scripted]:
    """A server on this machine for as long as the block runs."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                script.requests.append((self.path, dict(self.headers), body))
                status, headers, text = script.replies.pop(0) if script.replies else echo(body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        script = Scripted(url=f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield script
        server.shutdown()
        thread.join()

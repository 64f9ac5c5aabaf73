"""The server of the playground: it serves the page and the stream of its events, and takes its requests."""

from __future__ import annotations

import json
import os
import select
import sys
import threading
import webbrowser
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import SHUT_WR
from socketserver import TCPServer, ThreadingMixIn
from time import monotonic
from typing import Any, Callable

from backprop.playground.access import Access, Refused
from backprop.playground.experiment import MOST_TEXT
from backprop.playground.sessions import Session, Sessions, TooMany
from backprop.playground.site import PAGE_POLICY, files, frame_policy
from backprop.playground.workers import WORKERS, make_worker
from backprop.validation import check_positive_int

_MOST_BODY = 2 * MOST_TEXT  # in JSON a line's end is two characters
_MOST_CONNECTIONS = 32
_SECONDS = 10  # that a browser may take to send or to receive something
_LINGERING = 2  # seconds, and
_MOST_LEFT = 8 * _MOST_BODY  # bytes, that a refused request may go on for
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_ANCESTORS = {True: "'self'", False: "'none'"}
_POLICIES = {"frame.html": frame_policy()}
_FILES = {"": files({"kind": "server"})["index.html"], **files({"kind": "server"})}


def serve(port: int = 0, *, open_browser: bool = True) -> None:
    """Serve the playground on this machine until Ctrl-C, on a free ``port`` for 0, and show it in the browser.

    Raises ValueError for what is not a port, OSError for one that is taken.
    """
    with Playground(port) as playground:
        print(f"The playground is at {playground.url}\nCtrl-C ends it.", flush=True)
        if open_browser:
            webbrowser.open(playground.url)
        with suppress(KeyboardInterrupt):
            playground.serve_forever()
    print("\nThe playground has ended.")


class Playground(ThreadingMixIn, TCPServer):
    """The server on the ``port`` of 127.0.0.1, 0 for a free one; its page is at ``url``.

    ``serve_forever()`` answers until ``shutdown()``; then ``server_close()``, or leaving a with block, ends all sessions.
    """

    allow_reuse_address = os.name == "posix"  # elsewhere it would let others take the port over
    daemon_threads = True
    request_queue_size = _MOST_CONNECTIONS

    def __init__(self, port: int = 0) -> None:
        check_positive_int("the playground", low=0, port=port)
        if port > 65535:
            raise ValueError(f"the playground: a port is at most 65535, got {port}")
        super().__init__(("127.0.0.1", port), _Request)
        self.port: int = self.server_address[1]
        self.access, self.sessions, self.closed = Access(self.port), Sessions(), False
        self.url = f"http://127.0.0.1:{self.port}/{self.access.token}/"
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)

    def server_close(self) -> None:
        self.closed = True
        super().server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread of its own, as long as there is room."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
            return
        with suppress(OSError):
            request.sendall(b"HTTP/1.0 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks off is nothing to speak of; anything else is a mistake here, and shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Request(BaseHTTPRequestHandler):
    """One request, and what becomes of it."""

    server: Playground
    timeout = _SECONDS
    server_version, sys_version = "backprop", ""

    def answer(self) -> None:
        """Do what is asked, or say in a sentence why not."""
        try:
            self._called(self.server.access.granted_path(self.path, self.headers).partition("?")[0])()
        except Refused as refused:
            self._refuse(refused.status, str(refused))
        except ValueError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = do_CONNECT = answer

    def _called(self, path: str) -> Callable[[], None]:
        """What the path and the method stand for."""
        methods: dict[str, Callable[[], None]] = {}
        if path in _FILES:
            kind, text = _FILES[path]
            policy = f"{_POLICIES.get(path, PAGE_POLICY)}; frame-ancestors {_ANCESTORS[path in _POLICIES]}"
            methods = {"GET": lambda: self._send(kind, text, {"Content-Security-Policy": policy})}
        elif path in WORKERS:
            methods = {"GET": lambda: self._stream(path)}
        elif path.startswith("sessions/"):
            session = self.server.sessions.get(path[len("sessions/") :])
            if session is not None:
                methods = {"POST": lambda: self._ask(session)}
        if not methods:
            raise Refused(HTTPStatus.NOT_FOUND, "There is nothing here, or the page that it was for is closed.")
        if self.command not in methods:
            self.allowed = ", ".join(methods)
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"Here one can {self.allowed}, not {self.command}.")
        return methods[self.command]

    def _ask(self, session: Session) -> None:
        """A message of the page's; what comes of it is in the stream."""
        try:
            session.ask(self._body())
        except TooMany as error:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, str(error)) from None
        self._begin(HTTPStatus.NO_CONTENT, "text/plain", {})

    def _stream(self, worker: str) -> None:
        """The session of a page, from here until the page is closed: Server-Sent Events, as HTML has them."""
        try:
            with self.server.sessions.opened() as (name, session):
                self._begin(HTTPStatus.OK, "text/event-stream", {})
                self._tell({"tell": "session", "name": name})
                session.run(make_worker(worker, self._tell), self._listening)
        except TooMany as error:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None

    def _tell(self, answer: Any) -> None:
        self.wfile.write(f"data: {json.dumps(answer, allow_nan=False)}\n\n".encode())

    def _listening(self) -> bool:
        """Whether the page is there still: one that closes sends an end, and nothing else is sent after a request."""
        if self.server.closed:
            return False
        ready, _, _ = select.select([self.connection], [], [], 0)
        return not ready or self.connection.recv(1024) != b""

    # ---------------------------------------------------------------- in and out

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length")
        if length is None:
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "A request with a body says how long it is.")
        if not (length.isascii() and length.isdigit()):
            raise ValueError("Content-Length is a number of bytes.")
        if len(length) > 9 or int(length) > _MOST_BODY:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"A request has at most {_MOST_BODY:,} bytes.")
        return self.rfile.read(int(length))

    def _begin(self, status: HTTPStatus, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": f"{kind}; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, kind: str, text: str, headers: dict[str, str], status: HTTPStatus = HTTPStatus.OK) -> None:
        body = text.encode("utf-8", "replace")
        self._begin(status, kind, {"Content-Length": str(len(body)), **headers})
        self.wfile.write(body)

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        allow = {"Allow": self.allowed} if status == HTTPStatus.METHOD_NOT_ALLOWED else {}
        self._send("text/plain", sentence, allow, status)
        self._linger()

    def _linger(self) -> None:
        """Let the other side finish: were the connection cut while it is sending, it would not read the answer."""
        end, left = monotonic() + _LINGERING, _MOST_LEFT
        self.connection.shutdown(SHUT_WR)
        self.connection.settimeout(_LINGERING)
        with suppress(OSError):
            while left > 0 and monotonic() < end and (piece := self.connection.recv(1 << 16)):
                left -= len(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses, in the same words: a line too long, too many headers, an unknown method."""
        status = HTTPStatus(code)
        self._refuse(status, f"{status.phrase}.")

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""

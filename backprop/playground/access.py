"""Access: who may ask the playground for anything, and what the others get.

The server listens on this machine alone. But every page in a browser here can send requests to it, and so can all who
are logged in. So a request must name the server by its own address (another name may have been made to point here), it
must not come from another page, and its path begins with a token that only who started the server knows.
"""

from __future__ import annotations

import secrets
from email.message import Message
from hmac import compare_digest
from http import HTTPStatus


class Refused(Exception):
    """A request that is not answered: with which status, and the sentence that says why."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class Access:
    """The check of all requests to a server on the ``port`` of this machine, with a new token."""

    def __init__(self, port: int) -> None:
        self.token = secrets.token_urlsafe(24)
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")

    def granted_path(self, target: str, headers: Message) -> str:
        """What is asked for, behind the token; raises Refused for who may not ask."""
        host = headers.get("Host", "")
        if host not in self._hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "This server has another address.")
        origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
        if origin not in (None, f"http://{host}") or site not in (None, "same-origin", "none"):
            raise Refused(HTTPStatus.FORBIDDEN, "Other pages may not ask this server.")
        start, token, rest = (target.split("/", 2) + ["", ""])[:3]
        if start or not compare_digest(token.encode(), self.token.encode()) or target.count("/") < 2:
            raise Refused(HTTPStatus.NOT_FOUND, "There is nothing here; the address printed at the start is complete.")
        return rest

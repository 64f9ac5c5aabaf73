"""What the playground refuses: each with its status and a sentence, and it goes on answering."""

import json
import socket
import threading

import pytest

from backprop.playground.engine import Engine
from tests.playground.served import Page, ask, playing
from tests.time_limit import PATIENCE


@pytest.fixture(scope="module")
def playground():
    with playing() as playground:
        yield playground
        assert ask(playground, "GET", "").status == 200  # whatever came before


@pytest.fixture(scope="module")
def session(playground):
    with Page(playground) as page:
        yield f"sessions/{page.name}"


def test_the_page_and_its_files_come_with_what_they_may_do(playground):
    for path, kind in (
        ("", "text/html"),
        ("program.html", "text/html"),
        ("page.css", "text/css"),
        ("main.js", "text/javascript"),
    ):
        answer = ask(playground, "GET", path)
        assert answer.status == 200 and answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
        assert "<script>" not in answer.text and "http://" not in answer.text and "https://" not in answer.text


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (421, {"Host": "evil.example"}),
        (421, {"Host": "evil.example:80"}),
        (421, {"Host": "127.0.0.1"}),
        (421, {"Host": ""}),
        (403, {"Origin": "http://evil.example"}),
        (403, {"Origin": "null"}),
        (403, {"Origin": "http://127.0.0.1:1"}),
        (403, {"Sec_Fetch_Site": "cross-site"}),
        (403, {"Sec_Fetch_Site": "same-site"}),
    ],
)
@pytest.mark.parametrize("path", ["", "engine", "programs", "program.html", "main.js"])
def test_other_pages_and_other_names_are_refused(playground, path, status, headers):
    answer = ask(playground, "GET", path, **headers)
    assert answer.status == status and answer.text.endswith(".") and playground.access.token not in answer.text


def test_the_own_page_may_ask(playground):
    own = {"Host": f"localhost:{playground.port}", "Origin": f"http://localhost:{playground.port}"}
    assert ask(playground, "GET", "", **own, Sec_Fetch_Site="same-origin").status == 200


def test_nothing_is_to_be_had_without_the_token(playground):
    for token in ("x", "sessions", playground.access.token[:-1], playground.access.token + "x", "%20"):
        assert ask(playground, "GET", "", token=token).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "page.py",
        "page/main.js",
        "../page.css",
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/page.css",
        "....//page.css",
        "/etc/passwd",
        "page.css/",
        "page.css%00",
        "sessions/",
        "sessions/0123456789abcdef",
        "sessions/..",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_other_paths_lead_nowhere(playground, method, path):
    answer = ask(playground, method, path)
    assert (answer.status, answer.text) == (404, "There is nothing here, or the page that it was for is closed.")


def test_another_method_is_told_which_there_are(playground, session):
    for path, allowed in (("", "GET"), ("engine", "GET"), (session, "POST")):
        for method in {"GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"} - {allowed}:
            answer = ask(playground, method, path)
            assert (answer.status, answer.headers["Allow"]) == (405, allowed), (method, path)


def test_a_message_that_makes_no_sense_is_refused_in_the_stream(playground):
    with Page(playground) as page:
        for message in (b"", b"{", b"\xff\xfe", b"[]", b"[" * 100_000):
            assert ask(playground, "POST", f"sessions/{page.name}", message).status == 204
            assert page.next("refused")["sentence"] == "A message is an object in JSON."


def test_a_program_is_run_behind_the_token_alone(playground):
    run = json.dumps({"do": "run", "text": "print(1)", "number": 1})
    with Page(playground, "programs") as page:
        session = f"sessions/{page.name}"
        assert ask(playground, "POST", session, run, token="x").status == 404
        assert ask(playground, "POST", session, run, Origin="http://evil.example").status == 403
        assert ask(playground, "POST", session, run, Host="evil.example").status == 421
        page.ask("run", text="print(2)")
        assert page.next("output")["text"] == "2\n" and page.next("ended")["code"] == 0


def test_only_so_many_messages_wait(monkeypatch):
    """The engine is held up by the first while the others arrive."""
    held, go_on = threading.Event(), threading.Event()
    monkeypatch.setattr(Engine, "handle", lambda engine, message: held.set() or go_on.wait(PATIENCE))
    with playing() as playground, Page(playground) as page:
        playground.sessions.get(page.name)._waiting.maxsize = 1
        answers = []
        for _ in range(3):
            answers.append(ask(playground, "POST", f"sessions/{page.name}", b"{}"))
            held.wait(PATIENCE)
        go_on.set()
        assert [answer.status for answer in answers] == [204, 204, 429]
        assert answers[-1].text == "200 requests wait already, which is the most."


def test_a_large_body_is_not_read(playground, session):
    assert ask(playground, "POST", session, b" " * 2_000_001).status == 413
    assert ask(playground, "POST", session, Content_Length="9" * 30).status == 413
    assert ask(playground, "POST", session, Content_Length="-1").status == 400
    assert ask(playground, "POST", session, b"{}", Content_Length="x").status == 400
    assert ask(playground, "POST", session, iter([b"{}"])).status == 411  # sent in chunks


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: 1\r\n" % i for i in range(200)) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"1" * 70_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"BREW / HTTP/1.1\r\n\r\n", 501),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 421),
        (b"GET \xff\xfe HTTP/1.1\r\n\r\n", 421),
    ],
    ids=lambda x: repr(x)[:30],
)
def test_what_is_hardly_http_is_refused(playground, sent, status):
    with socket.create_connection(("127.0.0.1", playground.port), timeout=PATIENCE) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert b"HTTP/1.0 %d " % status in answer or {400: b"Bad Request.", 505: b"Not Supported."}[status] in answer


def test_a_stranger_among_the_bytes_of_the_target(playground):
    """A token that is not ASCII cannot be the token, and is compared all the same."""
    with socket.create_connection(("127.0.0.1", playground.port), timeout=PATIENCE) as connection:
        connection.sendall(b"GET /\xff\xfe/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % playground.port)
        assert b" 404 " in connection.recv(4096)[:20]

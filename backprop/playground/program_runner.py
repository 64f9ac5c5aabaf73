"""Running programs: what a page's program prints and draws, and the explanation of its first step.

A page sends {"do": "run", "text": …, "arguments": …, "explain": …}; it is told "output" piece by piece, then each
"picture" that the program has saved as SVG and the "explanation", and at last that it has "ended" with an exit code.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import ExitStack, redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from typing import IO, Any, Callable

import backprop
from backprop.archive import lessons
from backprop.playground.experiment import MOST_TEXT, FieldError
from backprop.playground.messages import read_message

Send = Callable[[dict[str, Any]], None]

_MOST_OUTPUT = 200_000  # characters of one program
_MOST_PICTURES, _MOST_PICTURE = 12, 2_000_000  # and characters of each
_PATIENCE = 0.05  # seconds that a look for output may wait
_FILE, _EXPLANATION = "program.py", "program-first-step.html"


class _Runner:
    """What both kinds have in common: the messages, and what is told of a program's files."""

    running = False

    def __init__(self, send: Send) -> None:
        self._send = send
        self._left = 0

    def handle(self, message: bytes | str) -> None:
        """Run a program, or stop it."""
        number: object = None
        try:
            asked = read_message(message)
            number = asked.pop("number", None)
            do, text, words = asked.get("do"), asked.get("text", ""), asked.get("arguments", "")
            if do not in ("run", "stop") or not (isinstance(text, str) and isinstance(words, str)):
                raise FieldError("", "A page can ask to run a text with arguments, and to stop.")
            if len(text) > MOST_TEXT:
                raise FieldError("text", f"A program has at most {MOST_TEXT:,} characters.")
            self.stop()
            if do == "run":
                self._left = _MOST_OUTPUT
                self.run(text, _split(words), explain=bool(asked.get("explain")))
        except FieldError as error:
            self._send({"tell": "refused", "number": number, "field": error.field, "sentence": str(error)})
        else:
            self._send({"tell": "done", "number": number, "running": self.running})

    def run(self, text: str, arguments: Sequence[str], *, explain: bool) -> None:
        """Run the program."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop what runs."""

    def work(self) -> None:
        """Tell what has been printed since."""

    def close(self) -> None:
        """The page is gone."""
        self.stop()

    def tell_output(self, text: str) -> None:
        """Tell what was printed, up to a bound."""
        if self._left < 0 or not text:
            return
        shown = text[: self._left]
        self._left -= len(text)
        if self._left < 0:
            shown += f"\n… what is printed beyond {_MOST_OUTPUT:,} characters is not shown\n"
        self._send({"tell": "output", "text": shown})

    def tell_end(self, folder: Path, code: int | None) -> None:
        """Tell of the pictures and the explanation in the folder, and that it has ended, with None where it was stopped."""
        for path in sorted(folder.glob("*.svg"))[:_MOST_PICTURES]:
            svg = path.read_text("utf-8", "replace")
            if len(svg) <= _MOST_PICTURE:
                self._send({"tell": "picture", "name": path.name, "svg": svg})
        with suppress(FileNotFoundError):
            self._send({"tell": "explanation", "page": (folder / _EXPLANATION).read_text("utf-8")})
        self._send({"tell": "ended", "code": code})


class ProcessRunner(_Runner):
    """Runs programs on this machine, each in a process and a folder of its own."""

    def __init__(self, send: Send) -> None:
        super().__init__(send)
        self._process: subprocess.Popen[str] | None = None
        self._folder: TemporaryDirectory[str] | None = None
        self._printed: Queue[str | None] = Queue()

    def run(self, text: str, arguments: Sequence[str], *, explain: bool) -> None:
        """Start the program, as ``python3 -m backprop run`` does."""
        self._folder = TemporaryDirectory()
        _write(Path(self._folder.name), text)
        library = os.path.dirname(os.path.abspath(backprop.__path__[0]))
        path = os.pathsep.join(filter(None, [library, os.environ.get("PYTHONPATH", "")]))
        options = ["--explain"] if explain else []
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "backprop", "run", *options, _FILE, *arguments],
            cwd=self._folder.name,
            env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8:replace"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._printed = Queue()
        threading.Thread(target=_read, args=(self._process.stdout, self._printed), daemon=True).start()
        self.running = True

    def work(self) -> None:
        pieces: list[str | None] = []
        with suppress(Empty):
            pieces.append(self._printed.get(timeout=_PATIENCE))
            while len(pieces) < 1000:
                pieces.append(self._printed.get_nowait())
        self.tell_output("".join(piece for piece in pieces if piece))
        if None in pieces and self._process is not None:
            self._end(self._process.wait())

    def stop(self) -> None:
        if self._process is not None:
            _kill(self._process)
            self._process.wait()
            self._end(None)

    def close(self) -> None:
        with suppress(OSError):  # nobody listens any more
            self.stop()

    def _end(self, code: int | None) -> None:
        assert self._folder is not None
        folder, self._process, self.running = self._folder, None, False
        with folder:
            self.tell_end(Path(folder.name), code)


class HereRunner(_Runner):
    """Runs a program in this very interpreter, which is one that can be thrown away: that of a browser's worker."""

    def run(self, text: str, arguments: Sequence[str], *, explain: bool) -> None:
        """Run the program to its end."""
        from backprop.programs.execution import exit_code_of, run_file
        from backprop.programs.first_step import explained
        from backprop.programs.modules import as_torch, print_as_pytorch

        as_torch()
        print_as_pytorch()
        before = os.getcwd()
        with TemporaryDirectory() as folder, ExitStack() as stack:
            os.chdir(folder)
            stack.callback(os.chdir, before)
            _write(Path(folder), text)
            printed = _Printed(self.tell_output)
            stack.enter_context(redirect_stdout(printed))
            stack.enter_context(redirect_stderr(printed))
            if explain:
                stack.enter_context(explained(_EXPLANATION))
            code = exit_code_of(lambda: run_file(_FILE, arguments))
            printed.flush()
            stack.close()
            self.tell_end(Path(folder), code)


def _write(folder: Path, text: str) -> None:
    """Write the program, and the lessons that it imports, into the folder."""
    (folder / _FILE).write_text(text, "utf-8")
    for name, content in lessons():
        if re.search(rf"^(from|import) {name[:-3]}\b", text, re.MULTILINE):
            (folder / name).write_bytes(content)


class _Printed(io.TextIOBase):
    """A stream that tells what is written to it, line by line."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell, self._line = tell, ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._line += text
        if "\n" in text:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text, self._line = self._line, ""
        self._tell(text)


def _split(words: str) -> list[str]:
    try:
        return shlex.split(words)
    except ValueError as error:
        raise FieldError("arguments", f"Arguments are as in a shell: {str(error).lower()}.") from None


def _read(stream: IO[str], printed: Queue[str | None]) -> None:
    for piece in iter(lambda: stream.readline(4096), ""):
        printed.put(piece)
    printed.put(None)
    stream.close()


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill the process, and those that it has started."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()

"""Execution: a program runs as ``__main__``, as the interpreter itself would run it, and its errors show its own lines."""

from __future__ import annotations

import linecache
import os
import runpy
import sys
from collections.abc import Callable, Sequence
from types import ModuleType, TracebackType

from backprop.programs.places import ABSENT_METHODS

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


def run_file(path: str, arguments: Sequence[str]) -> None:
    """Run a file, or a folder or an archive with a ``__main__.py`` in it; "-" is standard input."""
    if path == "-":
        source = sys.stdin.buffer.read()
        _start(path, arguments, "")
        _run(source, "<stdin>")
    elif os.path.isfile(path) and not path.endswith((".zip", ".pyz")):
        with open(path, "rb") as file:
            source = file.read()
        _start(path, arguments, os.path.dirname(os.path.realpath(path)))
        _run(source, os.path.abspath(path))
    else:
        _start(path, arguments)
        runpy.run_path(path, run_name="__main__")


def run_text(text: str, arguments: Sequence[str]) -> None:
    """Run the text."""
    _start("-c", arguments, "")
    linecache.cache["<string>"] = len(text), None, text.splitlines(True), "<string>"
    _run(text, "<string>")


def run_module(name: str, arguments: Sequence[str]) -> None:
    """Run a module, found as import finds it."""
    _start("-m", arguments, os.getcwd())
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def _start(name: str, arguments: Sequence[str], folder: str | None = None) -> None:
    sys.argv = [name, *arguments]
    # Its first entry is that of the command which brought us here, unless Python was asked to leave it out.
    if not getattr(sys.flags, "safe_path", sys.flags.isolated):
        sys.path[:1] = [] if folder is None else [folder]


def _run(source: str | bytes, name: str) -> None:
    code = compile(source, name, "exec", dont_inherit=True)
    main = ModuleType("__main__")
    if os.path.isfile(name):
        main.__file__ = name
    sys.modules["__main__"] = main
    exec(code, vars(main))  # noqa: S102  # which is what was asked for


def exit_code_of(program: Callable[[], None], *, all_frames: bool = False) -> int:
    """Run it to its end, whatever that is, and return the exit code that Python would have.

    An error that the program does not handle is printed as Python prints it, without the lines that are not the program's
    own: those of this library, unless ``all_frames``.
    """
    try:
        program()
    except SystemExit as done:
        if done.code is None or isinstance(done.code, int):
            return int(done.code or 0)
        print(done.code, file=sys.stderr)
        return 1
    except BaseException as error:  # noqa: BLE001  # as the interpreter does
        if isinstance(error, AttributeError) and getattr(error, "name", None) in ABSENT_METHODS:
            error.args = (f"the method {error.name} is not in backprop",)
        if not all_frames:
            _cut(error)
        sys.excepthook(type(error), error, error.__traceback__)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _cut(error: BaseException) -> None:
    """Take the frames out that are not the program's, in the errors that led to this one too."""
    chain = [error]
    for each in chain:
        frames = []
        trace = each.__traceback__
        while trace is not None:
            if not _is_hidden(trace.tb_frame.f_code.co_filename):
                frames.append(trace)
            trace = trace.tb_next
        for own in reversed(frames):
            trace = TracebackType(trace, own.tb_frame, own.tb_lasti, own.tb_lineno)
        each.__traceback__ = trace
        chain += [other for other in (each.__cause__, each.__context__) if other and other not in chain]


def _is_hidden(path: str) -> bool:
    return path.startswith((_PACKAGE, "<frozen ")) or path == runpy.__file__

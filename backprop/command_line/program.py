"""A classifier or a regressor from a table, with nothing to install: train it, ask it, look into its file.

examples:
  python3 -m backprop demo
  python3 -m backprop train --help

The exit code is 0 where all went well, 1 where something failed, 2 for bad usage or bad input, 130 after Ctrl-C, 141
where the reader of the output was gone before its end. What went wrong is one line on standard error.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from importlib import import_module
from typing import Any, NoReturn

import backprop
from backprop.command_line.output import Output, printable

# A command is a file: its docstring is its help, add_arguments(parser) says what it takes, and run(arguments) does it
# and gives the exit code. Only that of the command which is asked for is loaded.
COMMANDS = ("run", "train", "predict", "info", "demo", "playground", "export", "pack")

_ARCHIVE = getattr(backprop.__loader__, "archive", None)  # the one file that pack made of the library
_STARTED_BY = f"python3 {os.path.basename(_ARCHIVE)}" if _ARCHIVE else "python3 -m backprop"

# The arguments of read_table, and what says the same here.
_WORDS = {
    r"classes=True": "--classes",
    r"classes=False": "--quantity",
    r"ignore=\[('[^']*')\]": r"--ignore \1",
    r"(delimiter|decimal|encoding|header)=": r"--\1 ",
}

_NOBODY_READS = 128 + 13  # as a shell tells of a program that SIGPIPE has ended
_BAD_INPUT = (ValueError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command of these words, or of those that Python was started with, and return the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] == ["run"]:
        return _called(argv)  # a program writes to its own streams
    for stream in (sys.stdout, sys.stderr):
        # Tables are read as UTF-8 whatever the locale says, and so they are written.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Its end flushes, so that nobody reads on is found out here and not when Python ends.
    with Output(sys.stdout) as output, redirect_stdout(output):
        code = _called(argv)
    if isinstance(output.error, BrokenPipeError):
        return code or _NOBODY_READS
    return _failed(f"standard output: {output.error.strerror}", 1) if output.error else code


def _called(argv: Sequence[str]) -> int:
    command = ""
    try:
        arguments = _parser(argv[:1] if argv and argv[0] in COMMANDS else COMMANDS).parse_args(argv)
        command = f"{arguments.command}: "
        code: int = arguments.run(arguments)
        return code
    except SystemExit as done:
        return int(done.code or 0)
    except KeyboardInterrupt:
        return _failed(f"{command}interrupted", 130)
    except Exception as error:  # noqa: BLE001
        # Whatever it is: a traceback helps nobody at a command line.
        return _failed(command + _sentence(error), 2 if isinstance(error, _BAD_INPUT) else 1)


class _Parser(argparse.ArgumentParser):
    """A parser that complains in one line."""

    def error(self, message: str) -> NoReturn:
        command = "".join(f"{word}: " for word in self.prog[len(_STARTED_BY) :].split())
        sys.exit(_failed(f"{command}{message} (see {self.prog} --help)", 2))


def _parser(names: Sequence[str]) -> _Parser:
    parser = _Parser(_STARTED_BY, **_help(__doc__))
    parser.add_argument("--version", action="version", version=f"backprop {backprop.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in names:
        module = import_module(f"backprop.command_line.{name}")
        text = _help(module.__doc__)
        subparser = commands.add_parser(name, help=text["description"].partition(".")[0], **text)
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)
    return parser


def _help(docstring: str | None) -> dict[str, Any]:
    """The settings of a parser whose help is ``docstring``: the first sentence above its options, the rest below."""
    description, _, rest = (docstring or "").partition("\n")
    return {
        "description": description,
        "epilog": rest.strip("\n").replace("python3 -m backprop", _STARTED_BY),
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    if not isinstance(error, (ValueError, OSError, ArithmeticError)):
        return f"{type(error).__name__}: {error}"
    # The library begins with the function that refuses, for which the command stands here, and names its arguments.
    sentence = re.sub(r"^(read_\w+|fit|export): ", "", str(error))
    for argument, word in _WORDS.items():
        sentence = re.sub(argument, word, sentence)
    return sentence


def _failed(message: str, code: int) -> int:
    with suppress(OSError):
        print(f"backprop: {printable(message)}", file=sys.stderr, flush=True)
    return code

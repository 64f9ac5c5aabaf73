"""Watch a network learn, on a page in the browser that this machine alone can open; Ctrl-C ends it.

examples:
  python3 -m backprop playground
  python3 -m backprop playground --port 8000 --no-browser
"""

from __future__ import annotations

import argparse

from backprop.command_line.arguments import count
from backprop.playground import serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--port", type=count, default=0, metavar="N", help="the port to listen on; a free one if not given"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")


def run(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C."""
    serve(arguments.port, open_browser=not arguments.no_browser)
    return 0

"""Watch a network learn, on a page in the browser that this machine alone can open; Ctrl-C ends it.

With --export the page is written as files that any web host serves, and Python runs in the reader's browser: Pyodide's own
files are taken from the folder pyodide/ beside them, or from elsewhere. With --zip all is one file, Pyodide included, for
machines without a network.

examples:
  python3 -m backprop playground
  python3 -m backprop playground --port 8000 --no-browser
  python3 -m backprop playground --export site
  python3 -m backprop playground --export site --pyodide https://example.org/pyodide/
  python3 -m backprop playground --export site.zip --zip --pyodide node_modules/pyodide
"""

from __future__ import annotations

import argparse

from backprop.command_line.arguments import count


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--port", type=count, default=0, metavar="N", help="the port to listen on; a free one if not given"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument("--export", metavar="FOLDER", help="write the page as files for any web host instead")
    parser.add_argument(
        "--pyodide", metavar="ADDRESS", help="where the exported page finds Pyodide; pyodide/ beside it"
    )
    parser.add_argument("--zip", action="store_true", help="write one zip, with Pyodide's files in that folder")


def run(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C, or write it."""
    if arguments.zip:
        from backprop.playground.export import export_zip

        if arguments.export is None or arguments.pyodide is None:
            raise ValueError("--zip goes with --export FILE and --pyodide FOLDER")
        export_zip(arguments.export, arguments.pyodide)
        print(f"The playground is in {arguments.export}; unpack it into a folder that a web server serves")
        return 0
    if arguments.export is not None:
        from backprop.playground.export import export

        export(arguments.export, "pyodide/" if arguments.pyodide is None else arguments.pyodide)
        print(f"The playground is in {arguments.export}; serve it with python3 -m http.server -d {arguments.export}")
        return 0
    if arguments.pyodide is not None:
        raise ValueError("--pyodide goes with --export")
    from backprop.playground import serve

    serve(arguments.port, open_browser=not arguments.no_browser)
    return 0

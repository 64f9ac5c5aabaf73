"""Write the library as one file, which runs on any computer with Python: from a stick, or a folder that is read only.

In place of "-m backprop" the file takes every command; without one, as after a double click, it shows the playground. A
program finds the library in it by two lines:
  import sys
  sys.path.insert(0, "backprop.pyz")

examples:
  python3 -m backprop pack backprop.pyz
  python3 backprop.pyz playground
  python3 backprop.pyz run lecture.py
"""

from __future__ import annotations

import argparse

from backprop.archive import packed
from backprop.files import replacing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", help="the file to write, as backprop.pyz")


def run(arguments: argparse.Namespace) -> int:
    """Write it and say how large it is."""
    content = packed()
    with replacing(arguments.file) as file:
        file.write(content)
    print(f"{arguments.file}: {len(content):,} bytes")
    return 0

"""Write the library as one file, which runs on any computer with Python: from a stick, or a folder that is read only.

In place of "-m backprop" the file takes every command, and a program finds the library in it by two lines:
  import sys
  sys.path.insert(0, "backprop.pyz")

examples:
  python3 -m backprop pack backprop.pyz
  python3 backprop.pyz playground
  python3 backprop.pyz run lecture.py
"""

from __future__ import annotations

import argparse
import os

from backprop.archive import write_archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", help="the file to write, as backprop.pyz")


def run(arguments: argparse.Namespace) -> int:
    """Write it and say how large it is."""
    write_archive(arguments.file)
    print(f"{arguments.file}: {os.path.getsize(arguments.file):,} bytes")
    return 0

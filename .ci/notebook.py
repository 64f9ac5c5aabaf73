"""Run the notebooks of the examples in Jupyter, and compare what they show with what is stored in them.

It needs nbclient and ipykernel. With --write it stores what they show now, as after a change of a notebook or the library.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
os.environ["PYTHONPATH"] = str(ROOT)  # they run in a folder of their own, where they leave their files

for path in sorted(ROOT.glob("examples/*.ipynb")):
    stored, executed = (nbformat.read(path, as_version=4) for _ in range(2))
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(executed, record_timing=False, resources={"metadata": {"path": folder}}).execute()
    executed.metadata = stored.metadata  # without the version of Python
    if "--write" in sys.argv[1:]:
        nbformat.write(executed, path)
    elif executed != stored:
        cell, before = next(pair for pair in zip(executed.cells, stored.cells) if pair[0] != pair[1])
        print(f"{cell.source}\nshows\n{cell.outputs}\nand it is stored as\n{before.outputs}")
        sys.exit(f"{path.name}: if that is right, store it: .ci/notebook.py --write")
    print(f"{path.name}: {len(executed.cells)} cells")

"""The library as one file, on any interpreter with nothing installed: python3 -I -S archive.py BACKPROP.PYZ

It trains, predicts and exports, runs a program, starts processes and serves the playground, all from the folder of the file.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

ARCHIVE = str(Path(sys.argv[1]).resolve())
COMMAND = [sys.executable, "-I", "-S", ARCHIVE]
PROGRAM = """
import multiprocessing

from backprop import __file__ as place, tensor
from backprop.datasets import load_breast_cancer, load_digits, load_iris


def squared(numbers):
    return tensor(numbers).square().sum().item()


if __name__ == "__main__":
    import torch

    x = torch.tensor(3.0, requires_grad=True)
    (x * x).backward()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(x.grad.item(), pool.apply(squared, [[3.0, 4.0]]))
    print(len(load_digits()), len(load_iris()), len(load_breast_cancer()), place)
"""


def answer(*words):
    return subprocess.run([*COMMAND, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    Path("program.py").write_text(PROGRAM)
    first, second = answer("run", "program.py").splitlines()
    assert first == "6.0 25.0", first
    assert second == f"1797 150 569 {ARCHIVE}{os.sep}backprop{os.sep}__init__.py", second
    rows = [f"{k % 7},{k % 5},{'yes' if k % 7 > 3 else 'no'}" for k in range(60)]
    Path("table.csv").write_text("\n".join(["a,b,c", *rows]) + "\n")
    answer("train", "table.csv", "--target", "c", "--epochs", "2")
    assert len(answer("predict", "model.safetensors", "table.csv").splitlines()) == 61
    answer("export", "model.safetensors", "network.py")
    subprocess.run([sys.executable, "-I", "-S", "network.py", "6", "3"], check=True, stdout=subprocess.DEVNULL)
    answer("run", "--explain", "program.py")
    assert "<script>" in Path("program-first-step.html").read_text("utf-8")

    server = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True, env={**os.environ, "BROWSER": "true"})
    try:
        address = server.stdout.readline().split()[-1]
        with urlopen(address, timeout=60) as page:
            assert b"<html" in page.read()
        with urlopen(f"{address}programs.js", timeout=60) as page:
            assert b"Handwritten digits" in page.read()
    finally:
        server.kill()
        server.communicate()
print(f"{os.path.basename(ARCHIVE)} trains, predicts, exports, runs programs and serves the playground")

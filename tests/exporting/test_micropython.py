"""Exported programs in MicroPython, by its WebAssembly build in node: the same numbers as in this Python.

Only where MICROPYTHON is the folder of the npm package @micropython/micropython-webassembly-pyscript.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from backprop.exporting import as_program
from tests.exporting.networks import NETWORKS, network
from tests.exporting.test_program import outputs

PACKAGE = os.environ.get("MICROPYTHON")
RUN = """
import { readFileSync } from "node:fs";

const [module, program] = process.argv.slice(2);
const { loadMicroPython } = await import(module);
const python = await loadMicroPython({ heapsize: 4 << 20, stdout: (line) => console.log(line) });
python.runPython(readFileSync(program, "utf8"));
"""
# That of functions as exp and tanh, whose last digit another library may round the other way, in layer after layer.
BOUND = 1e-14


@pytest.mark.skipif(not PACKAGE, reason="MICROPYTHON does not name a package")
@pytest.mark.parametrize("name", NETWORKS)
def test_a_program_computes_the_same_in_micropython(name, tmp_path):
    model, examples = network(name)
    text, script = tmp_path / "network.py", tmp_path / "run.mjs"
    text.write_text(f"{as_program(model).partition('if __name__')[0]}\nprint([forward(x) for x in {examples!r}])\n")
    script.write_text(RUN)
    command = ["node", script, (Path(PACKAGE).resolve() / "micropython.mjs").as_uri(), text]
    came = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    expected = outputs(as_program(model), examples)
    if name in ("images", "an image", "words"):  # nothing but + − · / and comparisons
        assert came == expected
    assert came == [pytest.approx(y, rel=BOUND, abs=BOUND) for y in expected]

// Python in WebAssembly, in node: node pyodide.mjs PYODIDE SITE ARGUMENTS… runs pytest with the arguments in the current folder.
// PYODIDE is the folder of the npm package, SITE one of unpacked wheels.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, site, ...words] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(resolve(pyodide, "pyodide.mjs")));
const python = await loadPyodide({ env: { HOME: "/tmp", PYTHONDONTWRITEBYTECODE: "1" } });
const folders = { "/checkout": ".", "/site": site };
for (const [folder, root] of Object.entries(folders)) {
  python.FS.mkdir(folder);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: resolve(root) }, folder);
}
python.globals.set("words", python.toPy(words));
process.exitCode = python.runPython(`
import os, sys

sys.path.insert(0, "/site")
os.chdir("/checkout")
import pytest

int(pytest.main(words))
`);

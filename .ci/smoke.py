"""A short smoke test for any interpreter, with nothing installed: import everything and run every docstring's example."""

import doctest
import importlib
import inspect
import pkgutil
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop


class Written(doctest.DocTestFinder):
    """Finds the examples of a function in the module where it is written, not where a wrapper of it is handed on."""

    def _from_module(self, module, object):
        return super()._from_module(module, inspect.unwrap(object))


modules = [backprop]
for found in pkgutil.walk_packages(backprop.__path__, "backprop."):
    modules.append(importlib.import_module(found.name))
runner = doctest.DocTestRunner()
for module in modules:
    for test in Written().find(module):
        runner.run(test)
failed, tried = runner.summarize(verbose=False)
print(
    f"{platform.python_implementation()} {platform.python_version()}: {len(modules)} modules imported, "
    f"{tried} examples run, {failed} failed"
)
sys.exit(1 if failed else 0)

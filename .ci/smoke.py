"""A short smoke test for any interpreter, with nothing installed: import everything and run every docstring's example."""

import doctest
import importlib
import pkgutil
import platform
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop

modules = [backprop]
for found in pkgutil.walk_packages(backprop.__path__, "backprop."):
    modules.append(importlib.import_module(found.name))
results = [doctest.testmod(module) for module in modules]
failed, tried = (sum(result[k] for result in results) for k in (0, 1))
print(
    f"{platform.python_implementation()} {platform.python_version()}: {len(modules)} modules imported, "
    f"{tried} examples run, {failed} failed"
)
sys.exit(1 if failed else 0)

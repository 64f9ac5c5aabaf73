"""The README's first program prints what the README says, and its house is the one that stands."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_first_program_prints_what_is_promised():
    program, printed = re.search(r"```python\n(.*?)```.*?```\n(.*?)```", README, re.DOTALL).groups()
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert result.stdout == printed
    assert len(program.splitlines()) <= 10


def test_the_dialogue_is_as_shown():
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert results.attempted > 5 and results.failed == 0


def test_the_house_shows_each_floor_and_no_other():
    drawn = re.search(r"## The house.*?```\n(.*?)```", README, re.DOTALL).group(1)
    named = {word.rstrip("/") for line in drawn.splitlines() for word in re.split(r"\s+", line[:30].strip())}
    built = {
        p.stem for p in (ROOT / "backprop").iterdir() if not p.name.startswith((".", "_")) and p.name != "py.typed"
    }
    assert named == built

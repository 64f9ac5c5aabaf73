"""Programs written for PyTorch run unchanged and print what PyTorch 2.13 (CPU) printed: NAME.expected beside NAME.py.

Those in exact/ compute in float64 without random numbers: figures agree to 1e-7. Those in seeded/ compute in float32 with
PyTorch's own random numbers, to 2e-3, as here each float has 53 bits. A printed figure may differ by one in its last place.
"""

import math
import re
from pathlib import Path

import pytest

from tests.programs.test_run import RUN, ran

FOLDER = Path(__file__).parent
PROGRAMS = sorted(FOLDER.glob("*/*.py"))
BOUNDS = {"exact": 1e-7, "seeded": 2e-3}
NUMBER = re.compile(r"([-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?|(?<![A-Za-z_])-?(?:inf|nan)(?![A-Za-z_]))")


def last_place(figure):
    """One unit in the last decimal of a figure that is printed rounded."""
    mantissa, _, power = figure.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(power or 0) - decimals) if 3 <= decimals <= 9 else 0.0


def agree(wanted, came, bound):
    if wanted == came:
        return True
    if not all(NUMBER.fullmatch(text) and {".", "e"} & set(text.lower()) for text in (wanted, came)):
        return False  # whole numbers and words
    a, b = float(wanted), float(came)
    return abs(a - b) <= max(bound * abs(a) + 1e-9, 1.0001 * last_place(wanted)) and math.isfinite(a)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_prints_what_it_prints_with_pytorch(path, tmp_path):
    code, out, err = ran(tmp_path, "-W", "ignore", *RUN, path)
    assert (code, err) == (0, "")
    wanted = path.with_suffix(".expected").read_text(encoding="utf-8")
    bound = BOUNDS[path.parent.name]
    for number, (line, own) in enumerate(zip(wanted.splitlines(), out.splitlines()), 1):
        parts, own_parts = (NUMBER.split(" ".join(text.split())) for text in (line, own))
        fits = len(parts) == len(own_parts) and all(
            agree(a.strip(), b.strip(), bound) for a, b in zip(parts, own_parts)
        )
        assert fits, f"line {number}\nPyTorch: {line}\nhere:    {own}"
    assert len(out.splitlines()) == len(wanted.splitlines())


def test_figures_that_differ_are_found():
    assert agree("0.5000", "0.5001", 1e-7) and not agree("0.5000", "0.5002", 1e-7)
    assert agree("1.00000001", "1.00000002", 1e-7) and not agree("1.0", "1.1", 1e-7)
    assert not agree("1", "2", 1.0) and not agree("inf", "1.0", 1.0) and not agree("loss", "lost", 1.0)

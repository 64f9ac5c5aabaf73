"""Printing: a tensor as text, the way PyTorch prints it, and the settings of that text."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from reprlib import repr as short
from types import SimpleNamespace
from typing import Any

from backprop.autograd.tensor import Tensor
from backprop.dtypes import get_default_dtype
from backprop.kernel import Rows
from backprop.matrix import format_shape
from backprop.numbers import math
from backprop.pictures.colours import LIGHT
from backprop.tensors.backward_nodes import backward_name
from backprop.validation import ArgumentError, check_bool, check_choice, check_positive_int, is_number

_FLOAT32 = struct.Struct("<f")  # in its own byte order struct would make infinity of what is too large


_LARGEST = 12  # rows and columns of a table in a notebook
_DEFAULT = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80}
_PROFILES: dict[str, dict[str, Any]] = {
    "default": _DEFAULT,
    "short": {**_DEFAULT, "precision": 2, "edgeitems": 2},
    "full": {**_DEFAULT, "threshold": math.inf},
}
_options = SimpleNamespace(**_DEFAULT, sci_mode=None)


def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """How tensors are printed from now on; what is None stays as it is.

    ``precision`` is the number of digits after the point, 4 at first. A tensor of more than ``threshold`` entries, 1000
    at first, is cut to ``edgeitems`` at both ends of each axis, 3 at first. Rows are broken at ``linewidth`` characters,
    80 at first. The ``profile`` "default" has these values, "short" the precision 2 and 2 edgeitems, "full" no threshold;
    the other arguments then change single ones. ``sci_mode`` writes numbers as 1.0000e+00 always or never. As in PyTorch
    it is the one setting that None resets: numbers are then written so if the largest is above 1e8, the smallest below
    1e-4, or the one more than 1000 times the other.

    Raises ValueError for a number that is not an int from 0 up (``threshold`` may be any number from 0 up, and
    ``math.inf``) and for an unknown profile, TypeError for a ``sci_mode`` that is not a bool; nothing is changed then.

    >>> set_printoptions(precision=2, threshold=5, edgeitems=1)
    >>> print(tensor_text([[0.125, 0.5, 1.0, 2.0, 3.0, 4.0]], (6,), "float32"))
    tensor([0.12,  ..., 4.00])
    >>> set_printoptions(profile="default")
    """
    sizes = {"precision": precision, "edgeitems": edgeitems, "linewidth": linewidth}
    given: dict[str, Any] = {setting: size for setting, size in sizes.items() if size is not None}
    check_positive_int("set_printoptions", 0, **given)
    if threshold is not None:
        if not (is_number(threshold) and threshold >= 0):
            raise ArgumentError(f"set_printoptions: threshold is a number from 0 up, got {short(threshold)}")
        given["threshold"] = threshold
    if profile is not None:
        check_choice("set_printoptions", "profile", profile, list(_PROFILES))
        given = {**_PROFILES[profile], **given}
    if sci_mode is not None:
        check_bool("set_printoptions", sci_mode=sci_mode)
    vars(_options).update(given, sci_mode=sci_mode)


def tensor_repr(tensor: Tensor) -> str:
    """The text of ``repr(tensor)``, as PyTorch prints it."""
    node = tensor._grad_fn
    return tensor_text(
        tensor._matrix.rows,
        tensor._shape,
        tensor.dtype.name,
        get_default_dtype().name,
        tensor._requires_grad,
        None if node is None else backward_name(node),
    )


def tensor_text(
    rows: Rows,
    shape: tuple[int, ...],
    dtype: str,
    default_dtype: str = "float32",
    requires_grad: bool = False,
    grad_fn: str | None = None,
    name: str = "tensor",
) -> str:
    """A tensor as PyTorch prints it.

    The entries are those of the ``rows`` one after the other, of which there may be any number; only those that are
    shown are looked at. All entries of a floating tensor are written alike: without decimals if all are whole, else with
    as many as ``set_printoptions`` says, or in scientific notation.

    >>> print(tensor_text([[0.25, 0.75]], (1, 2), "float32", grad_fn="MulBackward0"))
    tensor([[0.2500, 0.7500]], grad_fn=<MulBackward0>)
    >>> print(tensor_text([[1.0, -2.0], [0.0, math.nan]], (2, 2), "float64", "float64", requires_grad=True))
    tensor([[ 1., -2.],
            [ 0., nan]], requires_grad=True)
    >>> print(tensor_text([[1e-5, 1.0]], (2,), "float64"))
    tensor([1.0000e-05, 1.0000e+00], dtype=torch.float64)
    >>> print(tensor_text([list(range(2000))], (2000,), "int64"))
    tensor([   0,    1,    2,  ..., 1997, 1998, 1999])
    >>> print(tensor_text([[True]], (), "bool"), tensor_text([[]], (0, 3), "float32"))
    tensor(True) tensor([], size=(0, 3))

    The entries of a float32 tensor are Python's floats of 64 bits, and shown are the float32 nearest to them, so that the
    text is PyTorch's; those beyond the range of float32 are shown as they are. Fractions are exact.

    >>> print(tensor_text([[1.00000001, 1e300]], (2,), "float32"), tensor_text([[Fraction(1, 3), 2]], (2,), "float32"))
    tensor([ 1.0000e+00, 1.0000e+300]) tensor([1/3,  2.])
    """
    empty = 0 in shape
    indent = len(name) + 1
    text = f"{name}({'[]' if empty else _entries_text(rows, shape, dtype, indent)}"

    suffixes = []
    if (len(shape) != 1) if empty else not _options.edgeitems:
        suffixes.append(f"size={tuple(shape)}")
    if dtype != default_dtype and (empty or dtype not in ("int64", "bool")):
        suffixes.append(f"dtype=torch.{dtype}")
    suffixes += _part_in_graph(requires_grad, grad_fn)

    column = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        column += len(suffix) + 2
        if column > _options.linewidth:
            text += f",\n{' ' * indent}{suffix}"
            column = indent + len(suffix)
        else:
            text += f", {suffix}"
    return text + ")"


def tensor_html(tensor: Tensor) -> str | None:
    """What a notebook shows of a small table of floats: its numbers, blue below 0 and orange above, the stronger the
    further from 0. Of all else it shows the text.

    >>> tensor_html(Tensor([[0.5, -1.0]]))
    '<table><caption>tensor 1×2</caption><tr><td style="background:#BC4B0040">0.5000</td><td style="background:#0072B280">-1.0000</td></tr></table>'
    """
    from html import escape

    rows, dtype, node = tensor._matrix.rows, tensor.dtype, tensor._grad_fn
    if len(tensor._shape) != 2 or max(tensor._shape) > _LARGEST or 0 in tensor._shape or not dtype.is_floating_point:
        return None
    entries = [x for row in rows for x in row]
    sizes = [abs(float(x)) if math.isfinite(x) else 0.0 for x in entries]
    unit = max(sizes) or 1.0
    cells = [
        f'<td style="background:{LIGHT["c0" if x < 0 else "c1"]}{round(128 * size / unit):02X}">{text.strip()}</td>'
        for x, size, text in zip(entries, sizes, _texts(entries, dtype.name)[0])
    ]
    lines = ["".join(cells[i : i + len(rows[0])]) for i in range(0, len(cells), len(rows[0]))]
    graph = _part_in_graph(tensor._requires_grad, None if node is None else backward_name(node))
    caption = escape(", ".join([f"tensor {format_shape(tensor._shape)}", *graph]))
    return f"<table><caption>{caption}</caption>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _part_in_graph(requires_grad: bool, grad_fn: str | None) -> list[str]:
    if grad_fn is not None:
        return [f"grad_fn=<{grad_fn}>"]
    return ["requires_grad=True"] if requires_grad else []


def _entries_text(rows: Rows, shape: tuple[int, ...], dtype: str, indent: int) -> str:
    """The entries in brackets, one pair an axis; the first line begins at column ``indent``."""
    summarized = math.prod(shape) > _options.threshold
    edge = _options.edgeitems if summarized else max(shape, default=0)
    # None stands for what is left out.
    shown = [[*range(edge), None, *range(n - edge, n)] if n > 2 * edge else list(range(n)) for n in shape]

    columns = len(rows[0])
    entries = []
    for indices in product(*([i for i in axis if i is not None] for axis in shown)):
        offset = 0
        for size, index in zip(shape, indices):
            offset = offset * size + index
        entries.append(rows[offset // columns][offset % columns])
    texts, width = _texts(entries, dtype)
    remaining = iter(texts)
    last = len(shape) - 1

    def block(axis: int, indent: int) -> str:
        if axis > last:
            return next(remaining)
        between = " " * (indent + 1)
        if axis < last:
            blocks = ["..." if i is None else block(axis + 1, indent + 1) for i in shown[axis]]
            return "[" + ("," + "\n" * (last - axis) + between).join(blocks) + "]"
        parts = [("..." if edge == 0 else " ...") if i is None else next(remaining) for i in shown[axis]]
        per_line = max(1, (_options.linewidth - indent) // (width + 2))
        lines = [", ".join(parts[i : i + per_line]) for i in range(0, len(parts), per_line)]
        return "[" + f",\n{between}".join(lines) + "]"

    return block(0, indent)


def _texts(entries: Sequence[Any], dtype: str) -> tuple[list[str], int]:
    """The entries as text, aligned to the right, and the width by which PyTorch reckons how many go into a line."""
    if not dtype.startswith("float"):
        texts = list(map(str, entries))
        width = max(map(len, texts), default=1)
    else:
        values = [_shown_value(entry, dtype) for entry in entries]
        spec, point = _float_format([abs(x) for x in values if isinstance(x, float) and x and math.isfinite(x)])
        texts = [x if isinstance(x, str) else format(x, spec) + point * math.isfinite(x) for x in values]
        # PyTorch leaves 0, infinity and NaN out of account.
        width = max(
            (len(t) for x, t in zip(values, texts) if isinstance(x, str) or (x and math.isfinite(x))), default=1
        )
    return [text.rjust(width) for text in texts], width


def _float_format(sizes: list[float]) -> tuple[str, str]:
    """The format of all floats, and what follows finite ones, from the absolute values of those that are not 0."""
    if not sizes:
        return ".0f", "."
    least, most = min(sizes), max(sizes)
    scientific = _options.sci_mode
    if scientific is None:
        scientific = most / least > 1000 or most > 1e8 or least < 1e-4
    if scientific:
        return f".{_options.precision}e", ""
    if all(size.is_integer() for size in sizes):
        return ".0f", "."
    return f".{_options.precision}f", ""


def _shown_value(entry: Any, dtype: str) -> float | str:
    """The float that is shown for an entry of a floating tensor; text where no float is the entry."""
    if isinstance(entry, Fraction):
        return str(entry)
    try:
        value = float(entry)
    except OverflowError:  # an int beyond the range of floats
        return str(entry)
    if dtype == "float32":
        try:
            (value,) = _FLOAT32.unpack(_FLOAT32.pack(value))
        except OverflowError:
            pass
    return value

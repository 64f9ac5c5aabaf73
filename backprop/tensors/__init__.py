"""What a Tensor can do beyond its operators: functions of entries, concatenation, linear algebra with gradients.

PyTorch's ``out`` is left out: a Matrix never changes.
"""

from typing import TYPE_CHECKING

from backprop.tensors.algebra import cholesky, det, inv, slogdet, solve, trace
from backprop.tensors.concatenation import cat
from backprop.tensors.elementary import exp, log, sqrt
from backprop.validation import unknown_names

__all__ = ["cat", "cholesky", "det", "exp", "inv", "log", "slogdet", "solve", "sqrt", "trace"]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)

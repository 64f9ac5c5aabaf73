"""Linear algebra under NumPy's names: factorizations, solutions, eigenvalues, norms, on Matrix.

From simple to less simple: products, elimination, definite, orthogonal, singular, symmetric, general, norms, rank,
powers. Results with several parts are named tuples.
"""

from typing import TYPE_CHECKING

from backprop.linalg.definite import cholesky
from backprop.linalg.elimination import det, inv, lu, slogdet, solve
from backprop.linalg.general import eig, eigvals
from backprop.linalg.norms import cond, norm
from backprop.linalg.orthogonal import qr
from backprop.linalg.powers import expm, matrix_power
from backprop.linalg.products import kron, outer, trace
from backprop.linalg.rank import matrix_rank, null_space
from backprop.linalg.singular import lstsq, pinv, svd
from backprop.linalg.symmetric import eigh
from backprop.linalg.validation import LinAlgError
from backprop.validation import unknown_names

__all__ = [
    "LinAlgError",
    "cholesky",
    "cond",
    "det",
    "eig",
    "eigh",
    "eigvals",
    "expm",
    "inv",
    "kron",
    "lstsq",
    "lu",
    "matrix_power",
    "matrix_rank",
    "norm",
    "null_space",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "trace",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)

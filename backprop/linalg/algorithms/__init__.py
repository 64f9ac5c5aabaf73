"""Linear algebra under NumPy's names: factorizations, solutions, eigenvalues, norms, on Matrix.

From simple to less simple: products, elimination, orthogonal, singular, symmetric, general, norms, rank,
powers. Results with several parts are named tuples.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.linalg.algorithms.elimination import cholesky as cholesky
    from backprop.linalg.algorithms.elimination import det as det
    from backprop.linalg.algorithms.elimination import inv as inv
    from backprop.linalg.algorithms.elimination import lu as lu
    from backprop.linalg.algorithms.elimination import lu_factor as lu_factor
    from backprop.linalg.algorithms.elimination import slogdet as slogdet
    from backprop.linalg.algorithms.elimination import solve as solve
    from backprop.linalg.algorithms.elimination import solve_triangular as solve_triangular
    from backprop.linalg.algorithms.general import eig as eig
    from backprop.linalg.algorithms.general import eigvals as eigvals
    from backprop.linalg.algorithms.norms import cond as cond
    from backprop.linalg.algorithms.norms import norm as norm
    from backprop.linalg.algorithms.orthogonal import geqrf as geqrf
    from backprop.linalg.algorithms.orthogonal import qr as qr
    from backprop.linalg.algorithms.powers import expm as expm
    from backprop.linalg.algorithms.powers import matrix_power as matrix_power
    from backprop.linalg.algorithms.products import kron as kron
    from backprop.linalg.algorithms.products import outer as outer
    from backprop.linalg.algorithms.products import trace as trace
    from backprop.linalg.algorithms.rank import matrix_rank as matrix_rank
    from backprop.linalg.algorithms.rank import null_space as null_space
    from backprop.linalg.algorithms.singular import lstsq as lstsq
    from backprop.linalg.algorithms.singular import pinv as pinv
    from backprop.linalg.algorithms.singular import svd as svd
    from backprop.linalg.algorithms.symmetric import eigh as eigh
    from backprop.linalg.algorithms.validation import LinAlgError as LinAlgError
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "elimination": "cholesky det inv lu lu_factor slogdet solve solve_triangular",
            "general": "eig eigvals",
            "norms": "cond norm",
            "orthogonal": "geqrf qr",
            "powers": "expm matrix_power",
            "products": "kron outer trace",
            "rank": "matrix_rank null_space",
            "singular": "lstsq pinv svd",
            "symmetric": "eigh",
            "validation": "LinAlgError",
        },
    )

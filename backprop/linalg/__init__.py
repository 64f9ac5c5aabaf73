"""Linear algebra under PyTorch's names: factorizations, solutions, eigenvalues, norms of matrices (…, m, n).

A function of Tensors gives Tensors, with gradients; a function of a Matrix gives a Matrix, exact over Fractions where that is
possible. Some of NumPy's names are for a Matrix alone: ``eig``, ``eigvals``, ``expm``, ``kron``, ``null_space``, ``outer``,
``trace``. Results with several parts are named tuples.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    pass
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "algorithms": "LinAlgError eig eigvals expm kron null_space outer trace",
            "definite": "cholesky cholesky_ex",
            "determinants": "det slogdet",
            "exponential": "matrix_exp matrix_power",
            "least_squares": "lstsq matrix_rank pinv",
            "norms": "cond matrix_norm norm vector_norm",
            "products": "cross diagonal vander",
            "reflections": "householder_product",
            "solving": "inv inv_ex solve solve_ex solve_triangular tensorinv tensorsolve",
            "spectra": "eigh eigvalsh svd svdvals",
            "triangular": "lu lu_factor lu_factor_ex lu_solve qr",
        },
    )

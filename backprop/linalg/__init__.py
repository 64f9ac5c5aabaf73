"""Linear algebra under PyTorch's names: factorizations, solutions, eigenvalues, norms of matrices (…, m, n).

A function of Tensors gives Tensors, with gradients; a function of a Matrix gives a Matrix, exact over Fractions where that is
possible. Some of NumPy's names are for a Matrix alone: ``eig``, ``eigvals``, ``expm``, ``kron``, ``null_space``, ``outer``,
``trace``. Results with several parts are named tuples.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.linalg.algorithms import LinAlgError as LinAlgError
    from backprop.linalg.algorithms import eig as eig
    from backprop.linalg.algorithms import eigvals as eigvals
    from backprop.linalg.algorithms import expm as expm
    from backprop.linalg.algorithms import kron as kron
    from backprop.linalg.algorithms import null_space as null_space
    from backprop.linalg.algorithms import outer as outer
    from backprop.linalg.algorithms import trace as trace
    from backprop.linalg.definite import cholesky as cholesky
    from backprop.linalg.definite import cholesky_ex as cholesky_ex
    from backprop.linalg.determinants import det as det
    from backprop.linalg.determinants import slogdet as slogdet
    from backprop.linalg.exponential import matrix_exp as matrix_exp
    from backprop.linalg.exponential import matrix_power as matrix_power
    from backprop.linalg.least_squares import lstsq as lstsq
    from backprop.linalg.least_squares import matrix_rank as matrix_rank
    from backprop.linalg.least_squares import pinv as pinv
    from backprop.linalg.norms import cond as cond
    from backprop.linalg.norms import matrix_norm as matrix_norm
    from backprop.linalg.norms import norm as norm
    from backprop.linalg.norms import vector_norm as vector_norm
    from backprop.linalg.products import cross as cross
    from backprop.linalg.products import diagonal as diagonal
    from backprop.linalg.products import multi_dot as multi_dot
    from backprop.linalg.products import vander as vander
    from backprop.linalg.reflections import householder_product as householder_product
    from backprop.linalg.solving import inv as inv
    from backprop.linalg.solving import inv_ex as inv_ex
    from backprop.linalg.solving import solve as solve
    from backprop.linalg.solving import solve_ex as solve_ex
    from backprop.linalg.solving import solve_triangular as solve_triangular
    from backprop.linalg.solving import tensorinv as tensorinv
    from backprop.linalg.solving import tensorsolve as tensorsolve
    from backprop.linalg.spectra import eigh as eigh
    from backprop.linalg.spectra import eigvalsh as eigvalsh
    from backprop.linalg.spectra import svd as svd
    from backprop.linalg.spectra import svdvals as svdvals
    from backprop.linalg.triangular import lu as lu
    from backprop.linalg.triangular import lu_factor as lu_factor
    from backprop.linalg.triangular import lu_factor_ex as lu_factor_ex
    from backprop.linalg.triangular import lu_solve as lu_solve
    from backprop.linalg.triangular import qr as qr
    from backprop.tensors.products import matmul as matmul
    from backprop.tensors.products import vecdot as vecdot
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
            "backprop.tensors.products": "matmul vecdot",
            "products": "cross diagonal multi_dot vander",
            "reflections": "householder_product",
            "solving": "inv inv_ex solve solve_ex solve_triangular tensorinv tensorsolve",
            "spectra": "eigh eigvalsh svd svdvals",
            "triangular": "lu lu_factor lu_factor_ex lu_solve qr",
        },
    )

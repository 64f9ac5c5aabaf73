"""What functions with several results return: named tuples, printed as those of ``torch.return_types``."""

from __future__ import annotations

from typing import NamedTuple

from backprop.autograd import Tensor
from backprop.tensors.return_types import result_text


class geqrf(NamedTuple):
    """R, below the diagonal the reflections, and their factors τ."""

    a: Tensor
    tau: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_cholesky_ex(NamedTuple):
    """L with A = L·Lᵀ, and 0 where there is one."""

    L: Tensor
    info: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_eigh(NamedTuple):
    """A·V = V·Λ: column k of ``eigenvectors`` belongs to entry k of ``eigenvalues``."""

    eigenvalues: Tensor
    eigenvectors: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_inv_ex(NamedTuple):
    """A⁻¹, and 0 where there is one."""

    inverse: Tensor
    info: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_lstsq(NamedTuple):
    """X with ‖A·X − B‖ least; the sums of squares left, the rank of A and its singular values."""

    solution: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_lu(NamedTuple):
    """A = P·L·U."""

    P: Tensor
    L: Tensor
    U: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_lu_factor(NamedTuple):
    """U and, below the diagonal, L without its 1s in one table; the swaps of rows."""

    LU: Tensor
    pivots: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_lu_factor_ex(NamedTuple):
    """As ``linalg_lu_factor``; and 0, or the first column of U, counted from 1, with a 0 on the diagonal."""

    LU: Tensor
    pivots: Tensor
    info: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_qr(NamedTuple):
    """A = Q·R."""

    Q: Tensor
    R: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_slogdet(NamedTuple):
    """det A = sign·e^logabsdet."""

    sign: Tensor
    logabsdet: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_solve_ex(NamedTuple):
    """X with A·X = B, and 0 where there is one."""

    result: Tensor
    info: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class linalg_svd(NamedTuple):
    """A = U·Σ·Vh, Σ with ``S`` on its diagonal."""

    U: Tensor
    S: Tensor
    Vh: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class lu_unpack(NamedTuple):
    """A = P·L·U."""

    P: Tensor
    L: Tensor
    U: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class qr(NamedTuple):
    """A = Q·R."""

    Q: Tensor
    R: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class slogdet(NamedTuple):
    """The sign of a determinant, and ln |det A|."""

    sign: Tensor
    logabsdet: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class svd(NamedTuple):
    """A = U·Σ·Vᵀ, Σ with ``S`` on its diagonal."""

    U: Tensor
    S: Tensor
    V: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class triangular_solve(NamedTuple):
    """X with A·X = B, and A."""

    solution: Tensor
    cloned_coefficient: Tensor

    def __repr__(self) -> str:
        return result_text(self)

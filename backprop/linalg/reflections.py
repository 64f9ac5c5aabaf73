"""Householder's reflections H = I − τ·v·vᵀ in LAPACK's table: v in the columns below the diagonal, on which it is 1."""

from __future__ import annotations

from backprop.autograd import Result, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.linalg import algorithms, return_types
from backprop.linalg.algorithms import LinAlgError
from backprop.linalg.batches import batched, identity_like, matrices, packed_nothing, unstacked
from backprop.linalg.packing import packed
from backprop.matrix import Matrix, trusted


def geqrf(input: TensorLike) -> return_types.geqrf:
    """A = Q·R of each matrix (…, m, n) with Q as reflections, in LAPACK's table: R on and above the diagonal. ``qr`` has Q
    itself, and a gradient, which there is none of here.

    >>> geqrf(Tensor([[3.0], [4.0]]))
    torch.return_types.geqrf(
    a=tensor([[-5.0000],
            [ 0.5000]]),
    tau=tensor([1.6000]))
    """
    a = matrices("geqrf", input)
    m, n = a.shape[-2:]
    return return_types.geqrf(*unstacked(_geqrf(a), (m, n), (min(m, n),)))


@batched(packed_nothing)
def _geqrf(a: Matrix) -> Result:
    """The table and τ in one row."""
    table, tau = algorithms.geqrf(a)

    def pullback(d: Matrix) -> Matrix:
        raise NotImplementedError("geqrf has no derivative; write linalg.qr")

    return packed(table, [tau]), pullback


@composed
def householder_product(A: TensorLike, tau: TensorLike) -> Tensor:
    """The first n columns of Q = H₁·H₂⋯Hₖ for the reflections that A (…, m, n) and τ (…, k) hold.

    >>> householder_product(Tensor([[0.0], [0.5]]), Tensor([1.6]))
    tensor([[-0.6000],
            [-0.8000]])
    """
    a, factors = matrices("householder_product", A), as_tensor(tau, "householder_product")
    m, n = a.shape[-2:]
    if not m >= n >= factors.shape[-1]:
        raise LinAlgError(
            f"householder_product: A has m×n entries and tau k ≤ n ≤ m, got {m}×{n} and {factors.shape[-1]}"
        )
    return _reflected(a, factors, a * 0 + identity_like(a, m, n), transpose=False)


@composed
def ormqr(input: TensorLike, tau: TensorLike, other: TensorLike, left: bool = True, transpose: bool = False) -> Tensor:
    """Q·C, with ``transpose`` Qᵀ·C, and without ``left`` C·Q or C·Qᵀ, for C = ``other`` and Q = H₁·H₂⋯Hₖ, the reflections that
    ``input`` (…, m, n) and τ (…, k) hold.

    >>> ormqr(Tensor([[0.0], [0.5]]), Tensor([1.6]), Tensor([[1.0], [0.0]]))
    tensor([[-0.6000],
            [-0.8000]])
    """
    a, factors, c = matrices("ormqr", input), as_tensor(tau, "ormqr"), matrices("ormqr", other)
    if a.shape[-2] != c.shape[-2 if left else -1]:
        raise LinAlgError(
            f"ormqr: the rows of input and the {'rows' if left else 'columns'} of other are as many, got {a.shape} and {c.shape}"
        )
    if not left:
        return _reflected(a, factors, c.mT, not transpose).mT
    return _reflected(a, factors, c, transpose)


def _reflected(a: Tensor, tau: Tensor, columns: Tensor, transpose: bool) -> Tensor:
    """H₁·H₂⋯Hₖ·C, or with ``transpose`` Hₖ⋯H₂·H₁·C."""
    m, order = a.shape[-2], range(tau.shape[-1])
    for k in order if transpose else reversed(order):
        e = trusted([[float(i == k)] for i in range(m)])
        v = a.narrow(-1, k, 1).tril(-k - 1) + e
        columns = columns - tau.narrow(-1, k, 1).unsqueeze(-1) * (v @ (v.mT @ columns))
    return columns

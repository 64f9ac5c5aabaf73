"""Norms of vectors, from which all other norms are composed."""

from __future__ import annotations

from math import hypot, inf
from typing import Any

from backprop.autograd import Result
from backprop.matrix import Matrix, trusted
from backprop.matrix.reductions import nan_max, nan_min


def _vector_norm(a: Matrix, ord: float = 2) -> Result:
    """yᵢ = (Σⱼ |aᵢⱼ|ᵖ)^(1/p) of each row, the largest |aᵢⱼ| for p = ∞, the smallest for −∞, the number of entries other than 0 for 0.

    ∂L/∂aᵢⱼ = ∂L/∂yᵢ·sgn(aᵢⱼ)·(|aᵢⱼ|/yᵢ)^(p−1). For ±∞ the largest (smallest) entries share ∂L/∂yᵢ evenly; for 0 the gradient is 0.

    Where y = 0, and at entries that are 0, the derivative may be infinite or not unique: 0 is taken, as in PyTorch.
    """
    norms = [_norm(row, ord) for row in a.rows]

    def pullback(d: Matrix) -> Matrix:
        return trusted([_gradient(row, norm, ord, *entry) for row, norm, entry in zip(a.rows, norms, d.rows)])

    return trusted([[norm] for norm in norms]), pullback


def _norm(row: list[Any], p: float) -> Any:
    if p == 2:
        return hypot(*row)
    sizes = list(map(abs, row))
    if p == 0:
        return sum([float(x != 0) for x in sizes])
    if p == 1:
        return sum(sizes)
    unit = nan_max(sizes) if p > 0 else nan_min(sizes)
    # By the largest entry (smallest for p < 0) first, powers neither overflow nor vanish.
    if abs(p) == inf or not 0 < unit < inf:
        return unit
    return unit * sum([(x / unit) ** p for x in sizes]) ** (1 / p)


def _gradient(row: list[Any], norm: Any, p: float, d: Any) -> list[Any]:
    if not norm or p == 0:
        return [0.0] * len(row)
    if abs(p) == inf:
        share = d / sum([abs(x) == norm for x in row])
        return [share * _sign(x) if abs(x) == norm else 0.0 for x in row]
    if p == 2:
        return [d * (x / norm) for x in row]
    return [d * _sign(x) * (abs(x) / norm) ** (p - 1) if x else 0.0 for x in row]


def _sign(x: Any) -> Any:
    return (x > 0) - (x < 0)

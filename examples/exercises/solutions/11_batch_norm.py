"""Solution 11: (D − the mean of D − Y times the mean of D∘Y)/s, with the means of each column.

    directly                     dᵢ/s
    over μ, ∂yⱼ/∂μ = −1/s        ∂L/∂μ = −Σⱼ dⱼ/s, and ∂μ/∂xᵢ = 1/n:                    −(mean of d)/s
    over v, ∂yⱼ/∂s = −yⱼ/s       ∂L/∂s = −Σⱼ dⱼyⱼ/s, and ∂s/∂xᵢ = 2(xᵢ − μ)/(2ns) = yᵢ/n:    −yᵢ·(mean of d·y)/s

v depends on μ as well, but its slope is −2·Σ(xⱼ − μ)/n = 0. What is left of D has no part along 1 and next to none along
Y: a shift and a stretch of a column leave Y as it is, so they cannot change L.
"""

from __future__ import annotations

from backprop import Tensor

EPS = 1e-5


def batch_norm_backward(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X)
    return (D - D.mean(dim=0) - Y * (D * Y).mean(dim=0)) / s


def parts(X: Tensor, correction: int = 0) -> tuple[Tensor, Tensor]:
    """(Y, s) of the forward pass."""
    s = (X.var(dim=0, correction=correction) + EPS).sqrt()
    return (X - X.mean(dim=0)) / s, s


def without_the_mean(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X)
    return (D - Y * (D * Y).mean(dim=0)) / s


def with_sums(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X)
    return (D - D.sum(dim=0) - Y * (D * Y).sum(dim=0)) / s


def along_the_rows(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X)
    return (D - D.mean(dim=1, keepdim=True) - Y * (D * Y).mean(dim=1, keepdim=True)) / s


def over_all(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X)
    return (D - D.mean() - Y * (D * Y).mean()) / s


def by_n_minus_1(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X, correction=1)
    return (D - D.mean(dim=0) - Y * (D * Y).mean(dim=0)) / s


def by_n_minus_1_in_s(X: Tensor, D: Tensor) -> Tensor:
    (Y, _), (_, s) = parts(X), parts(X, correction=1)
    return (D - D.mean(dim=0) - Y * (D * Y).mean(dim=0)) / s


def without_eps(X: Tensor, D: Tensor) -> Tensor:
    s = X.std(dim=0, correction=0)
    Y = (X - X.mean(dim=0)) / s
    return (D - D.mean(dim=0) - Y * (D * Y).mean(dim=0)) / s


def with_x(X: Tensor, D: Tensor) -> Tensor:
    _, s = parts(X)
    return (D - D.mean(dim=0) - X * (D * X).mean(dim=0)) / s


def with_plus(X: Tensor, D: Tensor) -> Tensor:
    Y, s = parts(X)
    return (D + D.mean(dim=0) + Y * (D * Y).mean(dim=0)) / s


HINT = (
    "First ∂L/∂s and ∂L/∂μ, each a sum over the column, as all y depend on them. Then what xᵢ adds to μ, 1/n, and to s, yᵢ/n. "
    "∂L/∂xᵢ is dᵢ/s plus these two products."
)

MISTAKES = {
    "That is the direct way alone, as if μ and s were constants. Each x is also part of both.": lambda X, D: (
        D / parts(X)[1]
    ),
    "The way over v is missing: s changes with each x, by yᵢ/n.": lambda X, D: (D - D.mean(dim=0)) / parts(X)[1],
    "The way over μ is missing: if x grows, μ does, and all y of the column become smaller.": without_the_mean,
    "A sum is not yet divided by n: one x moves μ only by 1/n, and s by yᵢ/n. So they are means over the batch.": with_sums,
    "Each column is normalized by itself: the means go over the examples, dim=0.": along_the_rows,
    "Each column has its own means: mean() without dim mixes the features. Give it dim=0.": over_all,
    "var divides by n − 1 unless you say correction=0: here the variance is divided by n.": by_n_minus_1,
    "All is right but s: X.var(dim=0) divides by n − 1 unless you say correction=0.": by_n_minus_1_in_s,
    "Nearly right, but for ε: s = √(v + EPS), where std knows no ε.": without_eps,
    "∂s/∂xᵢ is yᵢ/n, with the normalized Y, not with X.": with_x,
    "The signs: if μ or s grow, y becomes smaller. Both ways come with a minus.": with_plus,
    "Everything is divided by s once more at the end: y is (x − μ)/s, with the slope 1/s.": lambda X, D: (
        batch_norm_backward(X, D) * parts(X)[1]
    ),
    "You multiply by s instead of dividing by it: the slope of (x − μ)/s is 1/s.": lambda X, D: (
        batch_norm_backward(X, D) * parts(X)[1] ** 2
    ),
    "You divide by v: y is (x − μ)/s, with the root s = √(v + ε).": lambda X, D: (
        batch_norm_backward(X, D) / parts(X)[1]
    ),
    "Almost: ε is missing. s is √(v + ε), in the backward pass as well.": lambda X, D: (
        batch_norm_backward(X, D) * parts(X)[1] / X.std(dim=0, correction=0)
    ),
    "It is n times what it must be: 1/n is missing, or a sum of D should be a mean.": lambda X, D: (
        batch_norm_backward(X, D) * len(X)
    ),
    "∂μ/∂x is 1/n: the way over μ is not divided by n yet.": lambda X, D: (
        batch_norm_backward(X, D) + (D.mean(dim=0) - D.sum(dim=0)) / parts(X)[1]
    ),
    "∂s/∂x is y/n: the way over v is not divided by n yet.": lambda X, D: (
        batch_norm_backward(X, D)
        + parts(X)[0] * ((D * parts(X)[0]).mean(dim=0) - (D * parts(X)[0]).sum(dim=0)) / parts(X)[1]
    ),
}

"""Differentials: how the result of an algorithm moves with its matrices, which makes it one for dual numbers too.

An algorithm scales, exchanges rows and iterates, which is for plain numbers alone. Of dual numbers A + ε·dA its result is
that of A, and ε times its differential, which one formula gives from result, A and dA.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar

from backprop.matrix import Matrix, trusted
from backprop.numbers import is_generic

F = TypeVar("F", bound=Callable[..., Any])


def with_differential(differential: Callable[..., Any]) -> Callable[[F], F]:
    """Let the algorithm below take dual numbers: ``differential(result, matrices, changes, settings…)`` gives the change of
    its result, where ``matrices`` are its arguments without their ε-part and ``changes`` these parts.

    >>> from backprop.numbers import generic
    >>> from backprop.numbers.dual import Dual
    >>> @with_differential(lambda y, a, da: da[0] @ a[0] + a[0] @ da[0])
    ... def squared(a):
    ...     return a @ a
    >>> with generic():
    ...     squared(trusted([[Dual(3.0, 1.0)]])).rows
    [[Dual(9.0, 6.0)]]
    """

    def decorate(algorithm: F) -> F:
        @wraps(algorithm)
        def call(*arguments: Any, **settings: Any) -> Any:
            if not is_generic():
                return algorithm(*arguments, **settings)
            from backprop.numbers.dual import Dual, slope_of, value_of

            given = [x for x in arguments if isinstance(x, Matrix)]
            level = max([x.level for a in given for row in a.rows for x in row if type(x) is Dual], default=None)
            if level is None:
                return algorithm(*arguments, **settings)

            def each(part: Callable[[Any, int], Any], a: Matrix) -> Matrix:
                return trusted([[part(x, level) for x in row] for row in a.rows])

            values = [each(value_of, a) for a in given]
            rest = [x for x in arguments if not isinstance(x, Matrix)]
            result = call(*values, *rest, **settings)
            changes = [each(slope_of, a) for a in given]
            return _joined(result, differential(result, values, changes, *rest, **settings), level, Dual)

        return call  # type: ignore[return-value]

    return decorate


def _joined(value: Any, change: Any, level: int, dual: Callable[..., Any]) -> Any:
    """value + ε·change, where both are numbers, Matrices, or lists or tuples of them; None says that nothing changes."""
    if change is None:
        return value
    if isinstance(value, Matrix):
        return trusted([_joined(p, q, level, dual) for p, q in zip(value.rows, change.rows)])
    if isinstance(value, list):
        return [_joined(x, e, level, dual) for x, e in zip(value, change)]
    if isinstance(value, tuple):
        return type(value)(*[_joined(x, e, level, dual) for x, e in zip(value, change)])
    return dual(value, change, level)

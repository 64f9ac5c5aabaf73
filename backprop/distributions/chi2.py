"""The χ² distribution."""

from __future__ import annotations

from backprop.autograd import Tensor
from backprop.distributions import constraints
from backprop.distributions.gamma import Gamma
from backprop.distributions.utils import Value


class Chi2(Gamma):
    """The gamma distribution with α = ``df``/2 and β = ½: the sum of ``df`` squares of numbers of N(0, 1).

    >>> Chi2(Tensor([3.0])).mean
    tensor([3.])
    """

    arg_constraints = {"df": constraints.positive}

    def __init__(self, df: Value, validate_args: bool | None = None) -> None:
        super().__init__(0.5 * df, 0.5, validate_args=validate_args)

    @property
    def df(self) -> Tensor:
        """The degrees of freedom."""
        return 2 * self.concentration

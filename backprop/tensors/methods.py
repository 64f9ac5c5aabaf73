"""The methods of Tensor: each is the function of its name, with the Tensor as first argument; so are the operators."""

from __future__ import annotations

from typing import Any

from backprop.autograd.tensor import Tensor
from backprop.tensors import arithmetic, products, reductions, shaping


def _reflected(function: Any) -> Any:
    def method(self: Tensor, other: Any) -> Tensor:
        return function(other, self)

    return method


OPERATORS = {"add": arithmetic.add, "sub": arithmetic.sub, "mul": arithmetic.mul, "truediv": arithmetic.div, "pow": arithmetic.pow, "matmul": products.matmul}
for _name, _function in OPERATORS.items():
    setattr(Tensor, f"__{_name}__", _function)
    setattr(Tensor, f"__r{_name}__", _reflected(_function))
Tensor.__neg__ = arithmetic.neg
Tensor.__abs__ = arithmetic.abs
for _function in (*OPERATORS.values(), arithmetic.neg, arithmetic.abs, reductions.sum, reductions.mean, shaping.view, shaping.permute, shaping.transpose, shaping.expand):
    setattr(Tensor, _function.__name__, _function)
Tensor.__repr__ = lambda self: f"tensor({self.tolist()}, shape={list(self._shape)})"

"""Chapter 0: backpropagation in 60 lines that one types along, and the step from numbers to matrices.

python3 examples/scalar_engine.py    a second

The chapter beside it, scalar_engine.md, builds the engine line by line.
"""

from __future__ import annotations

import io
import itertools
import math
import sys
from operator import attrgetter
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
from backprop import Matrix


class Value:
    """A number that remembers what it was computed from."""

    __slots__ = ("age", "data", "grad", "inputs", "slopes")
    ages = itertools.count()

    def __init__(self, data: float, inputs: tuple[Value, ...] = (), slopes: tuple[float, ...] = ()) -> None:
        self.data = data
        self.grad = 0.0  # ∂L/∂self, once backward() of L has been called
        self.inputs, self.slopes = inputs, slopes  # slopes[k] = ∂self/∂inputs[k]
        self.age = next(Value.ages)

    def __add__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, n: float) -> Value:
        return Value(self.data**n, (self,), (n * self.data ** (n - 1),))

    def exp(self) -> Value:
        power = math.exp(self.data)
        return Value(power, (self,), (power,))

    def log(self) -> Value:
        return Value(math.log(self.data), (self,), (1 / self.data,))

    def tanh(self) -> Value:
        t = math.tanh(self.data)
        return Value(t, (self,), (1 - t * t,))

    def relu(self) -> Value:
        return Value(max(0.0, self.data), (self,), (float(self.data > 0),))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Value:
        return self * -1.0

    def __sub__(self, other: Value | float) -> Value:
        return self + -other

    def __truediv__(self, other: Value | float) -> Value:
        return self * other**-1

    def backward(self) -> None:
        nodes = ancestors(self)
        for node in nodes:
            node.grad = 0.0 if node.inputs else node.grad  # only what is given keeps its sum
        self.grad = 1.0
        for node in nodes:
            for source, slope in zip(node.inputs, node.slopes):
                source.grad += slope * node.grad  # the chain rule


def ancestors(node: Any) -> list[Any]:
    """The node and all it was computed from, youngest first: none comes before what was computed from it."""
    found, nodes = {node}, [node]
    for found_one in nodes:  # which grows on the way
        for source in found_one.inputs:
            if source not in found:
                found.add(source)
                nodes.append(source)
    return sorted(nodes, key=attrgetter("age"), reverse=True)


# ------------------------------------------------------------------ here the engine ends; what follows uses it


class Table:
    """A Matrix that remembers what it was computed from: the same engine, where a slope has become a function.

    The derivative of a matrix by a matrix is no single number. So each input has a pullback instead, the function that
    makes ∂L/∂input of ∂L/∂self. All else is as above.
    """

    def __init__(
        self, data: Matrix, inputs: tuple[Table, ...] = (), pullbacks: tuple[Callable[[Matrix], Matrix], ...] = ()
    ) -> None:
        self.data = data
        self.grad = 0.0 * data
        self.inputs, self.pullbacks = inputs, pullbacks
        self.age = next(Value.ages)

    def __matmul__(self, other: Table) -> Table:
        a, b = self.data, other.data
        return Table(a @ b, (self, other), (lambda d: d @ b.T, lambda d: a.T @ d))

    def __sub__(self, other: Table) -> Table:
        return Table(self.data - other.data, (self, other), (lambda d: d, lambda d: -d))

    def tanh(self) -> Table:
        t = self.data.map(math.tanh)
        return Table(t, (self,), (lambda d: d * (1.0 - t * t),))

    def sum_of_squares(self) -> Table:
        a = self.data
        total = sum(x * x for row in a.rows for x in row)
        return Table(Matrix([[total]]), (self,), (lambda d: d * (2.0 * a),))

    def backward(self) -> None:
        nodes = ancestors(self)
        for node in nodes:
            node.grad = 0.0 * node.data if node.inputs else node.grad
        self.grad = Matrix([[1.0]])
        for node in nodes:
            for source, pullback in zip(node.inputs, node.pullbacks):
                source.grad = source.grad + pullback(node.grad)


# Exclusive or, written with −1 and 1: the last column of X is 1, so that its weights are biases.
X = [[-1.0, -1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, -1.0, 1.0], [1.0, 1.0, 1.0]]
T = [[-1.0], [1.0], [1.0], [-1.0]]
# Into four hidden neurons, a column for each, and out of them.
W = [[0.5, -0.4, 0.3, 0.2], [0.1, 0.6, -0.5, 0.3], [-0.2, 0.1, 0.4, -0.3]]
V = [[0.3], [-0.2], [0.4], [0.1]]


def by_numbers(steps: int = 100, lr: float = 0.05) -> tuple[list[float], int]:
    """The loss of each step of gradient descent, and the number of nodes in a step's graph."""
    w, v = ([[Value(x) for x in row] for row in weights] for weights in (W, V))
    losses = []
    for _ in range(steps):
        loss = Value(0.0)
        for x, (t,) in zip(X, T):
            hidden = [sum(a * b for a, b in zip(column, x)).tanh() for column in zip(*w)]
            loss += (sum(h * b for h, (b,) in zip(hidden, v)) - t) ** 2
        loss.backward()
        for weight in (weight for row in w + v for weight in row):
            weight.data -= lr * weight.grad
            weight.grad = 0.0
        losses.append(loss.data)
    return losses, len(ancestors(loss))


def by_matrices(steps: int = 100, lr: float = 0.05) -> tuple[list[float], int]:
    """The same, with a node for a whole matrix."""
    x, t, w, v = (Table(Matrix(rows)) for rows in (X, T, W, V))
    losses = []
    for _ in range(steps):
        loss = ((x @ w).tanh() @ v - t).sum_of_squares()
        loss.backward()
        for weight in (w, v):
            weight.data = weight.data - lr * weight.grad
            weight.grad = 0.0 * weight.data
        losses.append(loss.data.item())
    return losses, len(ancestors(loss))


def by_the_library(steps: int = 100, lr: float = 0.05) -> list[float]:
    """The same as PyTorch writes it."""
    x, t = torch.tensor(X), torch.tensor(T)
    w, v = torch.tensor(W, requires_grad=True), torch.tensor(V, requires_grad=True)
    optimizer = torch.optim.SGD([w, v], lr=lr)
    losses = []
    for _ in range(steps):
        loss = (((x @ w).tanh() @ v - t) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    print("1. A graph in which numbers are used twice: c = a + b, d = a·b, y = (c + d) + c·d\n")
    a, b = Value(2.0), Value(3.0)
    c, d = a + b, a * b
    y = (c + d) + c * d
    y.backward()
    for name, node in zip("abcdy", (a, b, c, d, y)):
        print(f"  {name} = {node.data:4.1f}   ∂y/∂{name} = {node.grad:4.1f}")

    print("\n2. Exclusive or: two inputs, four neurons of tanh, 100 steps of gradient descent\n")
    losses, numbers = by_numbers()
    again, matrices = by_matrices()
    library = by_the_library()
    print("  step   a node a number   a node a matrix    the library")
    for step in (0, 1, 9, 99):
        print(f"  {step + 1:4}   {losses[step]:15.12f}   {again[step]:15.12f}   {library[step]:15.12f}")
    print(f"  nodes  {numbers:15}   {matrices:15}")


if __name__ == "__main__":
    main()

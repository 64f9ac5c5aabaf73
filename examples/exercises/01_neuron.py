"""Exercise 1: a neuron.

A neuron weighs its inputs, adds them up, and shifts the sum by its bias:

    y = w₁x₁ + w₂x₂ + … + b

Here x and w are lists of the same length, b and y are numbers. With x = [1, 2], w = [3, -1] and b = 0.5 the neuron
gives 1·3 + 2·(−1) + 0.5 = 1.5. You need nothing but Python: a loop, or sum() and zip().

README: Neural network basics. Write the function, then run this file: it says whether it is right.
"""

from __future__ import annotations

from check import check, same_values


def neuron(x: list[float], w: list[float], b: float) -> float:
    """The output y of the neuron."""
    raise NotImplementedError


if __name__ == "__main__":
    check(
        neuron,
        same_values("y"),
        ([1.0, 2.0], [3.0, -1.0], 0.5),
        ([0.5], [-4.0], 0.0),
        ([1.0, 0.0, 2.0, -3.0], [0.25, 7.0, -1.5, 2.0], -1.0),
    )

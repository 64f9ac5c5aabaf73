"""Solution 1: the sum of the products, and the bias once."""

from __future__ import annotations


def neuron(x: list[float], w: list[float], b: float) -> float:
    return sum(xk * wk for xk, wk in zip(x, w)) + b


HINT = "Start with the bias, or with 0, and add one product x[k] * w[k] for each k."

MISTAKES = {
    "The bias b is missing: it is added after the sum.": lambda x, w, b: sum(xk * wk for xk, wk in zip(x, w)),
    "The bias b is added once, not once for each input.": lambda x, w, b: sum(xk * wk + b for xk, wk in zip(x, w)),
    "Each input is multiplied by its weight; only then all are added.": lambda x, w, b: sum(x) + sum(w) + b,
    "Only x[0] is there: return after the loop, not inside of it.": lambda x, w, b: x[0] * w[0] + b,
    "The weights are in the opposite order: x[k] belongs to w[k].": lambda x, w, b: (
        sum(xk * wk for xk, wk in zip(x, w[::-1])) + b
    ),
    "The sum of all x times the sum of all w has mixed products: x[0] belongs to w[0] alone.": lambda x, w, b: (
        sum(x) * sum(w) + b
    ),
    "That is the last product alone: each turn of the loop must add to what is there, y += …": lambda x, w, b: (
        x[-1] * w[-1] + b
    ),
    "* does not multiply lists: multiply their numbers, x[k] * w[k], one after the other.": lambda x, w, b: x * w + b,
    "The list has len(x) entries, x[0] to x[len(x) - 1]: range(len(x)) counts these.": lambda x, w, b: x[len(x)],
    "A neuron has a single output: add the products up.": lambda x, w, b: [xk * wk + b for xk, wk in zip(x, w)],
}

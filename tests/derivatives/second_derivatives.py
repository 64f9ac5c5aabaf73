"""The second derivatives of a graph against differences of the first, for whatever made it: the graph itself is run again
with other numbers in a leaf."""

import pytest

import backprop as torch
from backprop import Tensor
from backprop.autograd import grad, pullbacks_of, recut
from backprop.autograd.chain_rule import reverse_topological_order
from backprop.matrix import flatten, trusted


def replayed(order, leaves, numbers):
    """(value of each Node, gradient of each leaf from u = 1 everywhere) of a graph whose leaves have other numbers."""
    values = {x: recut(trusted([numbers[x]]), len(x._matrix.rows)) for x in leaves}
    pullbacks = {}
    for node in reversed(order):
        matrices = [None if x is None else values.get(x, x._matrix) for x in node.inputs]
        values[node], pullbacks[node], _ = node.operation.rerun(matrices, node.inputs, node.constants)
    gradients = {order[0]: values[order[0]].map(lambda _: 1.0)}
    for node in order:
        gradient = gradients.pop(node, None)
        if gradient is None:
            continue
        given = pullbacks_of(pullbacks[node], gradient, node.inputs, node.called)
        for x, pullback in zip(node.inputs, given):
            if x is not None and x._requires_grad:
                part = recut(pullback(gradient), len(x._matrix.rows))
                gradients[x] = gradients[x] + part if x in gradients else part
    return gradients


def check_second_derivatives(output, rng, entries=3):
    """Some entries of each leaf: the derivatives of a random sum of all first derivatives."""
    order = reverse_topological_order(output._grad_fn)
    leaves = list({x: None for node in order for x in node.inputs if isinstance(x, Tensor) and x.requires_grad})
    ones = torch.ones_like(output)
    firsts = grad(output, leaves, ones, create_graph=True, allow_unused=True)
    weights = [[rng.gauss(0.0, 1.0) for _ in range(x.numel())] for x in leaves]
    used = [(g, w) for g, w in zip(firsts, weights) if g is not None]
    total = sum([(g.flatten() * Tensor(w)).sum() for g, w in used], torch.zeros(()))
    seconds = [None] * len(leaves)
    if total.requires_grad:
        seconds = grad(total, leaves, retain_graph=True, allow_unused=True)
    numbers = {x: flatten(x._matrix.rows) for x in leaves}
    for x, second in zip(leaves, seconds):
        came = [0.0] * x.numel() if second is None else flatten(second._matrix.rows)
        for k in rng.sample(range(x.numel()), min(entries, x.numel())):
            at = float(numbers[x][k])
            h, sides = 6e-6 * max(1.0, abs(at)), []
            for step in (h, -h):
                moved = {**numbers, x: [*numbers[x][:k], at + step, *numbers[x][k + 1 :]]}
                found = replayed(order, leaves, moved)
                sides.append([flatten(found[y].rows) if y in found else [0.0] * y.numel() for y in leaves])
            expected = sum([w * (p - q) for ws, ps, qs in zip(weights, *sides) for w, p, q in zip(ws, ps, qs)]) / (
                (at + h) - (at - h)
            )
            # The difference rounds to 2⁻⁵³·|g|/h ≈ 2·10⁻¹¹·|g| and cuts off h²/6·|g‴|; far from it a wrong rule is.
            assert came[k] == pytest.approx(expected, rel=2e-5, abs=2e-6)

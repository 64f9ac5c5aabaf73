"""The classic mistakes of backpropagation, each made on purpose: the wrong program beside the right one, in numbers.

python3 examples/mistakes.py    all five, within a second

The chapter beside it, mistakes.md, says what one sees, why, and what to write instead.
"""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
from backprop import Matrix, nn, operation, optim
from backprop.autograd import Result, gradcheck
from backprop.datasets import load_iris
from backprop.derivatives.gradcheck import GradcheckError
from scalar_engine import Value


def passed_on_at_once(node: Value, first: Callable[[tuple[Value, ...]], Any]) -> None:
    """Wrong: each number passes its gradient on when it is met, though more of it may still come."""
    for source, slope in zip(node.inputs, node.slopes):
        source.grad += slope * node.grad
    for source in first(node.inputs):
        passed_on_at_once(source, first)


def too_early() -> None:
    print("1. A gradient passed on before it is complete: c = a + b, d = a·b, y = (c + d) + c·d, a = 2, b = 3\n")
    print("                          ∂y/∂a   ∂y/∂b")
    for name, first in (("met from the left", tuple), ("met from the right", reversed), ("youngest first", None)):
        a, b = Value(2.0), Value(3.0)
        c, d = a + b, a * b
        y = (c + d) + c * d
        if first:
            y.grad = 1.0
            passed_on_at_once(y, first)
        else:
            y.backward()
        print(f"  {name:18}  {'wrong' if first else 'right'}  {a.grad:4.0f}    {b.grad:4.0f}")


def twice() -> None:
    print("\n2. backward() twice: L = w², w = 3\n")
    w = torch.tensor(3.0, requires_grad=True)
    loss = w**2
    loss.backward()
    print(f"  once                     {w.grad}")
    try:
        loss.backward()
    except RuntimeError as error:
        print(f"  twice                    RuntimeError: {error}")
    w.grad = None
    loss = w**2
    loss.backward(retain_graph=True)
    loss.backward()
    print(f"  twice, with retain_graph {w.grad}")


def descent(zero_grad: bool) -> list[float]:
    """w after each of 40 steps from 0 down L = (w − 3)²."""
    w = torch.tensor(0.0, requires_grad=True)
    optimizer = optim.SGD([w], lr=0.1)
    path = []
    for _ in range(40):
        if zero_grad:
            optimizer.zero_grad()
        ((w - 3) ** 2).backward()
        optimizer.step()
        path.append(w.item())
    return path


def not_forgotten() -> None:
    print("\n3. A forgotten zero_grad: L = (w − 3)², lr = 0.1, from w = 0\n")
    print("  step     right     wrong")
    for step, (right, wrong) in enumerate(zip(descent(True), descent(False)), 1):
        if step in {1, 2, 3, 5, 10, 20, 40}:
            print(f"  {step:4}  {right:8.4f}  {wrong:8.4f}")


def softmax_twice() -> None:
    print("\n4. Softmax twice: CrossEntropyLoss has one, and the network ends with another; irises, 300 steps\n")
    flowers = load_iris()
    inputs = (flowers.inputs - flowers.inputs.mean(dim=0)) / flowers.inputs.std(dim=0)
    loss_function = nn.CrossEntropyLoss()
    print("         loss at first    at last   accuracy   ∂L/∂z for z = (5, 0, 0), if the second class is right")
    for name, end in (("right", nn.Identity()), ("wrong", nn.Softmax(dim=1))):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 3), end)
        optimizer = optim.SGD(model.parameters(), lr=0.5)
        losses = []
        for _ in range(300):
            outputs = model(inputs)
            loss = loss_function(outputs, flowers.targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        accuracy = 100 * (outputs.argmax(dim=1) == flowers.targets).float().mean().item()
        z = torch.tensor([[5.0, 0.0, 0.0]], requires_grad=True)
        loss_function(end(z), torch.tensor([1])).backward()
        gradient = "  ".join(f"{entry:7.4f}" for entry in z.grad[0])
        print(f"  {name}  {losses[0]:13.4f}  {losses[-1]:9.4f}   {accuracy:6.1f} %   {gradient}")
    print(
        f"\n  With probabilities of exactly 1 and 0 the wrong one has the loss ln(1 + 2/e) = {math.log(1 + 2 / math.e):.4f}."
    )


@operation
def layer(x: Matrix, w: Matrix) -> Result:
    """Y = X·Wᵀ,  ∂L/∂X = D·W,  ∂L/∂W = Dᵀ·X."""
    return x @ w.T, (lambda d: d @ w, lambda d: d.T @ x)


@operation
def turned(x: Matrix, w: Matrix) -> Result:
    """The same, with a transpose in the wrong place: Xᵀ·D has the numbers of ∂L/∂W, but not where they belong."""
    return x @ w.T, (lambda d: d @ w, lambda d: x.T @ d)


def turned_around() -> None:
    print("\n5. A transpose in the wrong place: Y = X·Wᵀ, L = Y₁₁ + 2·Y₁₂ + Y₂₂, D = ∂L/∂Y\n")
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    for name, function in (("right, Dᵀ·X", layer), ("wrong, Xᵀ·D", turned)):
        w = torch.tensor([[0.5, -1.0], [1.5, 1.0]], requires_grad=True)
        (function(x, w) * torch.tensor([[1.0, 2.0], [0.0, 1.0]])).sum().backward()
        print(f"  {name}  square      {w.grad.tolist()}")
    try:
        gradcheck(turned, (x, w.detach().requires_grad_()))
    except GradcheckError as error:
        print(f"  gradcheck says           {error}")
    w = torch.ones(3, 2, requires_grad=True)
    try:
        turned(x, w).sum().backward()
    except RuntimeError as error:
        print(f"  wrong, Xᵀ·D  not square  {error}")
    sentence = torch.tensor([[1, 2, 3], [4, 5, 6]])
    print(f"\n  {sentence.tolist()}: transpose(0, 1) gives {sentence.transpose(0, 1).tolist()},")
    print(f"  but view(3, 2) reads on row by row: {sentence.view(3, 2).tolist()}")


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    too_early()
    twice()
    not_forgotten()
    softmax_twice()
    turned_around()


if __name__ == "__main__":
    main()

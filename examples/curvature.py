"""Curvature: what second derivatives say of a valley, of the learning rate and of Newton's method, and what they cost.

python3 examples/curvature.py    all of it, a few seconds

The chapter beside it, curvature.md, derives what is seen here.
"""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
import backprop.nn.functional as F
from backprop import Matrix, nn, operation, optim
from backprop.autograd import Result
from backprop.autograd.functional import hessian, hvp
from backprop.func import functional_call, jacfwd, jacrev

Point = torch.Tensor


class Dual:
    """value + ε·slope with ε² = 0: what comes of arithmetic with it carries its derivative along."""

    def __init__(self, value: float, slope: float) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, self.slope + other.slope)

    def __mul__(self, other: Dual) -> Dual:  # (a + εb)(c + εd) = ac + ε(bc + ad), as ε² = 0
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def sin(self) -> Dual:
        return Dual(math.sin(self.value), math.cos(self.value) * self.slope)


def valley(point: Point) -> torch.Tensor:
    """½(5x² + 8xy + 5y²), which curves with 9 along (1, 1) and with 1 along (1, −1)."""
    x, y = point
    return (5 * x**2 + 8 * x * y + 5 * y**2) / 2


def saddle(point: Point) -> torch.Tensor:
    """x⁴/4 − x²/2 + y²/2, lowest at (±1, 0)."""
    x, y = point
    return x**4 / 4 - x**2 / 2 + y**2 / 2


def rosenbrock(point: Point) -> torch.Tensor:
    x, y = point
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def gradient(function: Any, point: Point) -> torch.Tensor:
    point = point.detach().requires_grad_()
    return torch.autograd.grad(function(point), point)[0]


def newton_step(function: Any, point: Point) -> Point:
    """To where the gradient would be 0 if the curvature stayed as it is: θ − H⁻¹g."""
    return point - torch.linalg.solve(hessian(function, point), gradient(function, point))


def the_valley() -> None:
    print("1. A valley: L = ½(5x² + 8xy + 5y²), from (2, 0)\n")
    curvature = hessian(valley, torch.tensor([2.0, 0.0]))
    eigenvalues, directions = torch.linalg.eigh(curvature)
    print(f"  Hessian      {curvature.tolist()}")
    print(f"  eigenvalues  {', '.join(f'{e:.6f}' for e in eigenvalues.tolist())}: along the floor, and up the walls\n")
    print("Each step of gradient descent multiplies what is left along a direction by 1 − lr·λ. It shrinks while")
    print("lr < 2/λ, for the largest λ: here 2/9. After 50 steps there is left")
    print("\n  lr           along the floor   (1 − lr·1)^50   up the walls   (1 − lr·9)^50")
    for share in (0.75, 0.9, 0.99, 1.0, 1.01, 1.1):
        lr, point = share * 2 / 9, torch.tensor([2.0, 0.0])
        start = directions.T @ point
        for _ in range(50):
            point = point - lr * gradient(valley, point)
        flat, steep = (directions.T @ point / start).tolist()
        line = f"{flat:15.3e} {(1 - lr) ** 50:15.3e} {steep:14.3e} {(1 - 9 * lr) ** 50:15.3e}"
        print(f"  {share:4} · 2/9   {line}")


def a_network() -> None:
    print("\n2. A network: 1-4-1 with tanh on nine points of a sine, trained to where its gradient is 0\n")
    torch.manual_seed(0)
    x = torch.linspace(-2, 2, 9).unsqueeze(1)
    y = torch.sin(2 * x)
    network = nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1))
    shapes = {name: p.shape for name, p in network.named_parameters()}

    def loss_of(flat: torch.Tensor) -> torch.Tensor:
        """The loss for all weights in one row."""
        parts = flat.split([shape.numel() for shape in shapes.values()])
        weights = {name: part.view(shape) for (name, shape), part in zip(shapes.items(), parts)}
        return F.mse_loss(functional_call(network, weights, (x,)), y)

    flat = nn.utils.parameters_to_vector(network.parameters()).detach().requires_grad_()
    optimizer = optim.LBFGS(
        [flat], max_iter=400, tolerance_grad=1e-9, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = loss_of(flat)
        loss.backward()
        return loss

    optimizer.step(closure)
    lowest = flat.detach()
    eigenvalues = torch.linalg.eigvalsh(hessian(loss_of, lowest))
    largest = eigenvalues[-1].item()
    print(f"  loss {loss_of(lowest).item():.8f}, |gradient| {gradient(loss_of, lowest).norm().item():.0e}")
    shown = [f"{e:.2g}" if e > 1e-8 * largest else "0" for e in reversed(eigenvalues.tolist())]
    print(f"  eigenvalues  {', '.join(shown)}\n")

    direction = torch.ones_like(lowest)
    for _ in range(40):
        product = hvp(loss_of, lowest, direction)[1]
        direction = product / product.norm()
    print(
        "A few directions are steep, most are nearly flat, and four are flat: 13 weights have nine points to fit. The"
    )
    print("largest λ needs no Hessian: v ← Hv/|Hv| turns to its direction, and a product Hv is one more backward pass.")
    print(f"After 40 of them |Hv| = {product.norm().item():.6f}; the Hessian says {largest:.6f}, so that the limit is")
    print(f"2/λ = {2 / largest:.6f}. From 0.001 beside the lowest point:\n")
    print("  lr            distance after 100 steps")
    for share in (0.5, 0.95, 1.05):
        point = lowest + 1e-3 * direction
        for _ in range(100):
            point = point - share * 2 / largest * gradient(loss_of, point)
        print(f"  {share:4} · 2/λ    {(point - lowest).norm().item():.2e}")


def newton() -> None:
    print("\n3. Newton's method: θ ← θ − H⁻¹g\n")
    point = newton_step(valley, torch.tensor([2.0, 0.0]))
    print(
        f"  In the valley one step is enough: L = {valley(point).item():.1e}. Gradient descent at its best lr, 2/(1 + 9),"
    )
    print("  multiplies the distance by 0.8 a step. Rosenbrock's valley is not quadratic, and takes six:\n")
    print("  step          x          y           f")
    point = torch.tensor([-1.2, 1.0])
    for step in range(7):
        x, y = point.tolist()
        print(f"  {step:4}   {x:8.5f}   {y:8.5f}   {rosenbrock(point).item():.3e}")
        point = newton_step(rosenbrock, point)
    point, steps = torch.tensor([-1.2, 1.0]), 0
    while rosenbrock(point).item() > 1e-6:
        point, steps = point - 0.002 * gradient(rosenbrock, point), steps + 1
    print(f"\n  Gradient descent with lr 0.002 is below 1e-06 after {steps} steps.\n")

    print("But it goes to where the gradient is 0, which may be no valley. f = x⁴/4 − x²/2 + y²/2 from (0.3, 0.5):\n")
    down = up = torch.tensor([0.3, 0.5])
    for _ in range(20):
        down, up = down - 0.5 * gradient(saddle, down), newton_step(saddle, up)
    for name, point in (("gradient descent", down), ("Newton", up)):
        x, y = (round(v, 4) + 0.0 for v in point.tolist())
        eigenvalues = ", ".join(f"{e:.4f}" for e in torch.linalg.eigvalsh(hessian(saddle, point)).tolist())
        print(f"  {name:16}  ends at ({x:.4f}, {y:.4f}), f = {saddle(point).item():.4f}, eigenvalues {eigenvalues}")


passes = {"forward": 0, "backward": 0}


@operation(linear=True)
def counted(a: Matrix) -> Result:
    """y = a, and a note of each pass."""
    passes["forward"] += 1

    def pullback(d: Matrix) -> Matrix:
        passes["backward"] += 1
        return d

    return a, (pullback,)


def forward_and_reverse() -> None:
    print("\n4. Forward against reverse mode\n")
    x = Dual(2.0, 1.0)
    y = x * x + x.sin()
    print(f"  (2 + ε)² + sin(2 + ε) = {y.value:.6f} + {y.slope:.6f}·ε, and 2·2 + cos 2 = {4 + math.cos(2):.6f}\n")
    print(
        "A forward pass with dual numbers gives the derivative of all outputs by one direction of the input: a column"
    )
    print("of the Jacobian. A backward pass gives that of one output by all inputs: a row. y = tanh(Wx), counted:\n")
    print("  inputs   outputs   by columns: passes forward, back   by rows: passes forward, back   difference")
    for inputs, outputs in ((1, 12), (6, 6), (12, 1)):
        torch.manual_seed(0)
        weight, point = torch.randn(outputs, inputs), torch.randn(inputs)
        found, counts = [], []
        for mode in (jacfwd, jacrev):
            passes.update(forward=0, backward=0)
            found.append(mode(lambda x, w=weight: torch.tanh(w @ counted(x)))(point))
            counts.append(f"{passes['forward']:21}, {passes['backward']:4}")
        difference = (found[0] - found[1]).abs().max().item()
        print(f"  {inputs:6}   {outputs:7}   {counts[0]:>33}  {counts[1]:>30}   {difference:10.0e}")
    print(
        "\nOne of the forward passes is that of the value itself. A loss is a single number, and has many weights: so"
    )
    print("training goes backward, one pass whatever their number. And Hv is a forward pass through a backward one.")


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ε
    torch.set_default_dtype(torch.float64)
    the_valley()
    a_network()
    newton()
    forward_and_reverse()


if __name__ == "__main__":
    main()

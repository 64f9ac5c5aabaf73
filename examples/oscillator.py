"""A physics-informed network: it learns a damped oscillation from its differential equation, without an example of it.

python3 examples/oscillator.py            a few seconds
python3 examples/oscillator.py --quick    fewer steps, and a coarser solution

A mass on a spring with friction obeys u″ + 2δu′ + ω²u = 0. The motion is u(t) = 1 + (1 − e⁻ᵗ)²·N(t) with a network N, so
that u(0) = 1 and u′(0) = 0 whatever its weights are, and the loss is the mean square of what the equation leaves. So it
holds derivatives of the network by its input, and its gradient by the weights is a derivative of these.
Lagaris, Likas and Fotiadis, "Artificial Neural Networks for Solving Ordinary and Partial Differential Equations" (1998);
Raissi, Perdikaris and Karniadakis, "Physics-Informed Neural Networks" (2019).
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
from backprop import nn, optim

DAMPING, FREQUENCY = 0.5, 3.0  # δ and ω
END = 3.0

Network = Callable[[torch.Tensor], torch.Tensor]


def exact(t: torch.Tensor) -> torch.Tensor:
    """e^(−δt)·(cos νt + δ/ν·sin νt), ν² = ω² − δ²."""
    nu = (FREQUENCY**2 - DAMPING**2) ** 0.5
    u: torch.Tensor = torch.exp(-DAMPING * t) * (torch.cos(nu * t) + DAMPING / nu * torch.sin(nu * t))
    return u


def motion(network: Network, t: torch.Tensor) -> torch.Tensor:
    """u(t); the network sees t from −1 to 1."""
    return 1 + (1 - torch.exp(-t)) ** 2 * network(2 * t / END - 1)


def derivative(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    """dy/dt for each t: y has a row for each, which depends on no other, so that the gradient of the sum is all of them."""
    slope: torch.Tensor = torch.autograd.grad(y.sum(), t, create_graph=True)[0]
    return slope


def residual(network: Network, t: torch.Tensor) -> torch.Tensor:
    """What the equation leaves: u″ + 2δu′ + ω²u."""
    u = motion(network, t)
    velocity = derivative(u, t)
    return derivative(velocity, t) + 2 * DAMPING * velocity + FREQUENCY**2 * u


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer steps")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ″
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(0)

    t = torch.linspace(0, END, 31).unsqueeze(1).requires_grad_()
    network = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = optim.LBFGS(network.parameters(), max_iter=10, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = residual(network, t).square().mean()
        loss.backward()
        return loss

    def error() -> float:
        with torch.no_grad():
            return (motion(network, t) - exact(t)).abs().max().item()

    print(
        f"u″ + {2 * DAMPING:g}·u′ + {FREQUENCY**2:g}·u = 0 from u(0) = 1, u′(0) = 0, at {len(t)} times until {END:g}\n"
    )
    print("  L-BFGS steps       loss   largest error of u")
    for turn in range(5 if arguments.quick else 20):
        print(f"  {10 * turn:12}  {closure().item():9.5f}   {error():18.5f}", flush=True)
        optimizer.step(closure)
    print(f"  {10 * turn + 10:12}  {closure().item():9.5f}   {error():18.5f}\n")

    print("     t   network     exact")
    with torch.no_grad():
        for time in torch.linspace(0, END, 7).unsqueeze(1):
            print(f"  {time.item():4.1f}  {motion(network, time).item():8.4f}  {exact(time).item():8.4f}")


if __name__ == "__main__":
    main()

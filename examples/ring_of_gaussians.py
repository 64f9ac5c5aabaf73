"""A WGAN with gradient penalty: points of noise learn to lie as the data do, on five spots around a ring.

python3 examples/ring_of_gaussians.py            some fifteen seconds
python3 examples/ring_of_gaussians.py --quick    a few seconds, and not yet on the spots

The generator turns noise into points. The critic f gives a number to each point, and learns to give higher ones to real
points than to generated ones; their mean difference is the distance of the two clouds if the slope of f is nowhere over 1.
So between a real point and a generated one the penalty (|∂f/∂x| − 1)² pulls the slope to 1, and the gradient of this
penalty by the weights is a derivative of a derivative.
Gulrajani et al., "Improved Training of Wasserstein GANs" (2017).
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
from backprop import nn, optim

SPOTS, RADIUS, SPREAD = 5, 1.0, 0.1
NEAR = 2.5 * SPREAD  # of a spot; 95 % of the real points are
BATCH = 32
CRITIC_STEPS = 2  # for each of the generator
PENALTY = 0.3

turns = 2 * math.pi * torch.arange(SPOTS) / SPOTS
centers = RADIUS * torch.stack([torch.cos(turns), torch.sin(turns)], dim=1)


def real_points(count: int) -> torch.Tensor:
    return centers[torch.randint(SPOTS, (count,))] + SPREAD * torch.randn(count, 2)


def gradient_penalty(critic: nn.Module, real: torch.Tensor, generated: torch.Tensor) -> torch.Tensor:
    """The mean of (|∂f/∂x| − 1)² at random places between the real and the generated points."""
    share = torch.rand(len(real), 1)
    between = (share * real + (1 - share) * generated).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.norm(dim=1) - 1).square().mean()


def spots_hit(points: torch.Tensor) -> tuple[float, int]:
    """(the share of points that are near a spot, the number of spots with at least a quarter of their due share)."""
    distance, nearest = (points.unsqueeze(1) - centers).norm(dim=2).min(dim=1)
    near = distance < NEAR
    counts = [((nearest == spot) & near).sum().item() for spot in range(SPOTS)]
    return near.float().mean().item(), sum(count >= len(points) / SPOTS / 4 for count in counts)


def drawing(points: torch.Tensor, size: int = 17) -> str:
    """The points from above, in cells of a square from −1.5 to 1.5; darker where there are more."""
    counts = [[0] * size for _ in range(size)]
    for x, y in points.tolist():
        column, row = (math.floor((v + 1.5) / 3 * size) for v in (x, -y))
        if 0 <= row < size and 0 <= column < size:
            counts[row][column] += 1
    return "\n".join("".join(" .:+#%@"[min(6, (n + 1) // 2)] * 2 for n in row).rstrip() for row in counts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few steps")
    arguments = parser.parse_args()
    torch.manual_seed(0)

    generator = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2))
    critic = nn.Sequential(nn.Linear(2, 32), nn.LeakyReLU(0.2), nn.Linear(32, 32), nn.LeakyReLU(0.2), nn.Linear(32, 1))
    steps = 90 if arguments.quick else 300
    generator_optimizer = optim.Adam(generator.parameters(), lr=0.01, betas=(0.0, 0.9))
    critic_optimizer = optim.Adam(critic.parameters(), lr=0.02, betas=(0.0, 0.9))
    # The two circle around each other, in ever smaller circles as the rates fall.
    schedulers = [
        optim.lr_scheduler.LinearLR(optimizer, start_factor=1.0, end_factor=0.0, total_iters=steps)
        for optimizer in (generator_optimizer, critic_optimizer)
    ]

    with torch.no_grad():
        near, _ = spots_hit(real_points(400))
    print(f"real points on a spot: {100 * near:.1f} %\n")
    print("  step   distance   penalty   on a spot   spots hit")
    for step in range(1, steps + 1):
        for _ in range(CRITIC_STEPS):
            real = real_points(BATCH)
            with torch.no_grad():
                generated = generator(torch.randn(BATCH, 2))
            penalty = gradient_penalty(critic, real, generated)
            distance = critic(real).mean() - critic(generated).mean()
            critic_optimizer.zero_grad()
            (PENALTY * penalty - distance).backward()
            critic_optimizer.step()

        loss = -critic(generator(torch.randn(BATCH, 2))).mean()
        generator_optimizer.zero_grad()
        loss.backward()
        generator_optimizer.step()
        for scheduler in schedulers:
            scheduler.step()

        if step % (steps // 6) == 0:
            with torch.no_grad():
                points = generator(torch.randn(400, 2))
            near, hit = spots_hit(points)
            line = f"  {step:4}   {distance.item():8.4f}   {penalty.item():7.4f}   {100 * near:7.1f} %   {hit:9}"
            print(line, flush=True)
    print(f"\n400 generated points:\n\n{drawing(points)}")


if __name__ == "__main__":
    main()

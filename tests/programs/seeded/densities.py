"""Densities of points: a mixture density network, EM for normal vectors, a planar flow, and actions squashed by tanh."""
import math

import torch
import torch.nn as nn
from torch.distributions import AffineTransform, Categorical, MixtureSameFamily, MultivariateNormal, Normal, TanhTransform, TransformedDistribution

torch.manual_seed(3)
y = torch.linspace(-3, 3, 30).unsqueeze(1)
x = torch.sin(0.75 * y) * 2 + y * 0.5 + torch.randn(30, 1) * 0.1
body = nn.Sequential(nn.Linear(1, 8), nn.Tanh())
weights, centers, spreads = nn.Linear(8, 3), nn.Linear(8, 3), nn.Linear(8, 3)
optimizer = torch.optim.Adam([p for part in (body, weights, centers, spreads) for p in part.parameters()], lr=0.02)
for epoch in range(13):
    h = body(x)
    mixture = MixtureSameFamily(Categorical(logits=weights(h)), Normal(centers(h), spreads(h).exp()))
    loss = -mixture.log_prob(y.squeeze(1)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 4 == 0:
        print(f"epoch {epoch} nll {loss.item():.4f}")
print(mixture)
print(mixture.mean[:3].detach(), mixture.stddev[:3].detach(), mixture.sample((2,)).shape)

places = torch.tensor([[0.0, 0.0], [4.0, 4.0], [-4.0, 3.0]])[Categorical(torch.tensor([0.3, 0.5, 0.2])).sample((45,))]
X = places + torch.randn(45, 2) @ torch.tensor([[1.0, 0.3], [0.0, 0.8]])
mean, covariance, share = X[torch.randperm(45)[:3]].clone(), torch.eye(2).repeat(3, 1, 1), torch.ones(3) / 3
for step in range(6):
    joint = MultivariateNormal(mean, covariance).log_prob(X.unsqueeze(1)) + share.log()
    evidence = torch.logsumexp(joint, dim=1)
    belief = (joint - evidence[:, None]).exp()
    size = belief.sum(0)
    mean = belief.T @ X / size[:, None]
    away = X.unsqueeze(1) - mean
    covariance = torch.einsum("nk,nki,nkj->kij", belief, away, away) / size[:, None, None] + 1e-3 * torch.eye(2)
    share = size / size.sum()
    print(f"em {step} {evidence.sum().item():.2f}")
print(mean[share.argsort()], share.sort().values, MultivariateNormal(mean, covariance).entropy())


class Planar(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.u, self.w, self.b = (nn.Parameter(0.5 * torch.randn(n)) for n in (dim, dim, 1))

    def forward(self, z):
        inner = self.w @ self.u
        u = self.u + (nn.functional.softplus(inner) - 1 - inner) * self.w / self.w.square().sum()
        bend = torch.tanh(z @ self.w + self.b)
        return z + u * bend.unsqueeze(-1), torch.log1p((1 - bend**2) * (self.w @ u))


flows = nn.ModuleList([Planar(2) for _ in range(3)])
base = MultivariateNormal(torch.zeros(2), torch.eye(2))
optimizer = torch.optim.Adam(flows.parameters(), lr=0.02)
for step in range(9):
    z = base.rsample((24,))
    log_q = base.log_prob(z)
    for flow in flows:
        z, change = flow(z)
        log_q = log_q - change
    ring = -0.5 * ((z.norm(dim=1) - 2) / 0.4) ** 2
    loss = (log_q - ring).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 4 == 0:
        print(f"flow {step} {loss.item():.3f}")

policy = TransformedDistribution(Normal(torch.tensor([0.0, 0.5]), torch.tensor([1.0, 0.1])), [TanhTransform(cache_size=1), AffineTransform(0.0, 2.0)])
action = policy.rsample((3,))
print(action, policy.log_prob(action), policy.cdf(torch.tensor([0.0, 1.0])))
print(Normal(0.0, math.sqrt(2.0)).icdf(torch.tensor([0.025, 0.5, 0.975])))

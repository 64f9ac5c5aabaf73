"""Variational inference: a VAE of Independent distributions, a gamma posterior by two gradients, and a bandit's beta beliefs."""
import torch
import torch.nn as nn
from torch.distributions import Bernoulli, Beta, Dirichlet, Gamma, Independent, LogNormal, Multinomial, Normal, Poisson, constraints, kl_divergence, transform_to

torch.manual_seed(0)
pixels = Bernoulli(torch.full((24, 10), 0.3)).sample()


class Encoder(nn.Module):
    def __init__(self, inputs, latent):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(inputs, 12), nn.Softplus(), nn.Linear(12, 2 * latent))

    def forward(self, x):
        loc, log_scale = self.net(x).chunk(2, dim=-1)
        return Independent(Normal(loc, log_scale.exp()), 1)


encoder, decoder = Encoder(10, 2), nn.Sequential(nn.Linear(2, 12), nn.Tanh(), nn.Linear(12, 10))
prior = Independent(Normal(torch.zeros(2), torch.ones(2)), 1)
print(prior, encoder(pixels))
optimizer = torch.optim.RMSprop([*encoder.parameters(), *decoder.parameters()], lr=5e-3)
for step in range(9):
    posterior = encoder(pixels)
    likelihood = Independent(Bernoulli(logits=decoder(posterior.rsample())), 1)
    elbo = likelihood.log_prob(pixels) - kl_divergence(posterior, prior)
    optimizer.zero_grad()
    (-elbo.mean()).backward()
    optimizer.step()
    if step % 4 == 0:
        print(f"step {step} elbo {elbo.mean():.4f} kl {kl_divergence(posterior, prior).mean():.4f}")
with torch.no_grad():
    z = posterior.sample((8,))
    weights = prior.log_prob(z) + Independent(Bernoulli(logits=decoder(z)), 1).log_prob(pixels) - posterior.log_prob(z)
    print(f"importance-weighted {(weights.logsumexp(0) - torch.tensor(8.0).log()).mean():.4f} entropy {posterior.entropy().mean():.4f}")

counts = Poisson(torch.tensor(4.0)).sample((20,))
prior = Gamma(2.0, 0.5)
exact = Gamma(2.0 + counts.sum(), 0.5 + len(counts))
print(exact, exact.mean, exact.stddev)
a, b = (torch.tensor(x, requires_grad=True) for x in (3.0, 1.0))
optimizer = torch.optim.Adam([a, b], lr=0.05)
for step in range(12):
    guide = Gamma(a.exp(), b.exp())
    rate = guide.sample((32,))
    gain = (prior.log_prob(rate) + Poisson(rate.unsqueeze(-1)).log_prob(counts).sum(-1) - guide.log_prob(rate)).detach()
    loss = -(guide.log_prob(rate) * (gain - gain.mean())).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"score function {a.item():.3f} {b.item():.3f} kl {kl_divergence(guide, exact).item():.3f}")
loc, raw = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
optimizer = torch.optim.Adam([loc, raw], lr=0.1)
for step in range(15):
    guide = LogNormal(loc, transform_to(constraints.positive)(raw))
    rate = guide.rsample((8,))
    elbo = (prior.log_prob(rate) + Poisson(rate.unsqueeze(-1)).log_prob(counts).sum(-1) - guide.log_prob(rate)).mean()
    optimizer.zero_grad()
    (-elbo).backward()
    optimizer.step()
print(f"reparameterized {loc.item():.3f} {raw.item():.3f} elbo {elbo.item():.3f} mean {guide.mean.item():.3f}")

topics = Dirichlet(torch.tensor([1.0, 2.0, 0.5])).sample()
words = Multinomial(20, topics).sample()
print(topics, words, Dirichlet(torch.tensor([1.0, 2.0, 0.5]) + words).mean)
chances, wins, losses = torch.tensor([0.2, 0.5, 0.7]), torch.ones(3), torch.ones(3)
for pull in range(40):
    arm = Beta(wins, losses).sample().argmax()
    win = Bernoulli(chances[arm]).sample()
    wins[arm] += win
    losses[arm] += 1 - win
print(wins, losses, Beta(wins, losses).mean)

"""Distributions of probability, and a policy that learns a bandit and a corridor by REINFORCE and actor-critic."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Bernoulli, Categorical, Independent, MultivariateNormal, Normal, kl_divergence

p = Categorical(logits=torch.tensor([[0.0, 1.0, 2.0], [1.0, 1.0, 1.0]]))
print(p.probs, p.entropy(), p.log_prob(torch.tensor([2, 0])), p.batch_shape, p.event_shape)
print(p.sample().shape, p.sample((4,)).shape, Categorical(torch.tensor([0.2, 0.8])).log_prob(torch.tensor([0, 1, 1])))
n = Normal(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 0.5]))
print(n.log_prob(torch.tensor([0.5, 0.5])), n.entropy(), n.cdf(torch.tensor(0.0)), n.mean, n.variance)
print(kl_divergence(n, Normal(0.0, 1.0)), kl_divergence(p, Categorical(logits=torch.zeros(3))))
print(Independent(n, 1).log_prob(torch.zeros(2)), Bernoulli(logits=torch.tensor(0.3)).probs)
m = MultivariateNormal(torch.zeros(2), torch.tensor([[2.0, 0.5], [0.5, 1.0]]))
print(m.log_prob(torch.ones(2)), m.entropy())
print(p, n)

torch.manual_seed(0)
print(Categorical(torch.tensor([0.1, 0.6, 0.3])).sample((8,)), Bernoulli(torch.tensor(0.4)).sample((6,)))
print(Normal(0.0, 1.0).sample((3,)), Normal(torch.zeros(2), torch.ones(2)).rsample())
mu = torch.tensor([0.5], requires_grad=True)
sigma = torch.tensor([1.2], requires_grad=True)
z = Normal(mu, sigma).rsample((5,))
(z ** 2).mean().backward()
print(mu.grad, sigma.grad)

torch.manual_seed(11)
preferences = torch.zeros(4, requires_grad=True)
pays = torch.tensor([0.2, 0.5, 0.9, 0.4])
optimizer = torch.optim.SGD([preferences], lr=0.3)
baseline, total = 0.0, 0
for step in range(60):
    policy = Categorical(logits=preferences)
    action = policy.sample()
    reward = float(torch.rand(()) < pays[action])
    loss = -policy.log_prob(action) * (reward - baseline) - 0.01 * policy.entropy()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    baseline += 0.1 * (reward - baseline)
    total += int(reward)
print(total, F.softmax(preferences, dim=0), preferences.argmax().item())


class Corridor:
    """Seven cells; the reward is at the right end."""

    def reset(self):
        self.cell, self.time = 3, 0
        return self.state()

    def state(self):
        return F.one_hot(torch.tensor(self.cell), 7).float()

    def step(self, action):
        self.cell = max(0, min(6, self.cell + (1 if action == 1 else -1)))
        self.time += 1
        done = self.cell in (0, 6) or self.time == 12
        return self.state(), float(self.cell == 6), done


class ActorCritic(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(7, 8), nn.Tanh())
        self.actor, self.critic = nn.Linear(8, 2), nn.Linear(8, 1)

    def forward(self, state):
        hidden = self.body(state)
        return Categorical(logits=self.actor(hidden)), self.critic(hidden).squeeze(-1)


torch.manual_seed(5)
net, world = ActorCritic(), Corridor()
optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
for episode in range(30):
    state, done, log_probs, values, rewards = world.reset(), False, [], [], []
    while not done:
        policy, value = net(state)
        action = policy.sample()
        state, reward, done = world.step(action.item())
        log_probs.append(policy.log_prob(action))
        values.append(value)
        rewards.append(reward)
    returns, R = [], 0.0
    for r in reversed(rewards):
        R = r + 0.95 * R
        returns.insert(0, R)
    returns, values = torch.tensor(returns), torch.stack(values)
    advantage = returns - values.detach()
    loss = -(torch.stack(log_probs) * advantage).sum() + F.smooth_l1_loss(values, returns, reduction="sum")
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if episode % 6 == 5:
        print(episode, len(rewards), sum(rewards), f"{loss.item():.5f}")
print(net(world.reset())[0].probs, net(world.reset())[1])

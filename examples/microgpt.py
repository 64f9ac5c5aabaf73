"""microGPT, the smallest GPT, on tensors: it reads Python's own names one a step and then invents new ones.

Andrej Karpathy's microgpt (2026) is a GPT in plain Python in which every number is an object. This is the same network,
trained in the same way, with a node for a tensor: one layer, 16 numbers wide, 4 heads, RMSNorm, no biases, ReLU, Adam
with a learning rate that falls to 0. benchmarks/microgpt.py has it number by number, and compares.

python3 examples/microgpt.py                    1000 steps, some seconds
python3 examples/microgpt.py --explain FILE     the first step as a page, with every number
"""

from __future__ import annotations

import argparse
import builtins
import keyword
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
import backprop.nn.functional as F
from backprop import nn, optim

WIDTH, HEADS, LONGEST = 16, 4, 16
# Keywords, what is built in, and the methods of what is built in.
_WORDS = {*keyword.kwlist, *dir(builtins)}.union(*(dir(thing) for thing in vars(builtins).values()))
NAMES = sorted({word.lower() for word in _WORDS if word.isalpha() and len(word) < LONGEST})
LETTERS = sorted(set("".join(NAMES)))
END = len(LETTERS)  # the token that stands before and after each name; the others are letters


class MicroGPT(nn.Module):
    """From each token and those before it, scores for what follows."""

    def __init__(self) -> None:
        super().__init__()
        self.wte = nn.Embedding(END + 1, WIDTH)
        self.wpe = nn.Embedding(LONGEST, WIDTH)
        self.norm = nn.RMSNorm(WIDTH, eps=1e-5, elementwise_affine=False)
        self.attn_qkv = nn.Linear(WIDTH, 3 * WIDTH, bias=False)  # queries, keys and values, one below the other
        self.attn_wo = nn.Linear(WIDTH, WIDTH, bias=False)
        self.mlp_fc1 = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.mlp_fc2 = nn.Linear(4 * WIDTH, WIDTH, bias=False)
        self.lm_head = nn.Linear(WIDTH, END + 1, bias=False)
        for weight in self.parameters():
            nn.init.normal_(weight, std=0.08)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """(T,) tokens to (T, END + 1) scores."""
        x = self.norm(self.wte(tokens) + self.wpe.weight[: len(tokens)])
        heads = self.attn_qkv(self.norm(x)).unflatten(1, (3, HEADS, -1))  # (T, 3, HEADS, WIDTH // HEADS)
        q, k, v = heads.permute(1, 2, 0, 3)
        seen = F.scaled_dot_product_attention(q, k, v, is_causal=True)  # (HEADS, T, WIDTH // HEADS)
        x = x + self.attn_wo(seen.transpose(0, 1).flatten(1))
        x = x + self.mlp_fc2(F.relu(self.mlp_fc1(self.norm(x))))
        return self.lm_head(x)


def loss_of(model: MicroGPT, name: str) -> torch.Tensor:
    """The mean cross-entropy of what follows each token of a name."""
    tokens = torch.tensor([END, *map(LETTERS.index, name), END])
    return F.cross_entropy(model(tokens[:-1]), tokens[1:])


def adam(model: MicroGPT) -> optim.Adam:
    return optim.Adam(model.parameters(), lr=0.01, betas=(0.85, 0.99))


def train(model: MicroGPT, names: list[str], steps: int) -> Iterator[float]:
    """Learn from a name a step, with a learning rate that falls to 0 in a straight line; the loss of each step."""
    optimizer = adam(model)
    scheduler = optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    for step in range(steps):
        loss = loss_of(model, names[step % len(names)])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()
        yield loss.item()


def invented(model: MicroGPT) -> str:
    """A name, drawn letter by letter; a temperature of 0.5 prefers what is likely."""
    drawn: list[int] = []
    while END not in drawn and len(drawn) < LONGEST:
        scores = model(torch.tensor([END, *drawn]))[-1]
        drawn.append(int(torch.multinomial((scores / 0.5).softmax(dim=0), 1)))
    return "".join(LETTERS[token] for token in drawn if token != END)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000, help="one name each (1000)")
    parser.add_argument("--explain", metavar="FILE", help="explain the first step in FILE.html, .md or .txt instead")
    arguments = parser.parse_args()
    torch.manual_seed(42)
    model, names = MicroGPT(), [NAMES[k] for k in torch.randperm(len(NAMES))]
    if arguments.explain:
        torch.explain(loss_of(model, names[0]), model=model, optimizer=adam(model)).save(arguments.explain)
        return
    losses: list[float] = []
    for loss in train(model, names, arguments.steps):
        losses.append(loss)
        if len(losses) % 100 == 0:
            print(f"step {len(losses):4}  mean loss of 100 names {sum(losses[-100:]) / 100:.4f}", flush=True)
    with torch.no_grad():
        print("\ninvented:", *(invented(model) for _ in range(20)))


if __name__ == "__main__":
    main()

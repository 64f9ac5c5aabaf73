"""A small language model that learns how Python's names look, and then invents new ones.

A Transformer reads the names of the standard library's modules, functions and classes, character by character, and
learns to guess the next one; sampling from its guesses writes names that do not exist. Vaswani et al., "Attention Is
All You Need" (2017); Radford et al., "Improving Language Understanding by Generative Pre-Training" (2018).

python3 examples/names_gpt.py              about a minute and a half
python3 examples/names_gpt.py FILE         the words of a text file instead
python3 examples/names_gpt.py --quick      some seconds, and stranger names
"""

from __future__ import annotations

import argparse
import ast
import math
import random
import re
import sys
import sysconfig
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop
from backprop import Tensor, manual_seed, nn, no_grad, optim
from backprop.nn.utils import clip_grad_norm_
from backprop.optim import lr_scheduler

LONGEST = 15  # characters of a name; longer ones are left out
END = 0  # the number of what stands before and after each name; letters follow from 1


def library_names() -> list[str]:
    """The public names of modules, functions and classes in the top folder of the standard library, in lower case."""
    found = set()
    for path in sorted(Path(sysconfig.get_paths()["stdlib"]).glob("*.py")):
        found.add(path.stem)
        tree = ast.parse(path.read_text("utf-8", errors="replace"))
        found |= {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    return _usable(found)


def words_of(path: str) -> list[str]:
    """The words of a text file, in lower case."""
    return _usable(set(re.findall(r"\w+", Path(path).read_text("utf-8", errors="replace"))))


def _usable(words: set[str]) -> list[str]:
    lowered = {word.lower() for word in words if not word.startswith("_")}
    return sorted(word for word in lowered if 3 <= len(word) <= LONGEST and re.fullmatch(r"[a-z_]+", word))


class NamesGPT(nn.Module):
    """Each character looks back at those before it, in two Transformer layers, and gives scores for the next."""

    def __init__(self, characters: int, width: int) -> None:
        super().__init__()
        self.character = nn.Embedding(characters, width)
        self.position = nn.Embedding(LONGEST + 1, width)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(width, 4, 4 * width, dropout=0.0, batch_first=True, norm_first=True)
            for _ in range(2)
        )
        self.head = nn.Linear(width, characters)

    def forward(self, tokens: Tensor) -> Tensor:
        """Scores (batch, length, characters) for the successors of ``tokens``, (batch, length)."""
        length = tokens.shape[1]
        x = self.character(tokens) + self.position(backprop.arange(length))
        hidden = backprop.ones(length, length, dtype=backprop.bool).triu(1)  # what comes later is not seen
        for block in self.blocks:
            x = block(x, src_mask=hidden, is_causal=True)
        return self.head(x)


def batch(names: list[str], number: dict[str, int]) -> tuple[Tensor, Tensor]:
    """Tokens and next tokens, (names, length): padded to the longest; what follows their end does not count."""
    length = max(map(len, names)) + 1
    tokens, following = [], []
    for name in names:
        codes = [number[c] for c in name]
        rest = length - len(codes) - 1
        tokens.append([END, *codes] + [END] * rest)
        following.append([*codes, END] + [-100] * rest)
    return backprop.tensor(tokens), backprop.tensor(following)


def invented(model: NamesGPT, alphabet: str) -> str:
    """A name, one character drawn after the other from the model's probabilities."""
    tokens = [END]
    while len(tokens) <= LONGEST:
        with no_grad():
            scores = model(backprop.tensor([tokens]))[0, -1]
        # A temperature of 0.8: likely characters a little likelier still, for fewer slips.
        token = int(backprop.multinomial((scores / 0.8).softmax(dim=0), 1))
        if token == END:
            break
        tokens.append(token)
    return "".join(alphabet[token - 1] for token in tokens[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", help="a text file whose words are learned instead")
    parser.add_argument("--quick", action="store_true", help="fewer steps")
    parser.add_argument("--seed", type=int, default=0, help="of the split, the start and the batches (0)")
    arguments = parser.parse_args()
    manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)

    names = words_of(arguments.file) if arguments.file else library_names()
    if len(names) < 50:
        sys.exit(f"only {len(names)} usable words of 3 to {LONGEST} letters; 50 are needed to learn anything")
    alphabet = "".join(sorted(set("".join(names))))
    number = {c: k for k, c in enumerate(alphabet, 1)}
    rng.shuffle(names)
    held_out, names = names[: len(names) // 10], names[len(names) // 10 :]
    model = NamesGPT(len(alphabet) + 1, 24)
    loss_function = nn.CrossEntropyLoss()
    steps = 10 if arguments.quick else 250
    optimizer = optim.AdamW(model.parameters())
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=steps)
    print(f"{len(names)} names to learn from, such as {', '.join(names[:5])}; {len(held_out)} held out")
    print(f"always guessing any of the {len(alphabet) + 1} characters has the loss {math.log(len(alphabet) + 1):.3f}\n")
    print(model)

    def held_out_loss() -> float:
        tokens, following = batch(held_out[: 10 if arguments.quick else 40], number)
        with no_grad():
            return loss_function(model(tokens).flatten(0, 1), following.flatten()).item()

    started, seen = time.perf_counter(), 0
    for step in range(1, steps + 1):
        tokens, following = batch(rng.sample(names, 12), number)
        loss = loss_function(model(tokens).flatten(0, 1), following.flatten())
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        scheduler.step()
        seen += tokens.numel()
        if step % (steps // 10) == 0:
            print(f"step {step:4}  loss {loss.item():.3f}  on held-out names {held_out_loss():.3f}", flush=True)
    # On standard error, so that two runs with one seed write the same to standard output.
    print(f"{seen / (time.perf_counter() - started):,.0f} characters a second", file=sys.stderr)

    known = set(names) | set(held_out)
    print("\ninvented (* is a real one):")
    drawn = [invented(model, alphabet) for _ in range(20)]
    for start in range(0, 20, 4):
        cells = [name + ("*" if name in known else "") for name in drawn[start : start + 4]]
        print("  " + "".join(f"{cell:20}" for cell in cells).rstrip())


if __name__ == "__main__":
    main()

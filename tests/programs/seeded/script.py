"""A training script as repositories have it: arguments, devices, amp, compile, seeds, a log, the best weights kept."""
import argparse
import logging
import os
import random
import sys
import tempfile
from dataclasses import dataclass, field
from typing import Optional, Tuple

import torch
import torch.backends.cudnn as cudnn
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch import Tensor
from torch.cuda.amp import GradScaler
from torch.nn.modules.loss import CrossEntropyLoss
from torch.nn.parameter import Parameter
from torch.optim.optimizer import Optimizer
from torch.utils.data.dataloader import DataLoader
from torch.utils.data.dataset import TensorDataset

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s", stream=sys.stdout)
logger = logging.getLogger(__name__)


@dataclass
class Config:
    sizes: Tuple[int, ...] = (2, 16, 3)
    lr: float = 0.05
    betas: Tuple[float, float] = (0.9, 0.99)
    device: str = field(default_factory=lambda: "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu")


class Scale(nn.Module):
    def __init__(self, width: int, device: Optional[torch.device] = None, dtype: Optional[torch.dtype] = None) -> None:
        super(Scale, self).__init__()
        self.gain = Parameter(torch.empty(width, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.ones_(self.gain)

    def forward(self, input: Tensor) -> Tensor:
        return input * self.gain


class MLP(nn.Module):
    def __init__(self, config: Config):
        super().__init__()
        layers = []
        for n, m in zip(config.sizes, config.sizes[1:]):
            layers += [nn.Linear(n, m), Scale(m), nn.ReLU()]
        self.net = nn.Sequential(*layers[:-1])
        self.apply(self._init_weights)

    @staticmethod
    def _init_weights(module):
        if isinstance(module, nn.Linear):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            torch.nn.init.zeros_(module.bias)

    def forward(self, x: torch.Tensor, targets: torch.Tensor = None):
        logits = self.net(x)
        return logits, None if targets is None else F.cross_entropy(logits, targets)


class Lookahead(Optimizer):
    """Every k steps the slow weights go half the way."""

    def __init__(self, params, lr=0.1, k=3):
        super().__init__(params, dict(lr=lr, k=k))

    @torch.no_grad()
    def step(self, closure=None):
        loss = closure() if closure is not None else None
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"], state["slow"] = 0, p.clone()
                state["step"] += 1
                p.add_(p.grad, alpha=-group["lr"])
                if state["step"] % group["k"] == 0:
                    state["slow"].lerp_(p, 0.5)
                    p.copy_(state["slow"])
        return loss


def set_seed(seed):
    random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)
    cudnn.deterministic, cudnn.benchmark = True, False
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.set_float32_matmul_precision("high")
    torch.use_deterministic_algorithms(True)


def spirals(n, noise):
    t = torch.linspace(0.2, 1.0, n).repeat(3)
    label = torch.arange(3).repeat_interleave(n)
    angle = 4 * t + 2.1 * label + noise * torch.randn(3 * n)
    return torch.stack([t * angle.cos(), t * angle.sin()], dim=1), label


@torch.no_grad()
def evaluate(model, loader, device):
    model.eval()
    meter = {"loss": 0.0, "right": 0, "n": 0}
    for x, y in loader:
        x, y = x.to(device, non_blocking=True), y.to(device)
        logits, loss = model(x, y)
        meter["loss"] += loss.item() * len(y)
        meter["right"] += logits.max(1)[1].eq(y).sum().item()
        meter["n"] += y.size(0)
    model.train()
    return meter["loss"] / meter["n"], meter["right"] / meter["n"]


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--no-amp", action="store_true")
    parser.add_argument("--optimizer", choices=["adam", "lookahead"], default="adam")
    args = parser.parse_args(argv)
    set_seed(1337)
    config = Config()
    device = torch.device(config.device)
    torch.set_num_threads(1)
    x, y = spirals(20, 0.05)
    x_test, y_test = spirals(8, 0.0)
    loader = DataLoader(TensorDataset(x, y), args.batch_size, shuffle=True, num_workers=0, pin_memory=device.type == "cuda", drop_last=False)
    tests = DataLoader(TensorDataset(x_test, y_test), batch_size=64)
    model = MLP(config).to(device)
    model = torch.compile(model) if os.environ.get("COMPILE") else model
    logger.info("%d parameters on %s", sum(p.numel() for p in model.parameters() if p.requires_grad), device)
    decay = [p for n, p in model.named_parameters() if p.dim() >= 2]
    no_decay = [p for n, p in model.named_parameters() if p.dim() < 2]
    if args.optimizer == "adam":
        optimizer = optim.AdamW([{"params": decay, "weight_decay": 0.01}, {"params": no_decay, "weight_decay": 0.0}], lr=config.lr, betas=config.betas)
    else:
        optimizer = Lookahead(model.parameters(), lr=config.lr)
    scheduler = optim.lr_scheduler.OneCycleLR(optimizer, config.lr, total_steps=args.epochs * len(loader)) if args.optimizer == "adam" else None
    scaler = GradScaler(enabled=False)
    criterion = CrossEntropyLoss()
    best = float("inf")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "best.pt")
        for epoch in range(args.epochs):
            running = 0.0
            for i, (inputs, labels) in enumerate(loader):
                optimizer.zero_grad(set_to_none=True)
                with torch.autocast(device_type=device.type, dtype=torch.bfloat16, enabled=False):
                    outputs, _ = model(inputs.to(device))
                    loss = criterion(outputs, labels)
                scaler.scale(loss).backward()
                scaler.unscale_(optimizer)
                torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
                scaler.step(optimizer)
                scaler.update()
                if scheduler is not None:
                    scheduler.step()
                running += loss.detach().item()
            valid, accuracy = evaluate(model, tests, device)
            logger.info("epoch %d train %.4f valid %.4f accuracy %.3f lr %.5f", epoch, running / len(loader), valid, accuracy, optimizer.param_groups[0]["lr"])
            if valid < best:
                best = valid
                torch.save({"epoch": epoch, "model": model.state_dict(), "optimizer": optimizer.state_dict(), "best": best}, path)
        checkpoint = torch.load(path, map_location=device)
        model.load_state_dict(checkpoint["model"])
        logger.info("best epoch %d: %.4f %.4f", checkpoint["epoch"], checkpoint["best"], evaluate(model, tests, device)[0])
    torch.cuda.empty_cache()
    return best


if __name__ == "__main__":
    print(torch.__version__.split(".")[0] >= "2", torch.cuda.device_count(), torch.get_default_dtype())
    main(["--epochs", "3"])
    main(["--epochs", "2", "--optimizer", "lookahead", "--batch-size", "10"])

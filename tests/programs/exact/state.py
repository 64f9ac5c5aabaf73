"""State: what a model and its optimizer remember, saved, compared, loaded again, shared and frozen."""
import copy
import io

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def fill(module, seed=0):
    with torch.no_grad():
        for k, (name, p) in enumerate(module.named_parameters()):
            p.copy_(torch.cos(torch.arange(p.numel(), dtype=p.dtype) * 0.7 + k + seed).view_as(p) * 0.5)
    return module


class Tied(nn.Module):
    def __init__(self, vocabulary=6, width=4):
        super().__init__()
        self.table = nn.Embedding(vocabulary, width)
        self.mix = nn.Linear(width, width)
        self.norm = nn.BatchNorm1d(width)
        self.out = nn.Linear(width, vocabulary, bias=False)
        self.out.weight = self.table.weight
        self.register_buffer("calls", torch.tensor(0))
        self.register_buffer("cache", torch.zeros(2), persistent=False)

    def forward(self, ids):
        self.calls += 1
        return self.out(self.norm(torch.tanh(self.mix(self.table(ids).mean(1)))))


ids = torch.tensor([[0, 1, 2], [3, 4, 5], [1, 3, 5], [2, 2, 0]])
target = torch.tensor([1, 0, 5, 3])
model = fill(Tied())
print(len(list(model.parameters())), [name for name, _ in model.named_parameters()])
print(list(model.state_dict().keys()))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.1)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)


def train(model, optimizer, scheduler, steps):
    model.train()
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(model(ids), target)
        loss.backward()
        optimizer.step()
        scheduler.step()
    return loss.item()


print(train(model, optimizer, scheduler, 3), optimizer.param_groups[0]["lr"], scheduler.get_last_lr())
buffer = io.BytesIO()
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(), "epoch": 3, "note": "half way"}, buffer)
first = train(model, optimizer, scheduler, 3)

buffer.seek(0)
saved = torch.load(buffer, weights_only=True)
print(sorted(saved), saved["epoch"], saved["note"], type(saved["model"]).__name__)
again = Tied()
print(again.load_state_dict(saved["model"]))
optimizer2 = torch.optim.AdamW(again.parameters(), lr=1.0)
optimizer2.load_state_dict(saved["optimizer"])
scheduler2 = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer2, T_max=6)
scheduler2.load_state_dict(saved["scheduler"])
second = train(again, optimizer2, scheduler2, 3)
print(first == second, first, again.calls, again.norm.num_batches_tracked, again.norm.running_mean)
print(again.out.weight is again.table.weight, torch.equal(model.out.weight, again.out.weight))

state = optimizer.state_dict()
print(state["param_groups"][0]["params"], state["param_groups"][0]["lr"], sorted(state["state"][0]), state["state"][0]["step"])
print({k: (v["exp_avg"].shape, round(v["exp_avg_sq"].sum().item(), 10)) for k, v in state["state"].items()})

small = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
other = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 3))
partial = {k: v for k, v in fill(small).state_dict().items() if not k.startswith("2")}
partial["3.extra"] = torch.ones(1)
result = other.load_state_dict(partial, strict=False)
print(result.missing_keys, result.unexpected_keys)
for bad in (partial, small.state_dict()):
    try:
        other.load_state_dict(bad)
    except RuntimeError as error:
        print("refused:", type(error).__name__)

twin = copy.deepcopy(small)
twin[0].weight.data.fill_(0)
print(small[0].weight.abs().sum().item() > 0, twin[0].weight.sum().item())
reference = [p.detach().clone() for p in small.parameters()]
for p in small[0].parameters():
    p.requires_grad = False
sgd = torch.optim.SGD(filter(lambda p: p.requires_grad, small.parameters()), lr=0.1, momentum=0.9)
small(torch.ones(2, 4)).pow(2).mean().backward()
sgd.step()
print([torch.equal(p, q) for p, q in zip(small.parameters(), reference)], [p.grad is None for p in small.parameters()])
sgd.add_param_group({"params": small[0].parameters(), "lr": 0.01})
small[0].requires_grad_(True)
small(torch.ones(2, 4)).pow(2).mean().backward()
sgd.step()
print([g["lr"] for g in sgd.param_groups], [len(g["params"]) for g in sgd.param_groups], [torch.equal(p, q) for p, q in zip(small.parameters(), reference)])

vector = nn.utils.parameters_to_vector(small.parameters())
print(vector.shape, vector[:3])
nn.utils.vector_to_parameters(torch.arange(vector.numel(), dtype=vector.dtype) / 10, small.parameters())
print(small[2].weight, small[2].bias)
small.apply(lambda m: nn.init.constant_(m.bias, 0.25) if isinstance(m, nn.Linear) else None)
print(small[0].bias.data, small.float()[0].weight.dtype, small.double()[0].weight.dtype, small.to(torch.float32)[2].bias.dtype)
print([type(m).__name__ for m in small.modules()], small[:2], len(small), small[-1].out_features)
small.append(nn.Softmax(dim=1))
small.add_module("last", nn.Identity())
print(list(dict(small.named_children())), hasattr(small, "last"), small.get_submodule("2").in_features, small.get_parameter("0.bias").shape)
copied = nn.Sequential(*[layer for layer in small if not isinstance(layer, nn.ReLU)])
print(len(copied), copied[0] is small[0], next(copied.parameters()).is_leaf, all(not m.training for m in copied.eval().modules()))

"""A small GPT with tied weights: modules in dicts and lists, buffers, apply, hooks, copies, states and layers exchanged."""

import copy
import pickle
from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1)


def tree(model):
    return repr(model).split("\n# ")[0]


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("tril", torch.tril(torch.ones(4, 4)), persistent=False)
        self.register_buffer("nothing", None)
        self.ln = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.drop = nn.Dropout(0.1)
        self.mlp = nn.ModuleDict(
            {"c_fc": nn.Linear(width, 4 * width), "act": nn.GELU(), "c_proj": nn.Linear(4 * width, width)}
        )
        self.scale = nn.Parameter(torch.ones(1))
        self.type = "block"

    def forward(self, x):
        _, T, C = x.shape
        q, k, v = self.qkv(self.ln(x)).split(C, dim=2)
        attention = (q @ k.transpose(-2, -1)) * C**-0.5
        attention = attention.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
        x = x + self.drop(F.softmax(attention, -1) @ v) * self.scale
        return x + self.mlp.c_proj(self.mlp.act(self.mlp["c_fc"](x)))


class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.transformer = nn.ModuleDict(
            OrderedDict(
                wte=nn.Embedding(7, 8),
                wpe=nn.Embedding(4, 8),
                h=nn.ModuleList([Block(8) for _ in range(2)]),
                ln_f=nn.LayerNorm(8),
            )
        )
        self.lm_head = nn.Linear(8, 7, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init)
        for name, parameter in self.named_parameters():
            if name.endswith("c_proj.weight"):
                nn.init.normal_(parameter, mean=0.0, std=0.01)

    def _init(self, module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    def forward(self, index):
        x = self.transformer.wte(index) + self.transformer.wpe(torch.arange(index.shape[1]))
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


model = GPT()
print(tree(model))
print(list(model.state_dict()), [name for name, _ in model.named_buffers()])
print(sum(p.numel() for p in model.parameters()), len(list(model.named_parameters(remove_duplicate=False))))

groups = [
    {"params": [p for p in model.parameters() if p.dim() >= 2], "weight_decay": 0.1},
    {"params": [p for p in model.parameters() if p.dim() < 2]},
]
optimizer = torch.optim.AdamW(groups, lr=1e-2)
for _ in range(4):
    x = torch.randint(0, 7, (3, 4))
    loss = F.cross_entropy(model(x).view(-1, 7), x.roll(-1, 1).view(-1))
    optimizer.zero_grad()
    loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    print(f"{loss.item():.4f} {norm:.4f}")

for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
    print(other.load_state_dict(model.state_dict()), other.lm_head.weight is other.transformer.wte.weight)
average = copy.deepcopy(model).eval().requires_grad_(False)
for slow, fast in zip(average.parameters(), model.parameters()):
    slow.data.mul_(0.9).add_(fast.data, alpha=0.1)
print(f"{sum(p.sum() for p in average.parameters()).item():.3f}", average.training, model.training)

seen = {}
with model.transformer.h[0].register_forward_hook(lambda m, i, o: seen.update(shapes=(i[0].shape, o.shape))):
    model.eval()(x)
print(seen)
renamed = {name.replace("transformer.", ""): value for name, value in model.state_dict().items()}
print(len(model.load_state_dict(renamed, strict=False).missing_keys))
try:
    model.load_state_dict(renamed)
except RuntimeError as error:
    print(str(error).splitlines()[0])

net = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
del net[2]
net.insert(2, nn.Tanh())
net.append(nn.Linear(8, 2)).add_module("last", nn.Softmax(dim=1))
print(tree(net))
print(net.last, len(net), tree(net[:2]))
for parameter in net[0].parameters():
    parameter.requires_grad = False
print([p.requires_grad for p in net.parameters()])
print(net.double()(torch.randn(2, 1, 4, 4, dtype=torch.float64)).dtype, net[1].num_batches_tracked)
vector = nn.utils.parameters_to_vector(net.parameters())
nn.utils.vector_to_parameters(vector * 0, net.parameters())
print(vector.shape, sum(p.abs().sum() for p in net.parameters()).item())

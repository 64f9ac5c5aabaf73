"""What things look like when they are printed: modules, optimizers, schedulers, tensors, dtypes, sizes, errors."""
import torch
import torch.nn as nn
from collections import OrderedDict

torch.manual_seed(1)


class Residual(nn.Module):
    def __init__(self, width, scale=0.5):
        super().__init__()
        self.scale = scale
        self.norm = nn.LayerNorm(width)
        self.body = nn.Sequential(OrderedDict([("up", nn.Linear(width, 2 * width)), ("act", nn.GELU()), ("down", nn.Linear(2 * width, width, bias=False))]))
        self.register_buffer("steps", torch.zeros(1, dtype=torch.long))

    def extra_repr(self):
        return f"scale={self.scale}"

    def forward(self, x):
        self.steps += 1
        return x + self.scale * self.body(self.norm(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 4, padding_idx=0)
        self.blocks = nn.ModuleList([Residual(4), Residual(4, scale=0.25)])
        self.heads = nn.ModuleDict({"class": nn.Linear(4, 3), "value": nn.Sequential(nn.Dropout(0.1), nn.Linear(4, 1), nn.Tanh())})
        self.gains = nn.ParameterList([nn.Parameter(torch.ones(2)) for _ in range(2)])

    def forward(self, ids):
        x = self.embed(ids)
        for block in self.blocks:
            x = block(x)
        return self.heads["class"](x.mean(1)), self.heads["value"](x[:, -1])


net = Net().eval()
print(net)
print(nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten()))
print(nn.LSTM(4, 8, num_layers=2, batch_first=True, dropout=0.2, bidirectional=True))
print(nn.GRU(3, 5), nn.RNN(3, 5, nonlinearity="relu"), nn.LSTMCell(3, 5))
print(nn.MultiheadAttention(8, 2, dropout=0.1, batch_first=True))
print(nn.TransformerEncoderLayer(8, 2, 16, activation="gelu", norm_first=True))
print(nn.ConvTranspose2d(4, 2, 4, 2, 1), nn.GroupNorm(2, 4), nn.Upsample(scale_factor=2, mode="nearest"), nn.Softmax(dim=-1), nn.LeakyReLU(0.2), nn.PixelShuffle(2))
print(nn.CrossEntropyLoss(label_smoothing=0.1), nn.MSELoss(), nn.BCEWithLogitsLoss(), nn.Identity(), nn.Unflatten(1, (2, 3)))
for name, p in net.named_parameters():
    print(f"{name:28s} {str(tuple(p.shape)):10s} {p.requires_grad} {p.dtype}")
for name, b in net.named_buffers():
    print(name, b)
print([name for name, _ in net.named_modules()])
print(sum(p.numel() for p in net.parameters()), "parameters")
print(type(net).__name__, net.training, net.blocks[1].scale, len(net.blocks), list(net.heads), "class" in net.heads)

optimizer = torch.optim.SGD([{"params": net.embed.parameters(), "lr": 0.01}, {"params": net.blocks.parameters()}], lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-4)
print(optimizer)
print(torch.optim.Adam(net.parameters(), lr=3e-4, betas=(0.9, 0.95)))
print(torch.optim.AdamW(net.parameters()))
print(torch.optim.RMSprop(net.parameters(), lr=0.01))
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
print({k: v for k, v in scheduler.state_dict().items() if k in ("step_size", "gamma", "base_lrs", "last_epoch", "_last_lr")})

print(torch.float32, torch.int64, torch.bool, torch.tensor(1).dtype, torch.tensor([True]).dtype, torch.tensor(2.5).dtype)
print(torch.Size([2, 3]), torch.zeros(2, 3).size(), torch.zeros(2, 3).size(1), torch.Size((4, 5)).numel(), tuple(torch.zeros(1, 2).shape))
print(torch.device("cpu"), repr(torch.device("cpu")), torch.zeros(1).device)
print(torch.zeros(0), torch.zeros(2, 0), torch.tensor([]), torch.tensor(3), torch.tensor(3.0), torch.tensor(-0.0))
print(torch.tensor([1e-8, 1.0, 1e6]), torch.tensor([0.1, 100000.0]), torch.tensor([1.0, float("nan"), float("inf"), -float("inf")]))
print(torch.arange(12).reshape(3, 4), torch.arange(3) / 7, torch.arange(2000), torch.full((2, 2), 1e10))
print(torch.eye(3, dtype=torch.float64), torch.tensor([[True, False]]), torch.ones(2, 1, 3, dtype=torch.int32))
print(torch.linspace(-1, 1, 5, requires_grad=True), (torch.ones(2, requires_grad=True) * 3))
torch.set_printoptions(precision=2, sci_mode=False)
print(torch.tensor([1e-3, 123.456]), torch.rand(3))
torch.set_printoptions(profile="default")
print(nn.Parameter(torch.ones(2)), nn.Linear(1, 1).bias.shape, f"{torch.tensor(0.12345):.3f}", f"{torch.tensor(7):>4d}", "%.2f" % torch.tensor(2.5))
x = torch.arange(4.0)
print(x.tolist(), x.sum().item(), float(x[1]), int(x[2]), bool(x[0]), len(x), x.numel(), x.dim(), x.ndim, x.stride() if hasattr(x, "stride") else None)


def kind(f):
    try:
        f()
        return "nothing"
    except Exception as error:
        return type(error).__name__


a, b = torch.ones(2, 3), torch.ones(4, 5)
for what, f in {
    "add": lambda: a + b, "matmul": lambda: a @ b, "view": lambda: a.view(4), "cat": lambda: torch.cat([a, b]), "stack": lambda: torch.stack([a, b]),
    "index": lambda: a[5], "item": lambda: a.item(), "linear": lambda: nn.Linear(2, 2)(a), "embedding": lambda: net.embed(torch.tensor([99])),
    "state": lambda: nn.Linear(2, 2).load_state_dict({}), "attribute": lambda: a.nothing, "module": lambda: net.nothing, "leaf": lambda: nn.Parameter(a).add_(1),
    "backward": lambda: a.sum().backward(), "twice": lambda: [s.backward() for s in [(nn.Parameter(a) ** 2).sum()] * 2], "vector": lambda: (nn.Parameter(a) * 2).backward(),
    "numpy": lambda: torch.ones(2, requires_grad=True).tolist()[3], "lr": lambda: torch.optim.SGD(net.parameters(), lr=-1.0), "empty": lambda: torch.optim.SGD([], lr=0.1),
    "dropout": lambda: nn.Dropout(1.5), "dim": lambda: a.sum(7), "conv": lambda: nn.Conv2d(3, 4, 3)(torch.ones(1, 2, 5, 5)), "target": lambda: nn.CrossEntropyLoss()(a, torch.tensor([0, 9])),
    "loss": lambda: nn.NLLLoss()(a, torch.tensor([0])), "int grad": lambda: torch.tensor([1, 2], requires_grad=True), "mean of ints": lambda: torch.tensor([1, 2]).mean(),
    "bool": lambda: bool(a), "groups": lambda: nn.Conv2d(3, 4, 3, groups=2),
    "abstract": lambda: nn.Module()(a), "not called": lambda: type("Bad", (nn.Module,), {"__init__": lambda self: setattr(self, "x", nn.Linear(1, 1))})(),
}.items():
    print(f"{what:12s} {kind(f)}")

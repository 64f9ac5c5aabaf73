"""Small networks, the same here and in PyTorch, and what a program saves of them in the middle of its training.

``torch`` is this library or PyTorch. That PyTorch reads and computes the same, the files in ``reference/storage`` say:
torch_*.pt are ``checkpoint(torch, name)`` of PyTorch, here_*.pt those of this library, and both hold the output.
"""

from collections import Counter, OrderedDict
from copy import deepcopy

NETWORKS = ("mlp", "convnet", "lstm", "transformer")


def network(torch, name):
    nn = torch.nn
    if name == "mlp":
        return nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3, bias=False))
    if name == "convnet":
        return nn.Sequential(
            nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 3)
        )
    if name == "lstm":
        return nn.LSTM(2, 3, num_layers=2, bidirectional=True)
    layer = nn.TransformerEncoderLayer(4, 2, 6, dropout=0.0, batch_first=True)
    return nn.TransformerEncoder(layer, 2)


def example(torch, name):
    shape = {"mlp": (5, 4), "convnet": (4, 1, 4, 4), "lstm": (3, 2, 2), "transformer": (2, 3, 4)}[name]
    count = 1
    for size in shape:
        count *= size
    return torch.tensor([(7 * i % 11 - 5) / 4 for i in range(count)]).view(shape)


def output(model, input):
    found = model(input)
    return found[0] if isinstance(found, tuple) else found


def step(model, optimizer, input):
    optimizer.zero_grad()
    loss = (output(model, input) ** 2).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


def optimizer_of(torch, name, model):
    if name in ("mlp", "lstm"):
        return torch.optim.Adam(model.parameters(), lr=0.01)
    return torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)


def checkpoint(torch, name):
    """After three steps; ``later`` is the output after two more."""
    torch.manual_seed(0)
    model, input = network(torch, name), example(torch, name)
    optimizer = optimizer_of(torch, name, model)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2, 0.5)
    for _ in range(3):
        loss = step(model, optimizer, input)
        scheduler.step()
    saved = {
        "epoch": 3,
        "model": deepcopy(model.state_dict()),
        "optimizer": deepcopy(optimizer.state_dict()),
        "scheduler": deepcopy(scheduler.state_dict()),
        "loss": loss,
        "input": input,
    }
    model.eval()
    with torch.no_grad():
        saved["output"] = output(model, input)
    model.train()
    for _ in range(2):
        step(model, optimizer, input)
    model.eval()
    with torch.no_grad():
        saved["later"] = output(model, input)
    return saved


def every_value(torch):
    """One of each kind that a file may hold."""
    base, same = torch.arange(24.0).view(2, 3, 4), torch.tensor([1.0, -0.5, float("inf")])
    entries = {
        "bool": [True, False],
        "uint8": [0, 255],
        "int8": [-128, 127],
        "int16": [-300, 300],
        "int32": [-70000, 70000],
        "int64": [-(2**40), 2**40],
        "float32": [0.75, -(2.0**100)],
        "float64": [1 / 3, -1e300],
    }
    itself = []
    itself.append(itself)
    return {
        "dtypes": [torch.tensor(numbers, dtype=getattr(torch, name)) for name, numbers in entries.items()],
        "shapes": [torch.tensor(2.5), torch.zeros(0), torch.zeros(2, 0, 3), torch.ones(1, 1, 2)],
        "cut": [base[:, 1], base.permute(2, 0, 1), base[1, 1:, ::2], base[0, 0, 0], torch.ones(1).expand(2, 3)],
        "same": [same, same, same.detach(), same[1:]],
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "frozen": torch.nn.Parameter(torch.ones(2), requires_grad=False),
        "leaf": torch.ones(2, requires_grad=True),
        "numbers": [0, 1, -1, 255, 256, 65536, -(2**31), 2**31, 2**100, -(2**70), 0.1, float("inf"), 1 + 2j],
        "constants": [True, False, None],
        "texts": ["", "é€", b"", b"\x00\xff", bytearray(), bytearray(b"ab")],
        "containers": [[], (), {}, [[1, (2, [3])]], (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {1}, set()],
        "ordered": [OrderedDict(b=1, a=2), Counter(a=2, b=1)],
        "keys": {1: "int", (1, "a"): "tuple", None: "none", 1.5: "float"},
        "own": [torch.Size([2, 3]), torch.float32, torch.int64, torch.bool, torch.device("cpu"), torch.strided],
        "itself": itself,
    }


def plain(value):
    """A value to be compared: a tensor as its dtype, its shape, whether it is learned, and its numbers."""
    if hasattr(value, "requires_grad"):
        about = value.__class__.__name__, str(value.dtype), tuple(value.shape), value.requires_grad
        return *about, value.tolist()
    if isinstance(value, dict):
        return type(value).__name__, [(key, plain(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)) and type(value).__name__ != "Size":
        return type(value).__name__, ["itself" if item is value else plain(item) for item in value]
    return type(value).__name__.lower(), repr(value)

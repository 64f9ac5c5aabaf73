"""A small residual network with batch norms, an autoencoder with transposed convolutions, and what shapes they have."""
import torch
from torch import nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(*shape, phase=0.0):
    n = 1
    for size in shape:
        n *= size
    return torch.sin(torch.arange(n, dtype=torch.float64) * 0.7 + phase).reshape(*shape)


def init(m):
    if isinstance(m, (nn.Conv2d, nn.Linear, nn.ConvTranspose2d)):
        with torch.no_grad():
            m.weight.copy_(wave(*m.weight.shape, phase=m.weight.size(0)) / m.weight[0].numel() ** 0.5)
        if m.bias is not None:
            nn.init.zeros_(m.bias)
    elif isinstance(m, nn.BatchNorm2d):
        nn.init.ones_(m.weight)
        nn.init.constant_(m.bias, 0.1)


class Block(nn.Module):
    def __init__(self, inside, outside, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, padding="same", groups=outside, bias=False)
        self.bn2 = nn.BatchNorm2d(outside, momentum=0.2)
        self.short = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)) if stride != 1 or inside != outside else nn.Identity()

    def forward(self, x):
        out = F.relu(self.bn1(self.conv1(x)), inplace=True)
        out = self.bn2(self.conv2(out))
        out += self.short(x)
        return F.relu(out)


class Tiny(nn.Module):
    def __init__(self, classes=3):
        super().__init__()
        self.stem = nn.Conv2d(1, 2, 3, padding=1)
        self.layers = nn.Sequential(Block(2, 2), Block(2, 4, stride=2))
        self.fc = nn.Linear(4, classes)

    def forward(self, x):
        x = self.layers(self.stem(x))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


x = wave(6, 1, 8, 8)
y = torch.tensor([0, 1, 2, 0, 1, 2])
model = Tiny()
model.apply(init)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-3)
for step in range(4):
    model.train()
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()
    model.eval()
    with torch.no_grad():
        logits = model(x)
    print(f"{step} {loss.item():.10f} {criterion(logits, y).item():.10f} {logits.argmax(1).tolist()}")
print(model.layers[1].bn2.running_mean, model.layers[1].bn2.running_var, model.layers[0].bn1.num_batches_tracked)
print({name: round(p.grad.norm().item(), 8) for name, p in model.named_parameters() if p.dim() == 4})

sample = wave(2, 4, 7, 7, phase=1.0)
for name, layer in {
    "stride": nn.Conv2d(4, 2, 3, stride=2), "padding": nn.Conv2d(4, 2, (3, 5), padding=(1, 2)), "dilation": nn.Conv2d(4, 2, 3, dilation=2), "groups": nn.Conv2d(4, 8, 3, groups=2),
    "depthwise": nn.Conv2d(4, 4, 3, groups=4, bias=False), "reflect": nn.Conv2d(4, 2, 3, padding=1, padding_mode="reflect"), "transposed": nn.ConvTranspose2d(4, 2, 3, stride=2, padding=1, output_padding=1),
    "max": nn.MaxPool2d(3, stride=2, padding=1), "ceil": nn.MaxPool2d(2, ceil_mode=True), "average": nn.AvgPool2d(3, 2, padding=1, count_include_pad=False), "adaptive": nn.AdaptiveMaxPool2d((3, 2)),
    "nearest": nn.Upsample(scale_factor=2), "bilinear": nn.Upsample(size=(5, 9), mode="bilinear", align_corners=False), "group norm": nn.GroupNorm(2, 4), "instance": nn.InstanceNorm2d(4, affine=True),
    "shuffle": nn.PixelShuffle(2), "zero pad": nn.ZeroPad2d((1, 0, 2, 0)), "replicate": nn.ReplicationPad2d(1), "lrn": nn.LocalResponseNorm(2), "unfold": nn.Unfold(3, stride=2), "softmax": nn.Softmax2d(),
}.items():
    out = layer.apply(init)(sample)
    print(f"{name:11s} {str(tuple(out.shape)):16s} {out.sum().item():.9f} {out.abs().max().item():.9f}")
weight = torch.zeros(1, 1, 3, 3)
weight[0, 0, 1] = torch.tensor([-1.0, 0.0, 1.0])
print(F.conv2d(torch.arange(16.0).view(1, 1, 4, 4), weight, padding=1), F.max_pool2d(torch.arange(16.0).view(1, 1, 4, 4), 2, return_indices=True)[1])
print(F.conv1d(torch.arange(6.0).view(1, 1, 6), torch.tensor([[[1.0, 0.0, -1.0]]]), stride=2), F.pad(torch.ones(1, 2), (1, 2, 1, 0), value=0.5), F.interpolate(torch.arange(4.0).view(1, 1, 4), scale_factor=1.5, mode="linear", align_corners=True))


class Auto(nn.Module):
    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Conv2d(1, 3, 3, 2, 1), nn.LeakyReLU(0.1), nn.Flatten(), nn.Linear(48, 2))
        self.decode = nn.Sequential(nn.Linear(2, 48), nn.ELU(), nn.Unflatten(1, (3, 4, 4)), nn.ConvTranspose2d(3, 1, 4, 2, 1), nn.Sigmoid())

    def forward(self, x):
        code = self.encode(x)
        return self.decode(code), code


auto = Auto().apply(init)
optimizer = torch.optim.Adam(auto.parameters(), lr=0.02)
goal = (x > 0).to(x.dtype)
for step in range(4):
    picture, code = auto(x)
    loss = F.binary_cross_entropy(picture, goal) + 1e-3 * code.pow(2).mean()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    print(step, loss, code[0])
print(picture.shape, loss.grad_fn is not None, picture.mean(), [tuple(p.shape) for p in auto.parameters()][:4])

"""Looking into the backward pass: hooks, functions of one's own, retained gradients, partial graphs."""
import torch
from torch import nn
from torch.autograd import Function, grad

torch.set_default_dtype(torch.float64)


class Clamp(Function):
    @staticmethod
    def forward(ctx, x, low, high):
        ctx.save_for_backward(x)
        ctx.low, ctx.high = low, high
        return x.clamp(low, high)

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        inside = (x >= ctx.low) & (x <= ctx.high)
        return g * inside, None, None


class StraightThrough(Function):
    @staticmethod
    def forward(ctx, x):
        return (x > 0).to(x.dtype)

    @staticmethod
    def backward(ctx, g):
        return torch.nn.functional.hardtanh(g)


class Affine(Function):
    @staticmethod
    def forward(ctx, x, w, b):
        ctx.save_for_backward(x, w)
        ctx.set_materialize_grads(True)
        return x @ w.t() + b, (x * x).sum()

    @staticmethod
    def backward(ctx, g_out, g_square):
        x, w = ctx.saved_tensors
        g_x = g_w = g_b = None
        if ctx.needs_input_grad[0]:
            g_x = g_out @ w + 2 * x * g_square
        if ctx.needs_input_grad[1]:
            g_w = g_out.t() @ x
        if ctx.needs_input_grad[2]:
            g_b = g_out.sum(0)
        return g_x, g_w, g_b


x = torch.tensor([-2.0, -0.5, 0.5, 2.0], requires_grad=True)
y = Clamp.apply(x, -1.0, 1.0)
print(y, y.grad_fn is not None)
(y * torch.arange(1.0, 5.0)).sum().backward()
print(x.grad)
x.grad = None
(StraightThrough.apply(x) * torch.tensor([0.5, 3.0, -4.0, 0.25])).sum().backward()
print(x.grad)

w = torch.arange(6.0).reshape(2, 3).div(10).requires_grad_()
b = torch.zeros(2, requires_grad=True)
data = torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.5, 0.0]])
out, square = Affine.apply(data, w, b)
(out.pow(2).sum() + square).backward()
print(w.grad, b.grad, data.grad)
print(torch.autograd.gradcheck(Affine.apply, (data.clone().requires_grad_(), w.detach().requires_grad_(), b.detach().requires_grad_())))

log = []
h = x * 3
handle = h.register_hook(lambda g: log.append(("h", g.clone())))
double = x.register_hook(lambda g: g * 2)
h.retain_grad()
x.grad = None
(h ** 2).mean().backward()
print(log[0][0], log[0][1], h.grad, x.grad)
handle.remove()
double.remove()
x.grad = None
(x * 3).sum().backward()
print(len(log), x.grad)

net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
with torch.no_grad():
    for i, p in enumerate(net.parameters()):
        p.copy_(torch.sin(torch.arange(p.numel(), dtype=p.dtype) + i).reshape(p.shape))
seen = {}


def keep(name):
    def hook(module, args, output):
        seen[name] = output.detach().clone()
        return None
    return hook


handles = [module.register_forward_hook(keep(name)) for name, module in net.named_children()]
pre = net[2].register_forward_pre_hook(lambda module, args: (args[0] * 0.5,))
order = []
full = net[1].register_full_backward_hook(lambda module, grad_in, grad_out: order.append((type(module).__name__, grad_in[0].norm(), grad_out[0].norm())))
loss = net(data).square().sum()
loss.backward()
print(loss, {k: v.shape for k, v in seen.items()})
print(seen["1"])
print(order)
pre.remove()
full.remove()
for handle in handles:
    handle.remove()
print(net(data), len(seen), len(order))

a = torch.tensor(2.0, requires_grad=True)
c = torch.tensor(3.0, requires_grad=True)
f = a ** 2 * c
print(grad(f, a, retain_graph=True), grad(f, [a, c], grad_outputs=torch.tensor(0.5), retain_graph=True))
print(grad(f, [a, torch.ones(1, requires_grad=True)], allow_unused=True))
z = a.detach() * c
print(z.requires_grad, a.detach().requires_grad, z.grad_fn.__class__.__name__ != "NoneType")
with torch.no_grad():
    print((a * 2).requires_grad, torch.is_grad_enabled())
    with torch.enable_grad():
        print((a * 2).requires_grad)


@torch.no_grad()
def ema(averaged, model, decay=0.9):
    for p, q in zip(averaged.parameters(), model.parameters()):
        p.mul_(decay).add_(q, alpha=1 - decay)


import copy
averaged = copy.deepcopy(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.05)
for step in range(3):
    optimizer.zero_grad()
    losses = [net(row).square().sum() for row in data]
    for part in losses:
        (part / len(losses)).backward()
    norm = nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    optimizer.step()
    ema(averaged, net)
    print(step, norm, sum(losses).item())
print(averaged(data))
print([p.grad.abs().max().item() for p in net.parameters()])
net.zero_grad()
print([p.grad for p in net.parameters()])
net[0].requires_grad_(False)
net(data).sum().backward()
print([p.grad is None for p in net.parameters()], torch.autograd.functional.jacobian(lambda v: net(v), data[0]).shape)
with torch.autograd.set_detect_anomaly(False):
    print(net(data).sum())

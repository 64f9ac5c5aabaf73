"""Choosing and changing entries: masks, gathers, scatters, views that share, changes in place and their gradients."""
import torch

torch.set_default_dtype(torch.float64)
x = torch.arange(24).reshape(2, 3, 4)
print(x[1, ..., 1:3], x[:, [0, 2], 1], x[x % 5 == 0], x[..., ::2].shape, x[None, :, -1].shape)
print(x[torch.tensor([1, 0]), torch.tensor([2, 1])], x[:, :, torch.tensor([3, 0, 0])][0], x[[0, 1], :, [1, 2]])
rows, columns = torch.where(x[0] > 5)
print(rows, columns, torch.nonzero(x[1] % 7 == 0), (x > 20).nonzero(as_tuple=True)[2])
y = x.clone().double()
y[0, 1] = -1
y[:, 0, ::3] = torch.tensor([[0.5], [1.5]])
y[y > 20] *= 10
y[1, torch.tensor([0, 2])] += 100
print(y)
base = torch.zeros(3, 4)
view = base[1:, 1:3]
view.add_(1)
view[0].mul_(5)
base.t()[3] = 7
flat = base.view(-1)
flat[0] = 9
print(base)
base.fill_diagonal_(2)
base[2].zero_()
base.clamp_(max=6).sub_(1).div_(2)
print(base, flat[:5])

s = torch.tensor([[3.0, 1.0, 2.0, 1.0], [0.0, 5.0, -1.0, 5.0]])
values, indices = s.sort(dim=1, descending=True, stable=True)
print(values, indices, s.argsort(dim=0), s.topk(2), s.kthvalue(2, dim=1), s.max(dim=1), s.argmax(), s.min(0).values)
print(torch.gather(s, 1, torch.tensor([[0, 0], [3, 2]])), torch.take_along_dim(s, s.argmax(1, keepdim=True), 1), s.take(torch.tensor([1, 6])))
print(torch.zeros(2, 5).scatter_(1, torch.tensor([[1, 3], [0, 0]]), 1.0), torch.zeros(3).scatter_add_(0, torch.tensor([0, 2, 0, 2]), torch.tensor([1.0, 2.0, 3.0, 4.0])))
print(torch.zeros(3, 2).index_add_(0, torch.tensor([2, 0, 2]), torch.ones(3, 2)), torch.ones(2, 3).index_fill(1, torch.tensor([0, 2]), -1.0), s.index_select(1, torch.tensor([3, 1])))
print(torch.unique(torch.tensor([3, 1, 2, 3, 1]), return_counts=True), torch.bincount(torch.tensor([0, 2, 2, 5])), torch.unique_consecutive(torch.tensor([1, 1, 2, 2, 1])))
print(torch.cumsum(s, 1), torch.cumprod(s[0], 0), s.cummax(1).values, torch.diff(s), s.flip(1)[0], torch.roll(s, 1, 1)[1], torch.rot90(s).shape)
print(torch.tril(torch.ones(3, 3)), torch.triu(torch.ones(2, 4), 1), torch.diag(torch.tensor([1.0, 2.0])), s.diagonal(), torch.trace(s[:, :2]))
print(torch.where(s > 1, s, -s), torch.masked_select(s, s > 1), s.masked_fill(s < 1, 0), torch.clamp(s, 0, 3), s.nan_to_num(), torch.isin(s, torch.tensor([1.0, 5.0])))
print(torch.searchsorted(torch.tensor([1.0, 3.0, 5.0]), torch.tensor([0.0, 3.0, 6.0])), torch.bucketize(s, torch.tensor([0.5, 2.5])), torch.histc(s, 4, -1, 5))
print(torch.stack([s, s], dim=1).shape, torch.cat([s, s], 1).shape, [t.shape for t in s.split([1, 3], dim=1)], [t.tolist() for t in torch.arange(7).chunk(3)], [t.shape for t in s.unbind(1)])
print(s.repeat(2, 1).shape, s.repeat_interleave(2, 1)[0], torch.tile(s[0], (2, 2)).shape, s.expand(3, 2, 4).shape, torch.meshgrid(torch.arange(2), torch.arange(3), indexing="ij")[1], s.unfold(1, 2, 1)[0])
print(torch.any(s > 4, dim=1), torch.all(s > -2), s.count_nonzero(), s.norm(dim=1), s.var(1), s.std(), s.median(), s.mode(1).values, s.quantile(0.3), s.prod(1), s.logsumexp(1), s.amax(0))
print(s.view(4, 2).transpose(0, 1), s.permute(1, 0).shape, s.unsqueeze(1).squeeze().shape, s.flatten(), s.reshape(-1, 1)[:2], s.movedim(0, 1).shape, s.T.contiguous().view(-1)[:3])
print(torch.floor_divide(torch.tensor([7, -7]), 2), torch.tensor([7, -7]) % 3, torch.tensor([7, -7]) // 2, torch.remainder(torch.tensor(-7.5), 2), torch.fmod(torch.tensor(-7.5), 2), torch.tensor(7) / 2, 2 ** torch.arange(4))
print(torch.tensor([1, 2]).float().dtype, (torch.ones(2, dtype=torch.int32) + 1.5).dtype, (torch.tensor(1) + torch.tensor(True)).dtype, torch.result_type(torch.tensor(1), 2.0) if hasattr(torch, "result_type") else torch.float64, (torch.arange(3) > 1).sum())

w = torch.arange(6.0).reshape(2, 3).requires_grad_()
z = w * 2
z[0] = z[1] * 3
z[:, 1].mul_(w[:, 0])
z[z > 20] = 0
(z * torch.arange(1.0, 7.0).reshape(2, 3)).sum().backward()
print(z, w.grad)
w.grad.zero_()
h = w.clone()
h[0, 0] += 5
h = h.index_put((torch.tensor([1, 1]), torch.tensor([0, 0])), torch.tensor([10.0, 20.0]), accumulate=True)
print(h)
(h.gather(1, torch.tensor([[0, 0], [2, 1]])) ** 2).sum().backward()
print(w.grad, h[0, 1], h[:, 1:], h[[0]], h[..., None].shape)
with torch.no_grad():
    w[0] = 0
    w -= 0.5 * w.grad
print(w)
try:
    w[0] = 1
except RuntimeError as error:
    print(type(error).__name__)

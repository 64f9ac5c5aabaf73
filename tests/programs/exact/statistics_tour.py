"""Linear algebra and statistics: least squares, principal axes, a Gaussian process, k-means, Newton by hand."""
import torch

torch.set_default_dtype(torch.float64)
torch.set_printoptions(precision=6)
n = 12
t = torch.linspace(0, 2, n)
A = torch.stack([torch.ones_like(t), t, t ** 2], dim=1)
truth = torch.tensor([1.0, -2.0, 0.5])
y = A @ truth + 0.1 * torch.cos(9 * t)
solution = torch.linalg.lstsq(A, y.unsqueeze(1)).solution.squeeze(1)
normal = torch.linalg.solve(A.T @ A, A.T @ y)
q, r = torch.linalg.qr(A)
by_qr = torch.linalg.solve_triangular(r, (q.T @ y).unsqueeze(1), upper=True).squeeze()
print(solution, torch.allclose(solution, normal), torch.allclose(by_qr, normal), (y - A @ solution).norm())
print(torch.linalg.pinv(A) @ y, torch.linalg.matrix_rank(A), torch.linalg.cond(A), torch.linalg.norm(A), torch.linalg.norm(A, 2))

X = torch.stack([3 * torch.sin(t * 5), torch.sin(t * 5) + 0.3 * torch.cos(11 * t), 0.2 * t], dim=1)
centred = X - X.mean(0, keepdim=True)
covariance = centred.T @ centred / (n - 1)
print(covariance, torch.allclose(covariance, torch.cov(X.T)), torch.corrcoef(X.T)[0])
values, vectors = torch.linalg.eigh(covariance)
U, S, Vh = torch.linalg.svd(centred, full_matrices=False)
print(values, S ** 2 / (n - 1), (vectors[:, -1] @ Vh[0]).abs(), (centred @ Vh[:2].T).std(0))
print(torch.allclose(U @ torch.diag(S) @ Vh, centred), torch.dist(centred, U[:, :1] * S[:1] @ Vh[:1]))
print(torch.det(covariance), torch.linalg.slogdet(covariance), torch.logdet(covariance), torch.trace(covariance), torch.linalg.inv(covariance)[0])
L = torch.linalg.cholesky(covariance)
print(L, torch.cholesky_solve(torch.ones(3, 1), L).T, torch.linalg.matrix_power(covariance, 2)[1, 1], torch.matrix_exp(covariance / 10)[0])
print(torch.kron(torch.eye(2), torch.ones(1, 2)), torch.outer(t[:2], t[:3]), torch.cross(X[0], X[1], dim=0))

scale = torch.tensor(0.3, requires_grad=True)
noise = torch.tensor(0.1, requires_grad=True)


def kernel(a, b, scale):
    return torch.exp(-0.5 * torch.cdist(a.unsqueeze(1), b.unsqueeze(1)).pow(2) / scale ** 2)


def evidence(scale, noise):
    K = kernel(t, t, scale) + noise ** 2 * torch.eye(n)
    factor = torch.linalg.cholesky(K)
    alpha = torch.cholesky_solve(y.unsqueeze(1), factor).squeeze(1)
    return 0.5 * y @ alpha + factor.diagonal().log().sum() + 0.5 * n * torch.log(torch.tensor(2 * torch.pi))


optimizer = torch.optim.Adam([scale, noise], lr=0.05)
for step in range(4):
    optimizer.zero_grad()
    loss = evidence(scale, noise)
    loss.backward()
    print(step, loss.item(), scale.grad.item(), noise.grad.item())
    optimizer.step()
with torch.no_grad():
    query = torch.tensor([0.05, 1.0, 2.5])
    K = kernel(t, t, scale) + noise ** 2 * torch.eye(n)
    cross = kernel(query, t, scale)
    print(cross @ torch.linalg.solve(K, y), 1 - (cross * torch.linalg.solve(K, cross.T).T).sum(1))

points = torch.cat([torch.stack([torch.cos(k + t[:5]), torch.sin(2 * k + t[:5])], 1) + 3 * k for k in range(3)])
centres = points[[0, 5, 10]].clone()
for _ in range(5):
    nearest = torch.cdist(points, centres).argmin(1)
    centres = torch.stack([points[nearest == k].mean(0) for k in range(3)])
print(centres, torch.bincount(nearest, minlength=3), (points - centres[nearest]).norm(dim=1).pow(2).sum())
print(points.quantile(torch.tensor([0.25, 0.5]), dim=0), points.median(0).values, torch.histc(points, 5), torch.std_mean(points, dim=0), points.var(0, correction=0))
print(torch.var(points), torch.logsumexp(points, 0), torch.softmax(points[0], 0), torch.nn.functional.normalize(points[:2], dim=1), torch.nn.functional.cosine_similarity(points[:3], points[3:6]))
print(torch.special.erf(t[:3]), torch.lgamma(t[1:4] + 1), torch.special.expit(t[:2]), torch.special.xlogy(t[:2], t[:2]), torch.sinc(t[:3]), torch.trapezoid(y, t), torch.cumulative_trapezoid(y[:4], t[:4]))

w = torch.zeros(3)
labels = (y > y.mean()).double()
for _ in range(4):
    p = torch.sigmoid(A @ w)
    gradient = A.T @ (p - labels) + 0.1 * w
    hessian = A.T @ (A * (p * (1 - p)).unsqueeze(1)) + 0.1 * torch.eye(3)
    w = w - torch.linalg.solve(hessian, gradient)
v = w.clone().requires_grad_()
loss = torch.nn.functional.binary_cross_entropy_with_logits(A @ v, labels, reduction="sum") + 0.05 * v.square().sum()
print(w, loss, torch.autograd.grad(loss, v)[0].abs().max() < 1e-4, ((A @ w > 0).double() == labels).double().mean())

"""Skip-grams with negative samples, and the words that are near each other after it."""
import torch, torch.nn as nn, torch.nn.functional as F, random, collections
random.seed(0); torch.manual_seed(0)
corpus = "the quick brown fox jumps over the lazy dog and the quick cat sleeps near the dog".split()
counts = collections.Counter(corpus); vocab = [w for w, _ in counts.most_common()]; ix = {w: i for i, w in enumerate(vocab)}
pairs = [(ix[corpus[i]], ix[corpus[j]]) for i in range(len(corpus)) for j in range(max(0, i - 2), min(len(corpus), i + 3)) if i != j]
freq = torch.tensor([counts[w] for w in vocab], dtype=torch.float) ** 0.75
class SkipGram(nn.Module):
    def __init__(self, v, d):
        super().__init__()
        self.u, self.v = nn.Embedding(v, d), nn.Embedding(v, d)
        nn.init.xavier_uniform_(self.u.weight); nn.init.zeros_(self.v.weight)
    def forward(self, c, o, neg):
        cu = self.u(c); pos = F.logsigmoid((cu * self.v(o)).sum(1)); n = F.logsigmoid(-torch.bmm(self.v(neg), cu.unsqueeze(2)).squeeze(2)).sum(1)
        return -(pos + n).mean()
m = SkipGram(len(vocab), 5); opt = torch.optim.Adagrad(m.parameters(), lr=0.3)
for e in range(3):
    random.shuffle(pairs); tot = 0
    for k in range(0, len(pairs), 16):
        b = torch.tensor(pairs[k:k+16]); neg = torch.multinomial(freq, len(b) * 3, replacement=True).view(len(b), 3)
        opt.zero_grad(); l = m(b[:, 0], b[:, 1], neg); l.backward(); opt.step(); tot += l.item()
    print(e, round(tot, 3))
sim = F.cosine_similarity(m.u.weight[ix["dog"]].unsqueeze(0), m.u.weight)
print(sim.topk(3), [vocab[i] for i in sim.argsort(descending=True)[:3]])
bag = nn.EmbeddingBag(len(vocab), 4, mode="mean")
print(bag(torch.tensor([0, 1, 2, 3, 4]), torch.tensor([0, 2])).shape, bag)
dist = torch.cdist(m.u.weight, m.u.weight); dist.fill_diagonal_(float("inf")); print(dist.min(1)[1])

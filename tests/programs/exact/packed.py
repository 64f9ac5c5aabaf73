"""Sequences of different lengths: packing, padding, both directions, cells beside layers, a tagger that learns."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pack_sequence, pad_packed_sequence, pad_sequence

torch.set_default_dtype(torch.float64)


def fill(module):
    with torch.no_grad():
        for k, p in enumerate(module.parameters()):
            p.copy_(torch.sin(torch.arange(p.numel(), dtype=p.dtype) * 0.9 + k).view_as(p) * 0.5)
    return module


sequences = [torch.arange(n * 2, dtype=torch.float64).reshape(n, 2) / 10 - 0.3 for n in (2, 4, 1)]
padded = pad_sequence(sequences, batch_first=True)
lengths = torch.tensor([len(s) for s in sequences])
print(padded.shape, pad_sequence(sequences, padding_value=-1.0)[:, 2])
packed = pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
print(packed.data.shape, packed.batch_sizes, packed.sorted_indices, packed.unsorted_indices, isinstance(packed, PackedSequence))
print(pack_sequence(sequences, enforce_sorted=False).batch_sizes)

for layer in (nn.RNN(2, 3, batch_first=True), nn.GRU(2, 3, num_layers=2, batch_first=True), nn.GRU(2, 3, bidirectional=True, batch_first=True)):
    out, h = fill(layer)(packed)
    back, back_lengths = pad_packed_sequence(out, batch_first=True)
    print(type(layer).__name__, back.shape, back_lengths, h.shape)
    print(back[1], h[-1])
    alone, h_alone = layer(sequences[1].unsqueeze(0))
    print(torch.allclose(back[1:2, : len(sequences[1])], alone), torch.allclose(h[:, 1:2], h_alone))

lstm = fill(nn.LSTM(2, 3, num_layers=2, bidirectional=True, batch_first=True))
h0, c0 = torch.ones(4, 3, 3) * 0.1, torch.zeros(4, 3, 3)
out, (h, c) = lstm(packed, (h0, c0))
unpacked, _ = pad_packed_sequence(out, batch_first=True, total_length=5, padding_value=-9.0)
print(unpacked.shape, unpacked[2], h.shape, c[0])
print([name for name, _ in lstm.named_parameters()][:5], lstm.weight_ih_l0.shape, lstm.weight_hh_l1_reverse.shape)
loss = out.data.pow(2).sum() + h.sum()
loss.backward()
print(loss, {name: round(p.grad.norm().item(), 9) for name, p in lstm.named_parameters() if name.endswith("l0")})

cell, layer = fill(nn.LSTMCell(2, 3)), fill(nn.LSTM(2, 3))
state = (torch.zeros(3), torch.zeros(3))
for t in range(4):
    state = cell(sequences[1][t], state)
print(state[0], torch.allclose(layer(sequences[1])[1][1][0], state[1]))
gru_cell = fill(nn.GRUCell(2, 3))
hidden = torch.zeros(3, 3)
for t in range(padded.size(1)):
    new = gru_cell(padded[:, t], hidden)
    hidden = torch.where((t < lengths).unsqueeze(1), new, hidden)
print(hidden, torch.allclose(hidden, pad_packed_sequence(fill(nn.GRU(2, 3, batch_first=True))(packed)[0], batch_first=True)[0][torch.arange(3), lengths - 1]))


class Tagger(nn.Module):
    def __init__(self, vocabulary, tags, width=6, hidden=5):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width, padding_idx=0)
        self.lstm = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.tag = nn.Linear(2 * hidden, tags)

    def forward(self, ids, lengths):
        x = pack_padded_sequence(self.embedding(ids), lengths.cpu(), batch_first=True, enforce_sorted=False)
        out, _ = pad_packed_sequence(self.lstm(x)[0], batch_first=True)
        return self.tag(out)


sentences = ["the dog ate the apple", "everybody read that book", "dogs read"]
tags = ["D N V D N", "N V D N", "N V"]
vocabulary = {w: i + 1 for i, w in enumerate(sorted({w for s in sentences for w in s.split()}))}
tag_index = {t: i for i, t in enumerate("DNV")}
ids = pad_sequence([torch.tensor([vocabulary[w] for w in s.split()]) for s in sentences], batch_first=True)
gold = pad_sequence([torch.tensor([tag_index[t] for t in s.split()]) for s in tags], batch_first=True, padding_value=-100)
sizes = (ids != 0).sum(1)
model = fill(Tagger(len(vocabulary) + 1, 3))
with torch.no_grad():
    model.embedding.weight[0].zero_()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(6):
    scores = model(ids, sizes)
    loss = F.cross_entropy(scores.view(-1, 3), gold.view(-1), ignore_index=-100)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    correct = ((scores.argmax(-1) == gold) & (gold >= 0)).sum().item()
    print(f"epoch {epoch}: loss {loss.item():.9f}, {correct} of {sizes.sum().item()}")
print(model.embedding.weight.grad[0], model.embedding.weight[0].abs().sum().item())
print(scores[2, :2].log_softmax(-1))

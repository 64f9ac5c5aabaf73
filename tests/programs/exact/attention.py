"""Attention three ways, einsum beside matmul, masks, and an encoder-decoder that learns to reverse."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def wave(*shape, phase=0.0):
    n = math.prod(shape)
    return torch.sin(torch.arange(n, dtype=torch.get_default_dtype()) * 1.3 + phase).reshape(shape)


def fill(module, phase=0.0):
    with torch.no_grad():
        for k, p in enumerate(module.parameters()):
            p.copy_(wave(*p.shape, phase=phase + k) * (0.4 if p.dim() > 1 else 0.1))
    return module


a, b, v = wave(2, 3, 4), wave(2, 4, 5, phase=1.0), wave(4, phase=2.0)
for equation, operands in (("bij,bjk->bik", (a, b)), ("bij,bjk->ik", (a, b)), ("bij,j->bi", (a, v)), ("bij->bji", (a,)), ("bij->", (a,)), ("i,j->ij", (v, v)), ("bij,bij->b", (a, a)),
                           ("...ij,jk->...ik", (a, wave(4, 2))), ("ii->i", (wave(3, 3),)), ("bhqd,bhkd->bhqk", (wave(1, 2, 3, 2), wave(1, 2, 3, 2, phase=0.5)))):
    out = torch.einsum(equation, *operands)
    print(f"{equation:16s}", tuple(out.shape), f"{out.sum().item():.10f}", f"{(out * out).sum().item():.10f}")
print(torch.allclose(torch.einsum("bij,bjk->bik", a, b), a @ b), torch.allclose(torch.tensordot(a, b[0], dims=1), a @ b[0]))

N, T, D, H = 2, 4, 6, 2
x = wave(N, T, D)
x.requires_grad_()
mha = fill(nn.MultiheadAttention(D, H, batch_first=True))
out, weights = mha(x, x, x)
q, k, val = F.linear(x, mha.in_proj_weight, mha.in_proj_bias).chunk(3, dim=-1)
split = lambda t: t.view(N, T, H, D // H).transpose(1, 2)
scores = split(q) @ split(k).transpose(-2, -1) / math.sqrt(D // H)
p = scores.softmax(-1)
by_hand = mha.out_proj((p @ split(val)).transpose(1, 2).reshape(N, T, D))
print(torch.allclose(out, by_hand), torch.allclose(weights, p.mean(1)), torch.allclose(F.scaled_dot_product_attention(split(q), split(k), split(val)), p @ split(val)))
print(weights[0], out[0, 0])
causal = torch.triu(torch.ones(T, T, dtype=torch.bool), diagonal=1)
masked, w_masked = mha(x, x, x, attn_mask=causal, average_attn_weights=False)
print(w_masked.shape, w_masked[0, 0], masked[:, -1].sum().item())
padding = torch.tensor([[False, False, False, True], [False, True, False, True]])
print(mha(x, x, x, key_padding_mask=padding)[1][1])
additive = torch.zeros(T, T).masked_fill(causal, float("-inf"))
print(torch.allclose(F.scaled_dot_product_attention(split(q), split(k), split(val), is_causal=True), F.scaled_dot_product_attention(split(q), split(k), split(val), attn_mask=additive)))
(masked ** 2).sum().backward()
print(x.grad.abs().sum().item(), mha.in_proj_weight.grad.norm().item(), mha.out_proj.bias.grad)


class Positional(nn.Module):
    def __init__(self, width, longest=16):
        super().__init__()
        place = torch.arange(longest).unsqueeze(1)
        rate = torch.exp(torch.arange(0, width, 2) * (-math.log(100.0) / width))
        table = torch.zeros(longest, width)
        table[:, 0::2] = torch.sin(place * rate)
        table[:, 1::2] = torch.cos(place * rate)
        self.register_buffer("table", table)

    def forward(self, x):
        return x + self.table[: x.size(1)]


class Reverser(nn.Module):
    def __init__(self, vocabulary=6, width=8):
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.place = Positional(width)
        self.transformer = nn.Transformer(width, 2, 1, 1, 12, dropout=0.0, batch_first=True)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, source, target):
        mask = nn.Transformer.generate_square_subsequent_mask(target.size(1))
        return self.head(self.transformer(self.place(self.embed(source)), self.place(self.embed(target)), tgt_mask=mask))


source = torch.tensor([[1, 2, 3, 4], [4, 3, 1, 5], [2, 2, 5, 1]])
answer = source.flip(1)
shifted = torch.cat([torch.zeros(3, 1, dtype=torch.long), answer[:, :-1]], dim=1)
model = fill(Reverser(), phase=0.3)
optimizer = torch.optim.AdamW(model.parameters(), lr=0.02, betas=(0.9, 0.98))
for step in range(4):
    logits = model(source, shifted)
    loss = F.cross_entropy(logits.flatten(0, 1), answer.flatten(), label_smoothing=0.1)
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    print(step, f"{loss.item():.9f}", (logits.argmax(-1) == answer).float().mean().item())
model.eval()
with torch.inference_mode():
    print(model(source, shifted)[0, 0], sum(p.numel() for p in model.parameters()))
encoder = nn.TransformerEncoder(fill(nn.TransformerEncoderLayer(6, 2, 8, dropout=0.0, activation="gelu", batch_first=True, norm_first=True)), num_layers=2, norm=nn.LayerNorm(6))
out = encoder(x, mask=causal, src_key_padding_mask=torch.zeros(N, T, dtype=torch.bool))
print(out.shape, out[1, 2], out.grad_fn is not None, len(encoder.layers))

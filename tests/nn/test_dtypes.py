"""The dtype and the device of layers: their parameters and buffers have it, and start as PyTorch's do."""

import pytest

import backprop
from backprop import float32, float64, int64, manual_seed, nn
from backprop.nn import Linear, Sequential

# The sum of all parameters after manual_seed(0): sum(float(p.sum()) for p in layer.parameters()) in PyTorch 2.13.
STARTS = [
    ("Linear(3,2,dtype=float64)", 1.1822855321324441),
    ("Bilinear(2,3,2,True,'cpu',float64)", 0.7075402367961414),
    ("Conv2d(2,4,3,groups=2,dtype=float64)", 0.29197167061271667),
    ("ConvTranspose1d(2,3,2,dtype=float64)", 0.3936778274766384),
    ("Embedding(4,3,padding_idx=1,dtype=float64)", -1.2270489799198572),
    ("EmbeddingBag(4,3,dtype=float64)", -3.141735440434087),
    ("BatchNorm2d(3,dtype=float64)", 3.0),
    ("InstanceNorm1d(3,affine=True,track_running_stats=True,dtype=float64)", 3.0),
    ("LayerNorm(3,dtype=float64)", 3.0),
    ("GroupNorm(1,3,dtype=float64)", 3.0),
    ("RMSNorm(3,dtype=float64)", 3.0),
    ("PReLU(2,dtype=float64)", 0.5),
    ("LSTM(2,3,2,bidirectional=True,proj_size=2,dtype=float64)", -0.15605629706244312),
    ("RNN(2,3,dtype=float64)", 0.2262683257561927),
    ("GRUCell(2,3,dtype=float64)", 0.1639105797211301),
    ("MultiheadAttention(4,2,add_bias_kv=True,dtype=float64)", 1.4424002221164878),
    ("MultiheadAttention(4,2,kdim=3,dtype=float64)", 0.6353046907604101),
    ("TransformerEncoderLayer(4,2,8,dtype=float64)", 6.325505123485502),
    ("TransformerDecoderLayer(4,2,8,dtype=float64)", 10.871016994033507),
    ("Transformer(4,2,1,1,8,dtype=float64)", 31.200281034765048),
]


@pytest.mark.parametrize(("make", "total"), STARTS)
def test_layers_of_a_dtype_start_as_in_pytorch(make, total):
    manual_seed(0)
    layer = eval(f"nn.{make}", {"nn": nn, "float64": float64})
    assert sum(parameter.sum().item() for parameter in layer.parameters()) == pytest.approx(total, abs=1e-12)
    for name, tensor in layer.state_dict().items():
        assert tensor.dtype is (int64 if name == "num_batches_tracked" else float64)


@pytest.mark.parametrize("make", [make for make, _ in STARTS])
def test_there_is_one_device(make):
    with pytest.raises(RuntimeError, match="there is no device 'cuda'"):
        eval(f"nn.{make}".replace("'cpu',float64", "'cuda'").replace("dtype=float64", "device='cuda'"), {"nn": nn})


def test_a_module_goes_to_another_dtype_in_place():
    model = Sequential(Linear(2, 2), nn.BatchNorm1d(2))
    parameters = list(model.parameters())
    model(backprop.ones(3, 2)).sum().backward()
    assert model.double() is model and model.to("cpu", float64).to(backprop.ones(1, dtype=float64)) is model
    assert [p is q and p.dtype is p.grad.dtype is float64 for p, q in zip(model.parameters(), parameters)] == [True] * 4
    assert [buffer.dtype for buffer in model.buffers()] == [float64, float64, int64]
    assert model(backprop.ones(3, 2, dtype=float64)).dtype is float64
    assert {p.dtype for p in model.float().parameters()} == {float32} and model.cpu() is model
    assert {tensor.dtype for tensor in model.type(float64).state_dict().values()} == {float64}


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda m: m.to(int64), TypeError, "Linear.to: dtype is float32 or float64, got torch.int64"),
        (lambda m: m.to("cuda"), RuntimeError, "there is no device 'cuda'"),
        (lambda m: m.cuda(), RuntimeError, "there is no device 'cuda'"),
        (lambda m: m.half(), NotImplementedError, "half: there are no 16 bit floats here"),
        (lambda m: m.to(3.5), TypeError, "takes a dtype, a device or a Tensor, got 3.5"),
    ],
)
def test_where_a_module_cannot_go(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(Linear(1, 1))

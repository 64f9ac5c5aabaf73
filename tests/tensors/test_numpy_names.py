"""NumPy's names of arguments mean PyTorch's."""

import pytest

from backprop import Tensor, linalg, tensors


def test_numpy_names_are_taken_too():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert x.sum(axis=1, keepdims=True).tolist() == [[3.0], [7.0]]
    assert tensors.mean(x, axis=0).tolist() == [2.0, 3.0]


# Those that PyTorch 2.13 takes with axis= beside the reductions.
@pytest.mark.parametrize(
    "call",
    [
        *("chunk(x, 2, {}=1)", "unsqueeze(x, {}=1)", "squeeze(y, {}=0)", "unbind(x, {}=1)", "gather(x, {}=1, index=i)"),
        *("index_select(x, {}=1, index=i[0])", "select(x, {}=1, index=0)", "narrow(x, {}=1, start=1, length=1)"),
        *("tensor_split(x, 2, {}=1)", "split_with_sizes(x, [1, 1], {}=1)", "unflatten(x, {}=1, sizes=(2, 1))"),
        *("take_along_dim(x, i, {}=1)", "scatter(x, {}=1, index=i, src=y)", "scatter_add(x, {}=1, index=i, src=y)"),
        *("index_add(x, {}=0, index=i[0, :1], source=y)", "index_fill(x, {}=1, index=i[0], value=7)"),
        *("index_copy(x, {}=0, index=i[0, :1], source=y)", "select_scatter(x, y[0], {}=0, index=1)"),
        *("diff(x, {}=0)", "trapezoid(x, {}=0)", "cosine_similarity(x, x + 1, {}=0)", "renorm(x, 2, {}=0, maxnorm=1)"),
        *("aminmax(x, {}=0)", "cross(z, z**2, {}=0)", "gradient(x, {}=0)"),
        *("linalg.norm(x, {}=0)", "linalg.vector_norm(x, {}=0)", "linalg.vecdot(x, x, {}=0)"),
    ],
)
def test_an_axis_is_a_dim_wherever_pytorch_takes_one(call):
    x, y, z = Tensor([[1.0, 2.0], [3.0, 5.0]]), Tensor([[8.0, 9.0]]), Tensor([[1.0], [2.0], [4.0]])
    names = {name: getattr(tensors, name) for name in tensors.__all__}
    names.update(x=x, y=y, z=z, i=tensors.tensor([[1, 0]]), linalg=linalg)
    assert repr(eval(call.format("axis"), names)) == repr(eval(call.format("dim"), names))

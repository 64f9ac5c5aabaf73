"""Factories: the dtype, the shape and the numbers are PyTorch 2.13's."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor, arange, full, linspace, logspace, tensor, zeros


def described(x):
    return x.dtype.name, list(x.shape), x.tolist()


@pytest.mark.parametrize(
    "data, expected",
    [
        (3, ("int64", [], 3)),
        (True, ("bool", [], True)),
        ([1, 2], ("int64", [2], [1, 2])),
        ([True, False], ("bool", [2], [True, False])),
        ([True, 2], ("int64", [2], [1, 2])),
        ([[True], [2]], ("int64", [2, 1], [[1], [2]])),
        ([1, 2.5, True], ("float32", [3], [1.0, 2.5, 1.0])),
        (range(3), ("int64", [3], [0, 1, 2])),
        ([], ("float32", [0], [])),
        ([[], []], ("float32", [2, 0], [[], []])),
        ([tensor(1.0, dtype=backprop.float64), 2], ("float64", [2], [1.0, 2.0])),
        ([tensor(1, dtype=backprop.int32)], ("int32", [1], [1])),
        (Fraction(1, 3), ("float32", [], Fraction(1, 3))),
    ],
)
def test_the_dtype_is_that_of_the_data(data, expected):
    x = tensor(data)
    assert described(x) == expected
    assert x.is_leaf and not x.requires_grad
    assert described(backprop.as_tensor(data)) == described(backprop.asarray(data)) == expected


@pytest.mark.parametrize("name", ["bool", "uint8", "int8", "int16", "int32", "int64", "float32", "float64"])
@pytest.mark.parametrize("data", [[0, 1.5, 100], [True, False], 7])
def test_the_entries_become_numbers_of_the_dtype(name, data):
    x = tensor(data, dtype=getattr(backprop, name))
    kind = {"b": bool, "f": float}.get(name[0], int)
    expected = [kind(y) for y in data] if isinstance(data, list) else kind(data)
    assert x.dtype.name == name and x.tolist() == expected
    assert {*map(type, x.flatten().tolist())} == {kind}


def test_a_tensor_is_copied_without_its_graph_and_as_tensor_keeps_it():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    assert not tensor(y).requires_grad and tensor(y).tolist() == [2.0, 4.0]
    assert backprop.as_tensor(y) is y and backprop.as_tensor(y, dtype=backprop.float64).requires_grad
    assert backprop.asarray(x, copy=True, requires_grad=True) is not x
    assert Tensor([0.5]).new_tensor([1, 2]).dtype is backprop.float32


def test_arrays_bring_their_dtype():
    numpy = pytest.importorskip("numpy")
    for name in ("bool", "uint8", "int16", "int64", "float32", "float64"):
        array = numpy.array([[0, 1, 1]], dtype=name)
        assert described(tensor(array)) == described(backprop.from_numpy(array)) == (name, [1, 3], array.tolist())
    assert tensor([numpy.float64(1.5)]).dtype is backprop.float64


FILLED = [("zeros", 0), ("ones", 1), ("empty", 0)]


@pytest.mark.parametrize("name, value", FILLED)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0), (2, 1, 3)])
def test_a_number_everywhere(name, value, shape):
    make = getattr(backprop, name)
    expected = full(shape, float(value))
    assert described(make(shape)) == described(make(size=shape)) == described(expected)
    if shape:
        assert described(make(*shape)) == described(make(list(shape))) == described(expected)
    for dtype in (backprop.float64, backprop.int64, backprop.bool):
        like = make(shape, dtype=dtype)
        assert like.dtype is dtype and like.shape == shape
        for other in (getattr(backprop, f"{name}_like")(like), getattr(zeros(1, dtype=dtype), f"new_{name}")(shape)):
            assert described(other) == described(like)
            assert {*map(type, other.flatten().tolist())} == {*map(type, like.flatten().tolist())}


def test_full_has_the_dtype_of_its_number():
    assert described(full((2,), True)) == ("bool", [2], [True, True])
    assert described(full((2,), 3)) == ("int64", [2], [3, 3])
    assert described(full((2,), tensor(3.5))) == ("float32", [2], [3.5, 3.5])
    assert described(full((0,), 3)) == ("int64", [0], [])
    assert described(full([2], 1.5, dtype=backprop.int64)) == ("int64", [2], [1, 1])
    assert described(backprop.full_like(tensor([1]), 2.5)) == ("int64", [1], [2])
    assert described(zeros(1).new_full((2,), 3)) == ("float32", [2], [3.0, 3.0])
    assert described(backprop.scalar_tensor(3)) == ("float32", [], 3.0)


@pytest.mark.parametrize("n, m", [(2, 3), (3, 2), (2, None), (0, 2), (2, 0)])
def test_eye_is_one_where_row_and_column_are_the_same(n, m):
    columns = n if m is None else m
    expected = [[float(i == j) for j in range(columns)] for i in range(n)]
    assert described(backprop.eye(n, m)) == ("float32", [n, columns], expected)


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-7, 7))
def test_a_range_of_ints_is_pythons(start, end, step):
    if not step or (end - start) * step < 0:
        with pytest.raises(RuntimeError, match="leads from start to end"):
            arange(start, end, step)
    else:
        assert described(arange(start, end, step))[::2] == ("int64", list(range(start, end, step)))


def test_ranges_count_as_pytorch():
    assert described(arange(5)) == described(arange(end=5)) == ("int64", [5], [0, 1, 2, 3, 4])
    assert described(arange(0, 1, 0.3)) == ("float32", [4], [0.0, 0.3, 0.6, 3 * 0.3])
    assert described(arange(1.5, 4, dtype=backprop.int32)) == ("int32", [3], [1, 2, 3])
    assert arange(tensor(3)).tolist() == [0, 1, 2] and arange(True).tolist() == [0]
    assert arange(2**53, 2**53 + 2).tolist() == [2**53, 2**53 + 1]


@given(st.floats(-9, 9), st.floats(-9, 9), st.integers(0, 9))
def test_linspace_has_both_ends_and_the_same_distance_between_all(start, end, steps):
    entries = linspace(start, end, steps).tolist()
    assert len(entries) == steps
    assert entries[:1] == [start][:steps] and entries[1:][-1:] == [end][: max(0, steps - 1)]
    for i, x in enumerate(entries[1:-1], 1):
        assert math.isclose(x, start + (end - start) * i / (steps - 1), abs_tol=1e-14)


def test_spaced_numbers_of_ints_are_cut_off():
    assert linspace(0, 10, 5, dtype=backprop.int64).tolist() == [0, 2, 5, 7, 10]
    assert linspace(0.5, 10.9, 4, dtype=backprop.int64).tolist() == [0, 3, 6, 10]
    assert logspace(0, 3, 4, dtype=backprop.int64).tolist() == [1, 10, 100, 1000]
    assert str(logspace(0, 2, 5, base=-2).tolist()) == "[1.0, nan, -2.0, nan, 4.0]"


@given(st.integers(0, 4), st.integers(0, 4), st.integers(-5, 5))
def test_the_two_triangles_are_the_matrix(rows, columns, offset):
    low = backprop.tril_indices(rows, columns, offset).tolist()
    high = backprop.triu_indices(rows, columns, offset + 1).tolist()
    assert list(zip(*low)) == [(i, j) for i in range(rows) for j in range(columns) if j <= i + offset]
    assert sorted([*zip(*low), *zip(*high)]) == [(i, j) for i in range(rows) for j in range(columns)]


@pytest.mark.parametrize(
    "make",
    [
        lambda **settings: tensor([1.0], **settings),
        lambda **settings: zeros(2, **settings),
        lambda **settings: backprop.ones_like(Tensor([1.0]), **settings),
        lambda **settings: arange(3.0, **settings),
        lambda **settings: backprop.rand(2, **settings),
    ],
)
def test_the_settings_of_all_factories(make):
    assert make(requires_grad=True).requires_grad and make(requires_grad=True).is_leaf
    assert not make(device="cpu", layout=backprop.strided, pin_memory=False).requires_grad
    assert make(device=backprop.device("cpu"), memory_format=backprop.preserve_format).dtype is backprop.float32
    backprop.set_default_dtype(backprop.float64)
    try:
        assert make().dtype.name in ("float64", "float32")  # as the Tensor it is made after
        assert zeros(1).dtype is tensor(0.5).dtype is backprop.float64
    finally:
        backprop.set_default_dtype(backprop.float32)
    for settings, error in [
        ({"device": "cuda"}, "there is no device 'cuda'"),
        ({"pin_memory": True}, "leave pin_memory out"),
        ({"layout": "sparse"}, "layout of all Tensors is strided"),
        ({"memory_format": "channels_last"}, "row after row"),
    ]:
        with pytest.raises(RuntimeError, match=error):
            make(**settings)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: Tensor(2, -3), ValueError, r"Tensor: a size is an int from 0 up, got \(2, -3\)"),
        (lambda: Tensor(tensor([1])), TypeError, "Tensor: needs a Tensor of floats, got one of torch.int64"),
        (lambda: tensor([1], requires_grad=True), RuntimeError, "floating point"),
        (lambda: zeros(2, dtype=backprop.int64, requires_grad=True), RuntimeError, "floating point"),
        (lambda: zeros(2, requires_grad=1), (TypeError, ValueError), "requires_grad"),
        (lambda: zeros(2, dtype="float32"), TypeError, "dtype is one as float32"),
        (lambda: tensor(300, dtype=backprop.uint8), RuntimeError, "from 0 to 255, got 300"),
        (lambda: tensor([2**63]), RuntimeError, "tensor: a number of int64"),
        (lambda: tensor(math.nan, dtype=backprop.int64), RuntimeError, "got nan"),
        (lambda: tensor([[1], [2, 3]]), ValueError, "same shape"),
        (lambda: tensor("a"), TypeError, "tensor needs a number"),
        (lambda: backprop.from_numpy([1]), TypeError, "from_numpy: needs an array"),
        (lambda: zeros(), TypeError, "zeros: needs the sizes once"),
        (lambda: zeros(2, size=(2,)), TypeError, "zeros: needs the sizes once"),
        (lambda: zeros(-1), ValueError, "zeros: a size is an int from 0 up"),
        (lambda: zeros(2.0), TypeError, "zeros: a size is an int"),
        (lambda: full(3, 2.0), TypeError, r"write full\(\(3,\), …\)"),
        (lambda: full((2,), "a"), TypeError, "fill_value is a number"),
        (lambda: backprop.eye(-1), ValueError, "eye"),
        (lambda: tensor([tensor([1, 2]), [3, 4]]), TypeError, "tensor: a list of Tensors is no Tensor"),
        (lambda: arange(), TypeError, "arange: needs the end"),
        (lambda: arange(0, 5, 0), RuntimeError, "leads from start to end"),
        (lambda: arange(0, math.inf), RuntimeError, "are finite"),
        (lambda: arange(3, dtype=backprop.bool), NotImplementedError, "no range of bools"),
        (lambda: linspace(0, 1, -1), RuntimeError, "steps is an int from 0 up"),
        (lambda: backprop.tril_indices(-1, 2), ValueError, "tril_indices"),
    ],
)
def test_what_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_tensors_of_a_single_entry_in_a_list_are_its_numbers():
    """As programs collect actions and rewards; PyTorch takes them with any number of axes."""
    one = tensor([1.5])
    assert tensor([one, tensor(2.0)]).tolist() == [1.5, 2.0]
    assert tensor([[one], [tensor([[3]])]]).tolist() == [[1.5], [3.0]]
    flags = tensor((tensor(True), False))
    assert flags.tolist() == [True, False] and flags.dtype is backprop.bool
    assert tensor([tensor(1), 2]).dtype is backprop.int64


def test_range_has_its_end():
    """torch.range(0, 3), torch.range(1, 4, 0.5) and torch.range(3, 1, -1, dtype=torch.int64)."""
    for arguments, dtype, expected in (
        ((0, 3), None, [0.0, 1.0, 2.0, 3.0]),
        ((1, 4, 0.5), None, [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]),
        ((3, 1, -1), backprop.int64, [3, 2, 1]),
    ):
        with pytest.warns(UserWarning, match="range: it is deprecated in PyTorch; write arange") as caught:
            found = backprop.range(*arguments, dtype=dtype)
        assert found.tolist() == expected and found.dtype is (dtype or backprop.float32)
        assert caught[0].filename == __file__
    with pytest.warns(UserWarning), pytest.raises(TypeError, match="range: needs start and end"):
        backprop.range(3)
    with pytest.warns(UserWarning), pytest.raises(RuntimeError, match="range: the step leads from start to end"):
        backprop.range(3, 0)

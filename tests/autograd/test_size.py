"""Size: a tuple of ints that stays a Size, as in PyTorch."""

import copy
import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.autograd.size import Size


@given(st.lists(st.integers(0, 4), max_size=5).map(tuple))
def test_numel_is_the_number_of_index_tuples(shape):
    assert Size(shape).numel() == len(list(itertools.product(*map(range, shape))))


def test_a_size_holds_ints():
    for size in ("a", 2.0):
        with pytest.raises(TypeError) as raised:
            Size([size])
        assert str(raised.value) == f"Size: a size is an int, got {size!r}"


def test_a_size_is_a_tuple_that_stays_a_size():
    size = Size([2, 3, 4])
    assert size == (2, 3, 4)
    assert hash(size) == hash((2, 3, 4))
    assert str(size) == repr(size) == "torch.Size([2, 3, 4])"
    for part in (size[1:], size[:0], size + (5,), (5,) + size, size * 2, 2 * size, copy.deepcopy(size)):
        assert type(part) is Size
    assert type(pickle.loads(pickle.dumps(size))) is Size
    assert (5,) + size == (5, 2, 3, 4)
    assert size[-1] == 4 and type(size[-1]) is int
    assert Size() == ()
    sizes = [5]
    sizes += size
    assert sizes == [5, 2, 3, 4]
    with pytest.raises(TypeError):
        [5] + size

"""Collating: parts of the same place come together, in a collection like that of the examples."""

from collections import OrderedDict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor, tensor
from backprop.utils.data import default_collate, default_convert
from tests.test_foreign_arrays import Array

shapes = st.lists(st.integers(0, 3), max_size=3)


@given(shapes, st.integers(1, 5))
def test_tensors_are_stacked(shape, count):
    parts = [Tensor(float(i)).expand(shape) for i in range(count)]
    batch = default_collate(parts)
    assert list(batch.shape) == [count, *shape]
    assert all(batch[i].tolist() == part.tolist() for i, part in enumerate(parts))


@given(st.lists(st.tuples(st.integers(-9, 9), st.floats(-9, 9), st.text()), min_size=1))
def test_columns_of_tuples(examples):
    ints, floats, texts = default_collate(examples)
    assert list(zip(ints.tolist(), floats.tolist(), texts)) == examples


def test_collections_keep_their_kind():
    class Row(dict):
        pass

    row = Row(x=1)
    row.source = "here"
    batch = default_collate([row, Row(x=2)])
    assert type(batch) is Row and batch.source == "here" and batch["x"].tolist() == [1, 2] and row["x"] == 1
    assert type(default_collate([OrderedDict(x=1)])) is OrderedDict


def test_arrays_are_stacked():
    batch = default_collate([Array([1.0, 2.0]), Array([3.0, 4.0])])
    assert batch.tolist() == [[1.0, 2.0], [3.0, 4.0]]
    converted, kept = default_convert((Array([1, 2]), "a"))
    assert converted.equal(tensor([1, 2])) and kept == "a"


@pytest.mark.parametrize(
    ("batch", "error", "sentence"),
    [
        ([None], TypeError, r"default_collate: .*, got None; write DataLoader\(dataset, collate_fn=…\)"),
        ([{1, 2}], TypeError, "a batch holds Tensors, arrays, numbers, texts, dicts or lists"),
        ([[1, 2], [1]], RuntimeError, r"the same length, got \[1, 2\]"),
        (
            [Tensor([1.0]), Tensor([1.0, 2.0])],
            RuntimeError,
            r"stack expects each tensor to be equal size, but got \[1\] at entry 0 and \[2\]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(batch, error, sentence):
    with pytest.raises(error, match=sentence):
        default_collate(batch)

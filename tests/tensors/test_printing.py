"""Printed tensors: PyTorch's text for the same numbers, shapes, dtypes and settings."""

import math
from fractions import Fraction

import pytest

from backprop.explanation.traced import TracedNumber
from backprop.tensors.printing import set_printoptions, tensor_text
from tests.figures import cases


@pytest.fixture(autouse=True)
def default_options():
    yield
    set_printoptions(profile="default")


def text_of(case):
    shape = tuple(case["shape"])
    count = math.prod(shape)
    entries = case["entries"] if "entries" in case else [case["first"] + case["step"] * i for i in range(count)]
    settings = {name: case[name] for name in ("default_dtype", "requires_grad", "grad_fn") if name in case}
    return tensor_text([entries], shape, case["dtype"], **settings)


@pytest.mark.parametrize("case", cases("printing"), ids=lambda case: f"{case['dtype']}-{case['shape']}")
def test_text_is_that_of_pytorch(case):
    set_printoptions(**case.get("options", {}))
    assert text_of(case) == case["text"]


@pytest.mark.parametrize("columns", [1, 2, 4, 12])
def test_rows_may_be_cut_anywhere(columns):
    entries = [i / 4 for i in range(12)]
    rows = [entries[i : i + columns] for i in range(0, 12, columns)]
    assert tensor_text(rows, (2, 3, 2), "float32") == tensor_text([entries], (2, 3, 2), "float32")


def test_a_subclass_is_named_and_indents_its_rows():
    assert tensor_text([[1.0, 2.0]], (2, 1), "float32", name="Image") == "Image([[1.],\n       [2.]])"


def test_fractions_are_exact_and_aligned():
    thirds = [Fraction(1, 3), Fraction(-22, 7), Fraction(4), 0.5]
    assert tensor_text([thirds], (2, 2), "float32") == "tensor([[   1/3,  -22/7],\n        [     4, 0.5000]])"
    assert tensor_text([thirds[:1]], (), "float64", "float64") == "tensor(1/3)"


def test_ints_in_a_floating_tensor_are_floats_and_may_be_of_any_size():
    assert tensor_text([[1, 2]], (2,), "float32") == "tensor([1., 2.])"
    assert tensor_text([[10**310]], (), "float32") == f"tensor(1{'0' * 310})"


def test_traced_numbers_are_shown_as_their_numbers():
    assert tensor_text([[TracedNumber(0.5) * 3, 2.0]], (2,), "float32") == "tensor([1.5000, 2.0000])"


@pytest.mark.parametrize("x", [1e39, -1e300])
def test_what_float32_cannot_hold_is_shown_as_it_is(x):
    assert tensor_text([[x]], (), "float32") == tensor_text([[x]], (), "float64", "float64")


def test_only_the_shown_entries_are_looked_at():
    seen = set()

    class Recorded(list):
        def __getitem__(self, index):
            seen.add(index)
            return super().__getitem__(index)

        def __iter__(self):
            raise AssertionError("all entries were asked for")

    tensor_text([Recorded(range(10**4))], (100, 100), "int64")
    ends = [0, 1, 2, 97, 98, 99]
    assert seen == {100 * i + j for i in ends for j in ends}


def test_a_setting_left_out_stays_but_sci_mode_is_reset():
    set_printoptions(precision=2, sci_mode=True)
    set_printoptions(linewidth=30)
    assert tensor_text([[0.5, 0.25]], (2,), "float32") == "tensor([0.50, 0.25])"
    assert tensor_text([[0.5] * 4], (4,), "float32") == "tensor([0.50, 0.50, 0.50,\n        0.50])"


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"precision": -1}, ValueError, "set_printoptions: precision is an int from 0 up, got -1"),
        ({"precision": 2.0}, ValueError, "set_printoptions: precision is an int from 0 up, got 2.0"),
        ({"edgeitems": "3"}, ValueError, "set_printoptions: edgeitems is an int from 0 up, got '3'"),
        ({"linewidth": math.inf}, ValueError, "set_printoptions: linewidth is an int from 0 up, got inf"),
        ({"threshold": math.nan}, ValueError, "set_printoptions: threshold is a number from 0 up, got nan"),
        ({"threshold": "all"}, ValueError, "set_printoptions: threshold is a number from 0 up, got 'all'"),
        ({"profile": "long"}, ValueError, "set_printoptions: profile is 'default', 'short' or 'full', got 'long'"),
        ({"sci_mode": 1}, TypeError, "set_printoptions: sci_mode is True or False, got 1"),
    ],
)
def test_bad_settings_are_refused_and_change_nothing(settings, error, sentence):
    with pytest.raises(error) as caught:
        set_printoptions(**{"precision": 1, "edgeitems": 1, **settings})
    assert str(caught.value) == sentence
    assert tensor_text([[0.5]], (), "float32") == "tensor(0.5000)"

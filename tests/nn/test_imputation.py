"""Impute: the median of what is there in the place of what is not, as scikit-learn has it, part of the model's state."""

import math

import pytest

from backprop import Tensor
from backprop.nn import Impute, Linear, Sequential
from tests.values import values

NAN = math.nan


def test_missing_numbers_become_the_median_of_the_others():
    """SimpleImputer(strategy="median").fit(x).transform(x) of scikit-learn 1.7 gives the same."""
    x = Tensor([[1.0, NAN, 7.0], [NAN, 2.0, 7.0], [4.0, 5.0, NAN], [10.0, 1.0, 9.0]])
    layer = Impute(3).fit(x)
    assert layer.median.tolist() == [4.0, 2.0, 7.0]
    assert layer(x).tolist() == [[1.0, 2.0, 7.0], [4.0, 2.0, 7.0], [4.0, 5.0, 7.0], [10.0, 1.0, 9.0]]


def test_what_is_not_missing_stays_as_it_is():
    x = Tensor([[1.0, -2.0], [0.0, 1e300]])
    assert Impute(2).fit(Tensor([[5.0, 5.0]]))(x).tolist() == x.tolist()
    assert Impute(1).fit(Tensor([[NAN]]))(Tensor([[NAN]])).tolist() == [[0.0]]


def test_it_is_saved_with_the_model():
    model, other = (Sequential(Impute(2), Linear(2, 1)) for _ in range(2))
    model[0].fit(Tensor([[3.0, 4.0]]))
    other.load_state_dict(model.state_dict())
    assert values(other.state_dict()) == values(model.state_dict()) and other[0].median.tolist() == [3.0, 4.0]


def test_the_gradient_passes_where_a_number_is():
    x = Tensor([[1.0, NAN]], requires_grad=True)
    (Impute(2)(x) * Tensor([[2.0, 3.0]])).sum().backward()
    assert x.grad.tolist() == [[2.0, 0.0]]


@pytest.mark.parametrize("call", [lambda layer: layer.fit(Tensor([[1.0]])), lambda layer: layer(Tensor([[1.0]]))])
def test_rows_of_another_length_are_refused(call):
    with pytest.raises(ValueError, match=r"Impute\(2\) got rows of 1 numbers; it needs 2"):
        call(Impute(2))

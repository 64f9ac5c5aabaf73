"""Parameters as one vector and back: what goes in comes out, gradients go through, nothing is half set."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor
from backprop.nn.utils import parameters_to_vector, vector_to_parameters
from tests.strategies import nested

shapes = st.lists(st.lists(st.integers(1, 3), max_size=3), min_size=1, max_size=4)


@given(shapes, st.data())
def test_there_and_back(shapes, data):
    drawn = [data.draw(nested(shape)) for shape in shapes]
    vector = parameters_to_vector(drawn)
    assert vector.tolist() == [x for tensor in drawn for x in tensor.flatten().tolist()]
    others = [Tensor(0.0).expand(shape).clone() for shape in shapes]
    vector_to_parameters(vector, others)
    assert [tensor.tolist() for tensor in others] == [tensor.tolist() for tensor in drawn]


def test_gradients_flow_back():
    w, b = Tensor([[1.0, 2.0]], requires_grad=True), Tensor(3.0, requires_grad=True)
    (parameters_to_vector([w, b]) * Tensor([5.0, 6.0, 7.0])).sum().backward()
    assert w.grad.tolist() == [[5.0, 6.0]] and b.grad.item() == 7.0


@pytest.mark.parametrize("count", [2, 4])
def test_another_number_of_entries_sets_nothing(count):
    w, b = Tensor([[1.0, 2.0]]), Tensor(3.0)
    with pytest.raises(ValueError, match=f"the parameters have 3 entries, got {count}"):
        vector_to_parameters(Tensor([0.0] * count), [w, b])
    assert w.tolist() == [[1.0, 2.0]] and b.item() == 3.0
    with pytest.raises(TypeError, match="vec is a Tensor, got a list"):
        vector_to_parameters([0.0] * 3, [w, b])

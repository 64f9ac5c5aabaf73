"""one_hot: a single 1 in each row, at the index of its class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.dtypes import int64
from backprop.nn import CrossEntropyLoss
from backprop.nn.functional import one_hot


@given(st.lists(st.integers(0, 8), min_size=1), st.integers(0, 3))
def test_each_row_has_a_single_1_at_its_class(targets, more):
    classes = max(targets) + 1 + more
    coded = one_hot(targets, classes)
    assert coded.shape == (len(targets), classes) and coded.dtype is int64
    assert coded.tolist() == [[int(k == target) for k in range(classes)] for target in targets]
    assert one_hot(targets).tolist() == [row[: max(targets) + 1] for row in coded.tolist()]


def test_any_shape():
    assert one_hot([[[1], [0]]]).tolist() == [[[[0, 1]], [[1, 0]]]]
    assert one_hot(1, 3).tolist() == [0, 1, 0] and one_hot([], 3).shape == (0, 3)


def test_a_loss_sees_the_same_in_both():
    scores, targets = Matrix([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]]), [2, 0]
    loss = CrossEntropyLoss()
    assert loss(scores, one_hot(targets, 3).float()).matrix.allclose(loss(scores, targets).matrix)


@pytest.mark.parametrize(
    ("targets", "classes", "error", "sentence"),
    [
        ([], -1, ValueError, "one_hot: there is no index, so num_classes cannot be found"),
        ([0.0], -1, TypeError, "one_hot: indices are ints, got 0.0 at position 0"),
        ([True], -1, TypeError, "one_hot: indices are ints, got True"),
        ([0, 3], 3, ValueError, "one_hot: index 3 at position 1 is out of range; indices are from 0 to 2"),
        ([0, -1], 3, ValueError, "index -1 at position 1 is out of range; indices are from 0 to 2"),
        ([0, -1], -1, ValueError, "index -1 at position 1"),
        ([0], 0, ValueError, "num_classes is an int from 1 up, or -1, got 0"),
        ([0], -2, ValueError, "num_classes is an int from 1 up, or -1, got -2"),
        ([0], 2.0, TypeError, "one_hot: num_classes is an int, got 2.0"),
    ],
)
def test_what_does_not_fit_is_refused(targets, classes, error, sentence):
    with pytest.raises(error, match=sentence):
        one_hot(targets, classes)

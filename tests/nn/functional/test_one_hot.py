"""one_hot: a single 1 in each row, at the index of its class."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.nn import CrossEntropyLoss
from backprop.nn.functional import one_hot


@given(st.lists(st.integers(0, 8), min_size=1), st.integers(0, 3))
def test_each_row_has_a_single_1_at_its_class(targets, more):
    classes = max(targets) + 1 + more
    coded = one_hot(targets, classes)
    assert coded.shape == (len(targets), classes)
    assert coded.argmax(axis=1) == targets
    assert coded.sum(axis=1) == Matrix.ones(len(targets), 1) and coded.min() >= 0
    assert {type(x) for row in coded for x in row} == {int}
    assert one_hot(targets) == coded[:, : max(targets) + 1]


def test_a_loss_sees_the_same_in_both():
    scores, targets = Matrix([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]]), [2, 0]
    loss = CrossEntropyLoss()
    assert loss(scores, one_hot(targets, 3)).matrix.allclose(loss(scores, targets).matrix)


@pytest.mark.parametrize(
    ("targets", "classes", "error", "sentence"),
    [
        ([], -1, ValueError, "one_hot: there are no targets"),
        ([0.0], -1, TypeError, r"a list of class indices \(ints\), got \[0.0\]"),
        ([True], -1, TypeError, "class indices"),
        (Matrix([[1]]), -1, TypeError, "class indices"),
        ([0, 3], 3, ValueError, "target 1 is 3; with 3 classes they are 0 to 2"),
        ([0, -1], 3, ValueError, "target 1 is -1; with 3 classes they are 0 to 2"),
        ([-2], -1, ValueError, "num_classes is an int from 1 up, got -1"),
        ([0], 0, ValueError, "num_classes is an int from 1 up, got 0"),
        ([0], 2.0, ValueError, "num_classes is an int from 1 up, got 2.0"),
    ],
)
def test_what_does_not_fit_is_refused(targets, classes, error, sentence):
    with pytest.raises(error, match=sentence):
        one_hot(targets, classes)

"""What a Dataset is made of: tables of any kind, and targets that its classes have names for."""

import pytest

from backprop import Matrix, Tensor
from backprop.utils.data import DataLoader, Dataset
from tests.tables import listed


def test_tensors_are_taken_as_their_matrices_are():
    inputs, targets = Matrix([[1.0, 2.0], [3.0, 4.0]]), Matrix([[5.0], [6.0]])
    data = Dataset(Tensor(inputs, requires_grad=True), Tensor(targets))
    assert data == Dataset(inputs, targets) and type(data.inputs) is type(data.targets) is Matrix
    assert listed(DataLoader(data, batch_size=2)) == listed([(inputs, targets)])


@pytest.mark.parametrize("targets", [[0, 2], [0, 5], (1, 2)])
def test_a_target_beyond_the_classes_is_refused(targets):
    with pytest.raises(ValueError, match=f"^Dataset: target 1 is {targets[1]}; with 2 classes they are 0 to 1$"):
        Dataset([[0.0], [1.0]], targets, classes=["cat", "dog"])


def test_what_a_loss_ignores_has_no_name_in_a_notebook():
    page = Dataset([[7.0], [8.0], [9.0]], [0, 1, -100], classes=["cat", "dog"])._repr_html_()
    assert "cat" in page and "-100" in page and page.count("dog") == 2  # in the caption, and as the target of one

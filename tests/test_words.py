"""A setting that is one of a few words, or one of a few numbers, is refused as anything else, whatever comes."""

import pytest

from backprop import Matrix, Tensor
from backprop.nn import CrossEntropyLoss, functional
from backprop.validation import check_choice

OTHERS = [Tensor([[1.0, 0.0]]), Tensor([[1.0]]), Matrix([[1.0]]), 1.0, True, [1], "1", None, b"mean", ["mean"]]


@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_nothing_but_the_words_is_taken(value):
    if value is not None:  # None is PyTorch's guess, with a warning
        entries = isinstance(value, Tensor) and value.numel() > 1  # an int may be in a Tensor of one entry
        sentence = "an index needs a Tensor of a single entry" if entries else "softmax: dim is an int, got "
        with pytest.raises((TypeError, ValueError), match=f"^{sentence}"):
            functional.softmax(Tensor([[1.0, 2.0]]), dim=value)
    with pytest.raises(ValueError, match="^CrossEntropyLoss: reduction is 'mean', 'sum' or 'none', got "):
        CrossEntropyLoss(reduction=value)


@pytest.mark.parametrize("word", ["mean", 0, -1, None])
def test_each_of_the_words_is_taken(word):
    check_choice("f", "setting", word, ("mean", 0, -1, None))

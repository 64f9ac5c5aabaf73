"""A name that is asked of the wrong module: the sentence says in which one it is."""

import pytest

import backprop
from backprop import nn, optim


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: backprop.Linear, "backprop has no Linear; it is backprop.nn.Linear"),
        (lambda: backprop.DataLoader, "backprop has no DataLoader; it is backprop.utils.data.DataLoader"),
        (lambda: backprop.relu, "backprop has no relu; it is backprop.nn.functional.relu"),
        (lambda: backprop.StepLR, "backprop has no StepLR; it is backprop.optim.lr_scheduler.StepLR"),
        (lambda: nn.softmax, "backprop.nn has no softmax; it is backprop.nn.functional.softmax"),
        (lambda: optim.StepLR, "backprop.optim has no StepLR; it is backprop.optim.lr_scheduler.StepLR"),
        (lambda: nn.Liner, "backprop.nn has no Liner; did you mean Linear?"),
        (lambda: nn.functional.Adam, "backprop.nn.functional has no Adam"),
    ],
)
def test_the_sentence_says_where_it_is(ask, sentence):
    with pytest.raises(AttributeError) as refused:
        ask()
    assert str(refused.value) == sentence

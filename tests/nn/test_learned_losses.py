"""Losses that have a layer of their own: PyTorch's figures, and what they are made of."""

import pytest

from backprop import Tensor, manual_seed, nn, rand
from backprop.nn.functional import cross_entropy, linear
from tests.figures import reference, tensor


def close(x, figures):
    return x.shape == tensor(figures).shape and x.sub(tensor(figures)).abs().max().item() < 1e-13


def test_adaptive_softmax_is_pytorchs():
    case = reference("adaptive_softmax.json")
    layer = nn.AdaptiveLogSoftmaxWithLoss(4, 7, [2, 4], div_value=2.0, head_bias=True)
    assert list(layer.state_dict()) == list(case["start"])
    layer.double().load_state_dict({name: tensor(value) for name, value in case["start"].items()})
    x = tensor(case["input"], requires_grad=True)
    output, loss = found = layer(x, case["target"])
    assert close(output, case["output"]) and close(loss, case["loss"]) and found.loss is loss
    loss.backward()
    assert close(x.grad, case["input_grad"])
    assert all(close(parameter.grad, case["grads"][name]) for name, parameter in layer.named_parameters())
    assert close(layer.log_prob(x), case["log_prob"]) and layer.predict(x).tolist() == case["predict"]
    alone, _ = layer(x[1], case["target"][1])
    assert close(alone, case["output"][1])


def test_cutoffs_that_make_no_sense_are_refused():
    for cutoffs in ([], [0, 2], [2, 2], [3, 2], [2, 6], [1.5]):
        with pytest.raises(ValueError, match="AdaptiveLogSoftmaxWithLoss: cutoffs are ints that go up from 1 to 5"):
            nn.AdaptiveLogSoftmaxWithLoss(8, 6, cutoffs)


def test_linear_cross_entropy_loss_is_a_linear_layer_and_its_loss():
    manual_seed(0)
    loss = nn.LinearCrossEntropyLoss(
        3, 4, bias=True, reduction="sum", ignore_index=1, options=nn.LinearCrossEntropyOptions()
    )
    manual_seed(0)
    layer = nn.Linear(3, 4)
    x, target = rand(5, 3), [0, 1, 2, 3, 3]
    expected = cross_entropy(layer(x), target, reduction="sum", ignore_index=1)
    assert loss(x, target).item() == expected.item() and list(loss.state_dict()) == ["linear.weight", "linear.bias"]
    places = nn.LinearCrossEntropyLoss(3, 4, out_features=(2,))
    weight = places.linear.weight.view(4, 2, 3)
    one = cross_entropy(linear(x, weight[:, 1]), target, reduction="none")
    targets = [[0, k] for k in target]
    places.reduction = "none"
    assert places(x, targets)[:, 1].tolist() == pytest.approx(one.tolist())
    assert (
        "in_features=4, num_classes=3, out_features=(), bias=False, reduction=mean, ignore_index=None, "
        "label_smoothing=0.0, options=None"
    ) in repr(nn.LinearCrossEntropyLoss(4, 3))
    assert isinstance(loss(Tensor([[0.0, 0.0, 0.0]]), [0]), Tensor)

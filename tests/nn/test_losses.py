"""The losses as layers: their settings reach the functions, their weights are state, nonsense is refused when made."""

import math

import pytest

from backprop import Matrix, Tensor
from backprop.nn import Linear, Sequential, losses
from backprop.nn import functional as F

X = Matrix([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
P = Matrix([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]])
SIGNS = Matrix([[1.0, -1.0, 1.0], [-1.0, -1.0, 1.0]])


@pytest.mark.parametrize(
    ("layer", "function", "inputs"),
    [
        (losses.MSELoss(), F.mse_loss, (X, P)),
        (losses.L1Loss(), F.l1_loss, (X, P)),
        (losses.SmoothL1Loss(), F.smooth_l1_loss, (X, P)),
        (losses.HuberLoss(), F.huber_loss, (X, P)),
        (losses.CrossEntropyLoss(), F.cross_entropy, (X, [0, 2])),
        (losses.NLLLoss(), F.nll_loss, (X, [0, 2])),
        (losses.CTCLoss(), F.ctc_loss, (X, [1], 2, 1)),
        (losses.BCELoss(), F.binary_cross_entropy, (P, P)),
        (losses.BCEWithLogitsLoss(), F.binary_cross_entropy_with_logits, (X, P)),
        (losses.KLDivLoss(), F.kl_div, (X, P)),
        (losses.CosineEmbeddingLoss(), F.cosine_embedding_loss, (X, P, [1, -1])),
        (losses.TripletMarginLoss(), F.triplet_margin_loss, (X, P, -X)),
        (losses.TripletMarginWithDistanceLoss(), F.triplet_margin_with_distance_loss, (X, P, -X)),
        (losses.MarginRankingLoss(), F.margin_ranking_loss, (X, P, SIGNS)),
        (losses.HingeEmbeddingLoss(), F.hinge_embedding_loss, (X, SIGNS)),
        (losses.SoftMarginLoss(), F.soft_margin_loss, (X, SIGNS)),
        (losses.MultiMarginLoss(), F.multi_margin_loss, (X, [0, 2])),
        (losses.MultiLabelMarginLoss(), F.multilabel_margin_loss, (X, [[0, -1, 1], [2, 0, -1]])),
        (losses.MultiLabelSoftMarginLoss(), F.multilabel_soft_margin_loss, (X, P)),
        (losses.PoissonNLLLoss(), F.poisson_nll_loss, (X, P)),
        (losses.GaussianNLLLoss(), F.gaussian_nll_loss, (X, P, P)),
    ],
)
def test_a_layer_made_without_settings_is_the_function_without_settings(layer, function, inputs):
    assert layer(*inputs).matrix == function(*inputs).matrix
    assert repr(layer) == f"{type(layer).__name__}()" and not list(layer.parameters())


def test_weights_are_saved_with_the_state_and_not_learned():
    one = losses.CrossEntropyLoss([1.0, 2.0, 0.5])
    other = losses.CrossEntropyLoss(Tensor([1.0, 1.0, 1.0]))
    other.load_state_dict(one.state_dict())
    assert other(X, [0, 2]).matrix == one(X, [0, 2]).matrix != losses.CrossEntropyLoss()(X, [0, 2]).matrix
    both = losses.BCEWithLogitsLoss(Tensor([[1.0, 2.0, 0.5]]), pos_weight=[3.0, 3.0, 3.0])
    assert list(both.state_dict()) == ["weight", "pos_weight"] and not list(both.parameters())
    assert losses.BCELoss().state_dict() == losses.NLLLoss().state_dict() == {}


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: losses.MSELoss(reduction="batchmean"), ValueError, "got 'batchmean'"),
        (lambda: losses.SmoothL1Loss(beta=math.nan), ValueError, "SmoothL1Loss: beta is a finite number from 0 up"),
        (lambda: losses.HuberLoss(delta=math.nan), ValueError, "HuberLoss: delta is a finite number above 0, got nan"),
        (
            lambda: losses.CrossEntropyLoss([math.nan]),
            ValueError,
            "CrossEntropyLoss: every entry of weight is a finite",
        ),
        (lambda: losses.CrossEntropyLoss("ab"), TypeError, "CrossEntropyLoss: weight is a Tensor or a list"),
        (lambda: losses.CrossEntropyLoss(Tensor(1.0, requires_grad=True)), ValueError, "no gradient flows to a weight"),
        (lambda: losses.CrossEntropyLoss(ignore_index=True), TypeError, "ignore_index is an int, got True"),
        (lambda: losses.CrossEntropyLoss(label_smoothing=-0.1), ValueError, "label_smoothing is .* from 0 to 1"),
        (lambda: losses.CTCLoss(-1), ValueError, "CTCLoss: blank is an int from 0 up, got -1"),
        (lambda: losses.CTCLoss(zero_infinity=1), TypeError, "CTCLoss: zero_infinity is True or False"),
        (lambda: losses.NLLLoss(ignore_index=None), TypeError, "NLLLoss: ignore_index is an int, got None"),
        (lambda: losses.BCEWithLogitsLoss(pos_weight=[math.inf]), ValueError, "every entry of pos_weight is a finite"),
        (lambda: losses.CosineEmbeddingLoss(-1.5), ValueError, "CosineEmbeddingLoss: margin is .* from -1 to 1"),
        (lambda: losses.TripletMarginLoss(-1.0), ValueError, "TripletMarginLoss: margin is a finite number above 0"),
        (lambda: losses.TripletMarginLoss(p=math.inf), ValueError, "TripletMarginLoss: p is a finite number from 1 up"),
        (lambda: losses.TripletMarginLoss(eps=math.nan), ValueError, "TripletMarginLoss: eps is a finite number"),
    ],
)
def test_settings_that_make_no_sense_are_refused_when_the_loss_is_made(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_a_perfect_prediction_of_one_column_against_a_row_is_broadcast_with_a_warning():
    """(4, 1) against (4,) is broadcast to 4×4 and gives 2.5 for predictions that are all right."""
    with pytest.warns(UserWarning, match=r"^mse_loss: the target has the shape \[4\], the input \[4, 1\]"):
        loss = losses.MSELoss()(Tensor([[1.0], [2.0], [3.0], [4.0]]), Tensor([1.0, 2.0, 3.0, 4.0]))
    assert loss.item() == 2.5


def test_a_loss_of_each_row_goes_back_through_a_model():
    """Σ wᵢ·ℓᵢ by hand, from "none", is the sum of the single rows' gradients times wᵢ."""
    model = Sequential(Linear(3, 2))
    each = losses.CrossEntropyLoss(reduction="none")(model(X), [0, 1])
    assert each.shape == (2,)
    (each * Tensor([2.0, -1.0])).sum().backward()
    together = model[0].weight.grad.matrix
    model.zero_grad()
    for i, (target, factor) in enumerate(((0, 2.0), (1, -1.0))):
        (losses.CrossEntropyLoss()(model(X[i]), [target]) * factor).backward()
    assert together.allclose(model[0].weight.grad.matrix, rel_tol=1e-12, abs_tol=1e-15)

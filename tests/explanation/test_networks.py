"""Explanations of networks: every printed number is right, and each layer says what there is to say about it."""

import re

import pytest

from backprop import Tensor, explain, manual_seed, nn, no_grad, ones, optim
from backprop.explanation.notation import Plain
from backprop.nn import Parameter
from backprop.nn import functional as F
from tests.explanation.networks import NETWORKS, network
from tests.explanation.test_text import check_arithmetic, known_entries

NUMBER = r"−?\d[\d.]*(?:e[+−-]\d+)?"


def explained(name):
    loss, model, optimizer = network(name)
    return explain(loss, model=model, optimizer=optimizer)


def line(text, start):
    """The line that begins so, but for its indentation."""
    (found,) = [own.strip() for own in text.splitlines() if own.strip().startswith(start)]
    return found


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("digits", [3, 6])
def test_the_printed_arithmetic_of_a_network_is_true(name, digits):
    loss, model, optimizer = network(name)
    explanation = explain(loss, model=model, optimizer=optimizer, digits=digits)
    assert check_arithmetic(explanation, digits) > 80
    assert not any(step.remark for step in explanation.steps)
    assert not re.search(rf"[+−] {NUMBER}·0 |[+−] 0·", str(explanation)), "a product with 0 says nothing"


def test_a_number_is_derived_before_it_is_used():
    text = str(explained("recurrent"))
    lines = [own.strip() for own in text[text.index("lstm₁ = lstm(") : text.index("getitem")].splitlines()]
    derived = [re.match(r"([ifgoc])\[0, 0\] = .* = (\S+)$", own) for own in lines]
    i, g, o, c = [match[2] for match in derived if match]  # before the first step there is nothing to forget
    assert f"c[0, 0] = {i}·{g} = {c}" in lines
    f = line(text, "f[2, 1] = ").rsplit(" = ", 1)[1]
    assert line(text, "c[2, 1] = ").startswith(f"c[2, 1] = {f}·")
    assert any(own.startswith(f"lstm₁[0] = {o}·tanh({c}) = ") for own in lines)


def test_what_a_gradient_is_computed_from_is_known_once_it_was_shown():
    """The gradient of the recurrent weights is made of that of the gates, and of the hidden values."""
    explanation = explained("recurrent")
    entries, text = known_entries(explanation), str(explanation)
    (gates,) = [step for step in explanation.steps if step.name == "linear₁"]
    slopes = [Plain().number(x) for row in gates.gradient.matrix.rows for x in row]
    shown = line(text, "∂L/∂lstm.weight_hh_l0[0, 0] = ").split(" = ")[1]
    terms = re.findall(rf"({NUMBER})·\(?({NUMBER})", shown)
    assert len(terms) == 4
    hidden = [Plain().number(x) for label, x in entries.items() if label.startswith("lstm₁[")]
    for slope, h in terms:
        assert {slope, "−" + slope} & set(slopes) and {h, "−" + h} & set(hidden)


def test_cross_entropy_shows_probabilities_and_what_they_lack():
    x = Parameter([[1.0, 2.0, 3.0]])
    text = str(explain(F.cross_entropy(x, [1]), {"x": x}))
    p = [line(text, f"p[0, {k}] = ").rsplit(" = ", 1)[1] for k in range(3)]
    assert line(text, "L = ln(exp(").endswith(" = 1.40761")  # in the words of the equation
    assert p == ["0.0900306", "0.244728", "0.665241"]  # e¹, e², e³ over their sum
    assert line(text, "∂L/∂x[0, 0]") == f"∂L/∂x[0, 0] = 1·{p[0]} = {p[0]}"
    assert line(text, "∂L/∂x[0, 1]") == f"∂L/∂x[0, 1] = 1·({p[1]} − 1) = 1·(−0.755272) = −0.755272"


def test_attention_shows_scores_and_weights():
    x = Parameter([[[1.0, 0.0], [0.0, 2.0]]])
    text = str(explain(F.scaled_dot_product_attention(x, x, x, scale=0.5).sum(), {"x": x}))
    assert line(text, "S[0, 0]").endswith(" = 0.5") and line(text, "S[1, 1]").endswith(" = 2")
    assert line(text, "P[0, 0]").endswith(" = 0.622459")  # σ(½)
    assert line(text, "P[1, 1]").endswith(" = 0.880797")  # σ(2)


def test_max_pooling_says_which_entry_won():
    explanation = explained("convolution")
    entries, text = known_entries(explanation), str(explanation)
    chosen = re.findall(r"max_pool2d(\[[\d, ]+\]) = (relu\[[\d, ]+\]) = ", text)
    assert len(chosen) == 8 and all(entries[f"max_pool2d{a}"] == entries[b] for a, b in chosen)


def test_one_tensor_that_holds_queries_keys_and_values_is_called_so_and_dropped_weights_are_seen():
    text = str(explained("transformer"))
    assert "_attention(view₂, scale=0.707107, dropout_p=0.25)\n" in text
    assert "Q, K, V = view₂ (3×2×3×2)\n" in text and " Q = view₂" not in text
    weights = re.findall(r"_attention₁\.(m∘P\[\d, \d\]) = (\S+)(?: = \S+)?\n", text)
    assert weights and all(way == "0" or way.endswith(("·1.33333", "·0")) for _, way in weights)


def test_the_window_of_a_convolution_or_a_maximum_is_said():
    text = str(explained("convolution"))
    assert "\nconv2d = convolution(x, 0.weight, 0.bias, padding=1)\n" in text
    assert "\nmax_pool2d = max_pool(relu, kernel_size=2, stride=2)\n" in text


def test_entries_that_are_0_are_not_the_ones_that_are_derived():
    """Nor in an update those that do not move."""
    x = Parameter([0.0] * 12 + [0.5] * 4)
    loss = (x * x).sum()
    text = str(explain(loss, {"x": x}, optimizer=optim.SGD([x], lr=0.25)))
    assert re.findall(r"\n    x\[(\d+)\] ← ", text) == re.findall(r"\n    mul\[(\d+)\] = ", text) == ["12", "13", "14"]


def test_the_update_is_told_parameter_by_parameter_in_the_groups_of_the_layers():
    assert "▾" not in str(explained("mlp"))
    text = str(explained("transformer"))
    text = text[text.index("\nUpdate\n") :]
    assert [own.strip() for own in text.splitlines() if "▾" in own][:3] == [
        "▾ 0: TransformerEncoder",
        "▾ 0.layers.0: TransformerEncoderLayer",
        "▾ 0.layers.0.self_attn: MultiheadAttention",
    ]
    name = "0.layers.0.self_attn.out_proj.bias"
    assert f"AdamW({name}, lr=0.01)\n" in text and f"│ θ = {name} (4), g = ∂L/∂{name}, t = 1\n" in text


@pytest.mark.parametrize("rule", [optim.Adam, optim.AdamW, optim.NAdam])
def test_the_running_means_of_adam_are_derived_before_the_step(rule):
    x = Parameter([3.0])
    optimizer = rule([x], lr=0.5)
    (x * x).sum().backward()
    optimizer.step()
    optimizer.zero_grad()
    with no_grad():
        x.fill_(2.0)
    lines = str(explain((x * x).sum(), {"x": x}, optimizer=optimizer)).splitlines()
    assert "    │ θ = x (1), g = ∂L/∂x, t = 2" in lines
    mean = lines.index("    x.m = 0.9·0.6 + 0.1·4 = 0.54 + 0.4 = 0.94")
    assert lines[mean + 1] == "    x.v = 0.999·0.036 + 0.001·4·4 = 0.035964 + 0.016 = 0.051964"
    assert lines[mean + 2].startswith("    x ← ") and "0.94" in lines[mean + 2]


@pytest.mark.parametrize(
    ("shape", "places"), [((2,), "[0] [1]"), ((2, 1), "[0, 0] [1, 0]"), ((1, 2, 1), "[0, 0, 0] [0, 1, 0]")]
)
def test_a_running_mean_has_the_place_of_its_weight(shape, places):
    x = Parameter(ones(*shape))
    text = str(explain((x * x).sum(), {"x": x}, optimizer=optim.Adam([x])))
    for start, sign in (("x.m", "="), ("x.v", "="), ("x", "←")):
        assert " ".join(re.findall(rf"\n    {start}(\[.*\]) {sign} ", text)) == places


def test_dropout_says_what_was_dropped():
    manual_seed(4)
    x = Parameter([[1.0, 2.0, 3.0, 4.0]])
    y = nn.Dropout(0.2)(x)
    dropped = [j for j in range(4) if not y[0, j]]
    text = str(explain(y.sum(), {"x": x, "y": y}))
    places = ", ".join(f"[0, {j}]" for j in dropped)
    said = f"m = m (1×4), {len(dropped)} dropped: {places}; the others are multiplied by 1/(1 − 0.2)"
    assert said in " ".join(text.replace("│", " ").split()) and dropped
    assert "y = mul(x, m)\n    │ y = m·x\n" in text and "\nm = [ " in text


def test_the_letters_of_the_equation_are_named_with_their_shapes():
    text = str(explained("mlp"))
    assert "    │ Y = X·Wᵀ + b\n    │ Y = linear₁ (2×5), X = x (2×4), W = 0.weight (5×4), b = 0.bias (5)\n" in text


def test_the_mean_of_losses_is_not_called_as_one_of_them():
    """ℓ is the loss of an entry."""
    x = Parameter([[1.0, 2.0]])
    target = Tensor([[0.0, 0.0]])
    for reduction, said in (("mean", "x = x (1×2), t = target (1×2)"), ("none", "ℓ = mse_loss (1×2), x = x (1×2)")):
        text = str(explain(F.mse_loss(x, target, reduction=reduction).sum(), {"x": x}))
        assert f"    │ ℓ = e² for e = x − t\n    │ {said}" in text


def test_what_a_layer_computes_is_one_group():
    loss, model, _ = network("transformer")
    explanation = explain(loss, model=model)
    titles = [own for own in str(explanation).splitlines() if "▾" in own]
    forward = titles[: len(titles) // 2]
    assert forward == [
        "▾ 0: TransformerEncoder",
        "  ▾ 0.layers.0: TransformerEncoderLayer",
        "    ▾ 0.layers.0.self_attn: MultiheadAttention",
        "  ▾ 0.layers.1: TransformerEncoderLayer",
        "    ▾ 0.layers.1.self_attn: MultiheadAttention",
    ]
    markdown = explanation.markdown()
    assert markdown.count("<details><summary>") == markdown.count("</details>") == len(titles) == 10
    assert "\n<details><summary>0.layers.0.self_attn: MultiheadAttention</summary>\n\n**`" in markdown


def test_settings_that_are_defaults_are_left_out():
    model = nn.Linear(1, 1)
    loss = F.mse_loss(model(Tensor([[2.0]])), Tensor([[1.0]]))
    for optimizer, rule in (
        (optim.Adam(model.parameters()), "Adam(bias, lr=0.001)"),
        (optim.Adam(model.parameters(), betas=(0.5, 0.9)), "Adam(bias, lr=0.001, betas=(0.5, 0.9))"),
        (optim.SGD(model.parameters(), lr=0.1, momentum=0.9), "SGD(bias, lr=0.1, momentum=0.9)"),
    ):
        assert f"\n{rule}\n" in str(explain(loss, model=model, optimizer=optimizer))

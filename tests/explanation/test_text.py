"""The text of an explanation: its arithmetic is true, it is that of the step, and it changes nothing."""

import copy
import random
import re
from fractions import Fraction
from functools import lru_cache
from itertools import chain, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Generator, Matrix, Tensor, explain, manual_seed, ones, sigmoid
from backprop.autograd import operation, pullbacks_of, reverse_topological_order, starting_gradient
from backprop.explanation import derivation
from backprop.explanation.notation import Plain
from backprop.matrix import trusted
from backprop.nn import Conv2d, Flatten, Linear, MSELoss, Parameter, Sequential
from backprop.nn import functional as F
from backprop.numbers import math
from backprop.optim import LBFGS, SGD, Adam, RMSprop
from backprop.random import generator
from tests import tables
from tests.explanation.graphs import CASES, computation, computation_of_several_axes, draw
from tests.explanation.intervals import agree, interval
from tests.explanation.test_equations import OPERATIONS
from tests.explanation.worked import worked_example
from tests.strategies import seeds

RULES = [
    lambda parameters: SGD(parameters, lr=0.1, momentum=0.9),
    lambda parameters: Adam(parameters, lr=0.01),
    lambda parameters: RMSprop(parameters, lr=0.02),
]
LINE = re.compile(r"\s*(?P<name>(?:part of )?[^\s│]+?)(?P<place>\[\d+(?:, \d+)*\])? (?P<sign>[=←]) (?P<rest>.*)")
CALL = re.compile(r"\s*\S+ = [a-z]\w*\(.*\)")


def explained(seed, digits=6, exact=False):
    """(explanation, loss, parameters by name, optimizer), the same again for the same seed."""
    manual_seed(seed)
    loss, learned, model = computation(seed, exact)
    parameters = list(dict.fromkeys([*learned.values(), *model.parameters()]))
    optimizer = SGD(parameters, lr=Fraction(1, 2)) if exact else RULES[seed % 3](parameters)
    return explain(loss, learned, model=model, optimizer=optimizer, digits=digits), loss, parameters, optimizer


def numbers(explanation):
    """What the text says, as (name, place, sign, [expression, …, result]); of tables of one row each entry."""
    calls = {line for line in str(explanation).splitlines() if CALL.fullmatch(line)}
    for line in str(explanation).splitlines():
        match = LINE.fullmatch(line)
        if not match or line in calls:
            continue
        if match["rest"].startswith("["):
            cells = re.split(r"\s{2,}", match["rest"].strip("[ ]"))
            for j, cell in enumerate([] if "..." in cells else cells):
                yield match["name"], f"[0, {j}]", match["sign"], [cell]
        else:
            yield match["name"], match["place"] or "", match["sign"], match["rest"].split(" = ")


def check_arithmetic(explanation, digits=6):
    """Every printed expression comes to the printed number, and that is the entry; gives how many expressions there were."""
    checked = 0
    notation, entries = Plain(digits), known_entries(explanation)
    for name, index, sign, (*expressions, result) in numbers(explanation):
        for expression in expressions:
            if expression in entries:  # the one that a maximum is
                assert notation.number(entries[expression]) == result
            else:
                computed = interval(expression, digits)
                assert agree(computed, interval(result, digits)), f"{name}{index}: {expression} = {result}"
            checked += 1
        if sign == "=" and name + index in entries:
            assert result == notation.number(entries[name + index])
    return checked


def known_entries(explanation):
    """Each entry of a value or of its whole gradient by its printed name."""
    entries = {}
    for step in explanation.steps:
        for label, table in ((step.name, step.value), (f"∂{explanation.loss}/∂{step.name}", step.gradient)):
            if step.name and table is not None:
                indices = product(*map(range, step.shape)) if step.shape.numel() > 1 else [()]
                flat = chain.from_iterable(table.matrix.rows)
                entries.update((f"{label}{list(i) if i else ''}", x) for i, x in zip(indices, flat))
    return entries


# -------------------------------------------------------------------- on any computation


@given(seed=seeds, digits=st.sampled_from([3, 6, 12]), exact=st.booleans())
def test_the_printed_arithmetic_is_true(seed, digits, exact):
    assert check_arithmetic(explained(seed, digits, exact)[0], digits)


@given(seed=seeds, digits=st.sampled_from([3, 6]))
@settings(max_examples=40)
def test_the_printed_arithmetic_is_true_on_tensors_of_several_axes(seed, digits):
    loss, start = computation_of_several_axes(seed)
    explanation = explain(loss, {"x": start}, digits=digits)
    assert check_arithmetic(explanation, digits) > 1
    start.grad = None
    loss.backward()
    (step,) = [step for step in explanation.steps if step.name == "x"]
    assert step.gradient.matrix == start.grad.matrix


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_operation_explains_itself(name):
    rng = random.Random(name)
    y = CASES[name](rng)
    explanation = explain((y * draw(rng, *y.shape).detach()).sum())
    assert check_arithmetic(explanation) > (4 if y.numel() > 1 else 1)
    remarks = [step.remark for step in explanation.steps if step.remark]
    # The determinant is computed from exact fractions of the floats, which traced numbers are not; a Function on Tensors.
    assert remarks == (["it does more than calculate with numbers"] if name in ("det", "part") else [])
    assert all(step.equation and step.derivatives for step in explanation.steps if step.operation), "none is silent"


def test_no_operation_is_left_out():
    """Each rule of the library is in a graph of one of the cases, but for that of geqrf, which has no derivative."""
    graphs = [reverse_topological_order(case(random.Random(name)).grad_fn) for name, case in CASES.items()]
    explained = {(node.operation.__module__, node.operation.__name__) for graph in graphs for node in graph}
    rules = {(rule.__module__, rule.__name__.lstrip("_")) for rule in OPERATIONS.values()}
    assert rules - explained == {("backprop.linalg.reflections", "geqrf")}


def test_the_settings_are_those_of_the_function_that_was_called():
    """What the rule behind it takes, as places and counts, is not shown."""
    x, image = Parameter([[1.0, -2.0], [3.0, 5.0]]), Parameter([[[[1.0, 2.0], [3.0, 4.0]]]])
    running = Tensor([0.0, 0.0]), Tensor([1.0, 1.0])
    for y, line in (
        (x.sum(), "L = sum(w)"),
        (x.mean(1).sum(), "mean = mean(w, dim=1)"),
        (F.leaky_relu(x, 0.3).sum(), "leaky_relu = leaky_relu(w, negative_slope=0.3)"),
        (F.cross_entropy(x, [0, 1]), "L = cross_entropy(w, target=[0, 1])"),
        (F.conv2d(image, image).sum(), "conv2d = convolution(w, w)"),
        (F.conv2d(image, image, padding=(1, 0)).sum(), "conv2d = convolution(w, w, padding=(1, 0))"),
        (F.avg_pool2d(image, 2).sum(), "avg_pool2d = gathered(w)"),
        (F.batch_norm(x, *running, training=True).sum(), "batch_norm = batch_norm(w, training=True)"),
    ):
        text = str(explain(y))
        assert f"\n{line}\n" in text


def test_what_a_rule_keeps_in_a_list_stays_as_it_was():
    x = Parameter([[1.0, 2.0], [3.0, 5.0]])
    loss = F.batch_norm(x, None, None, training=True).sum()
    (moments,) = [
        node.constants["moments"] for node in reverse_topological_order(loss.grad_fn) if "moments" in node.constants
    ]
    before = list(moments)
    explain(loss)
    assert moments == before and {type(m) for pair in moments for m in pair} == {float}


def test_entries_are_numbered_by_all_their_indices():
    q, k, v = (Parameter([[[1.0, 2.0], [3.0, 4.0]]]) for _ in range(3))
    scores = q @ k.transpose(-2, -1)
    y = scores.softmax(-1) @ v
    explanation = explain((y * y).sum(), {"q": q, "k": k, "v": v, "scores": scores, "y": y})
    text = str(explanation)
    assert check_arithmetic(explanation) > 20
    assert "    scores[0, 1, 0] = 3·1 + 4·2 = 3 + 8 = 11\n" in text
    assert "∂L/∂softmax[0, 0, 1] = " in text and "∂L/∂v[0, 1, 1] = " in text
    image, kernel = (
        Tensor([[[[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]]]]),
        Parameter([[[[1.0, 2.0], [3.0, 4.0]]]]),
    )
    explanation = explain(F.conv2d(image, kernel).sum(), {"image": image, "kernel": kernel})
    assert check_arithmetic(explanation) > 8
    text = str(explanation)
    assert "    conv2d[0, 0, 1, 0] = 1·3 + 2·4 + 3·6 + 4·7 = 3 + 8 + 18 + 28 = 57\n" in text
    assert "    ∂L/∂kernel[0, 0, 1, 1] = " in text


def test_a_value_bears_the_name_of_the_function_that_was_called():
    x = Parameter([[1.0, 2.0], [3.0, 5.0]])
    names = [step.name for step in explain(x.mean(1).sum() + x.logsumexp(1).sum(), {"x": x}).steps]
    assert {"x", "mean", "logsumexp"} <= set(names)


def test_a_wrong_number_would_be_seen():
    for right, wrong in (
        ("0.5·0.25 + 1 = 1.125", "0.5·0.25 + 1 = 1.12502"),
        ("exp(−2) = 0.135335", "exp(−2) = 0.13534"),
    ):
        for line, true in ((right, True), (wrong, False)):
            expression, result = line.split(" = ")
            assert agree(interval(expression, 6), interval(result, 6)) == true


@given(seed=seeds, exact=st.booleans())
@settings(max_examples=40)
def test_the_printed_gradients_are_those_of_backward_and_the_update_is_that_of_step(seed, exact):
    explanation, loss, parameters, optimizer = explained(seed, 17, exact)
    said = {}
    for name, place, sign, (*_, result) in numbers(explanation):
        said[name, place, sign] = result  # where a gradient has parts, its sum comes last
    names = {id(step.value.matrix): step.name for step in explanation.steps if not step.operation}
    called = [names.get(id(parameter.matrix)) for parameter in parameters]
    loss.backward()
    before = [parameter.matrix for parameter in parameters]
    optimizer.step()
    notation, found = Plain(17), 0
    for name, parameter, old in zip(called, parameters, before):
        if name is None:
            continue
        for symbol, sign, matrix in (
            (f"∂{explanation.loss}/∂{name}", "=", parameter.grad.matrix),
            (name, "←", parameter.matrix),
            (name, "=", old),
        ):
            for i, row in enumerate(matrix.rows):
                for j, x in enumerate(row):
                    place = f"[{i}, {j}]" if matrix.shape != (1, 1) else ""
                    if (symbol, place, sign) in said:
                        assert said[symbol, place, sign] == notation.number(x)
                        found += 1
    assert found >= 3 * 2


def those_of_backward(loss):
    """(value, gradient) of each value on the way, as backward() passes it on."""
    gradients = []

    def kept(node):
        return lambda gradient, shape: gradients.append((node.matrix, gradient)) or gradient

    order = reverse_topological_order(loss.grad_fn)
    leaves = {x for node in order for x in node.inputs if isinstance(x, Tensor) and x.requires_grad}
    for node in order:
        node.hooks = [kept(node)]
    loss.backward()
    return [*gradients, *((leaf.matrix, leaf.grad.matrix) for leaf in leaves)]


def by_the_chain_rule(loss):
    """The same from the definition: the gradient of a value is the sum over its uses, each from the gradient of its result."""
    uses = {}
    for node in reverse_topological_order(loss.grad_fn):
        for k, x in enumerate(node.inputs):
            if x is not None and x.requires_grad:
                uses.setdefault(x, []).append((node, k))

    @lru_cache(None)
    def gradient(value):
        if value is loss.grad_fn:
            return starting_gradient(loss)
        total = None
        for node, k in uses[value]:
            arrived = gradient(node)
            part = pullbacks_of(node.pullbacks, arrived, node.inputs, node.called)[k](arrived)
            part = Tensor(part).reshape(-1).matrix
            total = part if total is None else total + part
        return Tensor(total).reshape(value.matrix.shape).matrix

    return [(value.matrix, gradient(value)) for value in (loss.grad_fn, *uses)]


@given(seed=seeds, exact=st.booleans())
@settings(max_examples=40)
def test_the_parts_add_up_and_every_gradient_on_the_way_is_right(seed, exact):
    explanation, _, _, _ = explained(seed, exact=exact)
    again, _, _ = computation(seed, exact)
    # Over fractions no order of the terms makes a difference.
    gradients = by_the_chain_rule(again) if exact else those_of_backward(again)
    expected = sorted(map(repr, gradients))
    steps = [step for step in explanation.steps if step.gradient is not None]
    assert sorted(repr((step.value.matrix, step.gradient.matrix)) for step in steps) == expected
    arriving = {step: [] for step in steps}
    for step in reversed(steps):
        for part in step.contributions:
            arriving[part.source].append(part.table.matrix)
    for step, parts in arriving.items():
        if step is not steps[-1]:
            total = parts[0]
            for part in parts[1:]:
                total = total + part
            assert total == step.gradient.matrix


@given(seed=seeds, exact=st.booleans())
@settings(max_examples=30)
def test_nothing_is_disturbed(seed, exact):
    results = []
    for explaining in (False, True):
        manual_seed(seed)
        loss, learned, model = computation(seed, exact)
        optimizer = SGD([*learned.values()], lr=Fraction(1, 2)) if exact else RULES[seed % 3]([*learned.values()])
        for parameter in learned.values():
            parameter.grad = tables.ones(*parameter.shape)
        before = copy.deepcopy(optimizer.state_dict()["state"]), generator().getstate()
        if explaining:
            str(explain(loss, learned, model=model, optimizer=optimizer))
            assert before == (optimizer.state_dict()["state"], generator().getstate())
        loss.backward()
        optimizer.step()
        results.append([(w.matrix, w.grad.matrix) for w in learned.values()] + [generator().random()])
    assert results[0] == results[1]


# -------------------------------------------------------------------- the worked example


# Matt Mazur, "A Step by Step Backpropagation Example" (2015), in the order of the page.
PUBLISHED = """
    0.3775 0.593269992 0.596884378 1.105905967 0.75136507 0.772928465 0.274811083 0.023560026 0.298371109
    0.74136507 0.186815602 0.082167041 0.138498562 0.35891648 0.408666186 0.511301270 0.561370121
    0.055399425 0.019049119 0.036350306 0.241300709 0.000438568 0.149780716 0.19956143 0.24975114 0.29950229
"""


def test_the_worked_example_has_each_published_figure():
    text = str(worked_example(digits=12))
    said = [float(number) for number in re.findall(r"\d+\.\d+(?:e-\d+)?", text)]
    for figure in PUBLISHED.split():
        # To the last printed digit, which the page cuts off or rounds.
        unit = 1.01 * 10.0 ** -len(figure.split(".")[1])
        assert any(abs(number - float(figure)) < unit for number in said), figure


def test_the_worked_example_reads_as_on_paper():
    text = str(worked_example())
    for passage in (
        """
linear₁ = linear(i, W_h, b_h)
    │ Y = X·Wᵀ + b
    │ Y = linear₁ (1×2), X = i (1×2), W = W_h (2×2), b = b_h (2)
    linear₁[0, 0] = 0.05·0.15 + 0.1·0.2 + 0.35 = 0.0075 + 0.02 + 0.35 = 0.3775
    linear₁[0, 1] = 0.05·0.25 + 0.1·0.3 + 0.35 = 0.0125 + 0.03 + 0.35 = 0.3925

h = sigmoid(linear₁)
    │ y = σ(x) = 1/(1 + e⁻ˣ)
    │ y = h (1×2), x = linear₁ (1×2)
    h[0, 0] = 1/(1 + exp(−0.3775)) = 1/1.68557 = 0.59327
    h[0, 1] = 1/(1 + exp(−0.3925)) = 1/1.67537 = 0.596884
""",
        """
o = sigmoid(linear₂)
    │ ∂L/∂x = ∂L/∂y·y·(1 − y)
    │ y = o (1×2), x = linear₂ (1×2)
    ∂E/∂linear₂[0, 0] = 0.741365·0.751365·(1 − 0.751365) = 0.741365·0.186816 = 0.138499
    ∂E/∂linear₂[0, 1] = −0.217072·0.772928·(1 − 0.772928) = −0.217072·0.17551 = −0.0380982

linear₂ = linear(h, W_o, b_o)
    │ ∂L/∂X = ∂L/∂Y·W,  ∂L/∂W = ∂L/∂Yᵀ·X,  ∂L/∂b = Σ over the rows of ∂L/∂Y
    │ Y = linear₂ (1×2), X = h (1×2), W = W_o (2×2), b = b_o (2)
    ∂E/∂h[0, 0] = 0.138499·0.4 − 0.0380982·0.5 = 0.0553994 − 0.0190491 = 0.0363503
    ∂E/∂h[0, 1] = 0.138499·0.45 − 0.0380982·0.55 = 0.0623244 − 0.020954 = 0.0413703
""",
        """
SGD(W_h, lr=0.5)
    │ θ ← θ − lr·g: a step along the negative gradient, or with momentum μ along Δ ← μ·Δ + g, which is g at first
    │ θ = W_h (2×2), g = ∂E/∂W_h
    W_h[0, 0] ← 0.15 − 0.5·0.000438568 = 0.15 − 0.000219284 = 0.149781
""",
    ):
        assert passage in text


def test_the_readme_quotes_it_as_it_is():
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    quoted = readme.split("**Each number explains itself.**")[1].split("```")[1]
    w, b = Tensor(0.5, requires_grad=True), Tensor(-2.0, requires_grad=True)
    assert len(quoted) > 150 and quoted in str(explain((sigmoid(w * 2 + b) - 1) ** 2, {"w": w, "b": b}))


# -------------------------------------------------------------------- what it says and what it leaves out


def test_a_new_operation_explains_itself():
    @operation
    def cube(x: Matrix):
        """y = x³,  ∂L/∂x = ∂L/∂y · 3x²."""
        return x * x * x, lambda d: d * 3 * x * x

    text = str(explain(cube(Tensor(2, requires_grad=True))))
    assert "│ y = x³\n    │ y = L, x = x\n    L = 2·2·2 = 8" in text
    assert "│ ∂L/∂x = ∂L/∂y · 3x²" in text and "∂L/∂x = 1·3·2·2 = 1·12 = 12" in text


def test_a_large_table_is_shortened():
    """The first entries are shown and the largest, of a long sum the largest terms."""
    w = Parameter(tables.full(8, 8, 0.5))
    w.data[5, 2] = -3.0
    text = str(explain((w * 2).sum(), {"w": w}))
    assert re.findall(r"    mul(\[.*?\])", text) == ["[0, 0]", "[0, 1]", "[0, 2]", "[5, 2]"]
    assert "    mul[5, 2] = −3·2 = −6\n    … 60 more\n" in text
    assert "L = −6 + 1 + 1 + 1 + … (60 more terms: 60) = 57" in text


def test_dropout_shows_the_mask_that_was_used():
    x = Parameter([[1.0, 2.0, 3.0, 4.0]])
    y = F.dropout(x, 0.5, rng=Generator().manual_seed(4))
    text = str(explain(y.sum(), {"x": x, "y": y}))
    assert y.matrix == Matrix([[2.0, 0.0, 6.0, 0.0]])
    for line in ("y[0, 0] = 1·2 = 2", "y[0, 1] = 2·0 = 0", "∂L/∂x[0, 2] = 1·2 = 2", "∂L/∂x[0, 3] = 1·0 = 0"):
        assert line in text


def test_what_draws_anew_is_shown_without_arithmetic_and_draws_nothing():
    @operation
    def noisy(x: Matrix):
        noise = generator().random()
        return x + noise, lambda d: d

    manual_seed(5)
    y = noisy(Parameter([[1.0, 2.0]]))
    state = generator().getstate()
    text = str(explain((y * y).sum(), {"y": y}))
    assert generator().getstate() == state
    assert "    (without its arithmetic: run again, it gives other numbers)\n    y = [" in text


def test_arithmetic_that_gives_another_number_is_not_shown():
    """A sum in C may round less than one of traced numbers: where nearly everything cancels, that is seen."""

    @operation
    def total(x: Matrix):
        return trusted([[math.fsum(x.rows[0])]]), lambda d: trusted([[d.item()] * 3])

    x = Parameter([[1e16, 1.0, -1e16]])
    assert "    L = 1\n" in str(explain(total(x), {"x": x}))


def test_running_means_stay_as_they_are():
    layer = Linear(1, 1)
    mean, var = Tensor([0.0]), Tensor([1.0])
    y = F.batch_norm(layer(Tensor([[1.0], [2.0]])), running_mean=mean, running_var=var, training=True)
    before = mean.item(), var.item()
    assert check_arithmetic(explain((y * Tensor([[1.0], [3.0]])).sum(), model=layer))
    assert (mean.item(), var.item()) == before


def test_weights_that_have_changed_since_are_seen():
    w = Parameter(2.0)
    loss = w * 3.0
    w.data = Tensor(5.0)
    assert "(without its arithmetic: run again, it gives other numbers)\n    L = 6\n" in str(explain(loss))


def test_too_long_a_computation_is_shown_without_arithmetic(monkeypatch):
    monkeypatch.setattr(derivation, "_MAX_STEPS", 1000)
    w = Parameter(tables.full(10, 60, 0.5))
    assert "(without its arithmetic: it takes more than 1,000 steps)" in str(explain((w @ w.T).sum()))


def test_a_gradient_that_is_held_already_is_added():
    w = Parameter([[1.0, 2.0]])
    w.grad = Matrix([[10.0, 20.0]])
    text = str(explain((w * w).sum(), {"w": w}, optimizer=SGD([w], lr=0.5)))
    assert "∂L/∂w[0, 0] = 1 + 1 = 2" in text and "w.grad[0, 0] = 10 + 2 = 12" in text
    assert "w[0, 0] ← 1 − 0.5·12 = 1 − 6 = −5" in text


def test_the_update_goes_on_from_what_the_rule_remembers():
    w = Parameter(2.0)
    optimizer = SGD([w], lr=0.5, momentum=0.5)
    w.grad = Matrix([[4.0]])
    optimizer.step()
    optimizer.zero_grad()
    before = copy.deepcopy(optimizer.state_dict()["state"])
    loss = w * 3.0
    text = str(explain(loss, {"w": w}, optimizer=optimizer))
    assert "    w ← 0 − 0.5·(0.5·4 + 3) = 0 − 2.5 = −2.5\n" in text
    assert optimizer.state_dict()["state"] == before
    loss.backward()
    optimizer.step()
    assert w.item() == -2.5


def test_a_value_that_is_used_several_times_has_its_gradient_in_parts():
    x = Parameter(2.0)
    text = str(explain((x * 5.0) * (x * 7.0) + x, {"x": x}))
    said = [line.strip() for line in text.splitlines() if "∂L/∂x =" in line]
    assert said[-1] == "∂L/∂x = 1 + 70 + 70 = 141" and len(said) == 4
    assert said[:3] == ["part of ∂L/∂x = 1", "part of ∂L/∂x = 10·7 = 70", "part of ∂L/∂x = 14·5 = 70"]


def test_several_entries_start_from_a_given_gradient():
    w = Parameter([[1.0, 2.0]])
    y = w * 3.0
    text = str(explain(y, {"w": w, "y": y}, gradient=Matrix([[1.0, 10.0]])))
    assert "∂L/∂y = [ 1  10 ]" in text and "∂L/∂w[0, 1] = 10·3 = 30" in text


def test_a_leaf_explains_itself_too():
    assert "∂L/∂L = 1" in str(explain(Parameter(2.0)))


def test_the_names_are_those_of_the_model_the_caller_and_the_operations():
    layer = Linear(2, 1)
    target = Tensor([[1.0]])
    loss = F.mse_loss(layer(Tensor([[1.0, 2.0]])), target)
    names = [step.name for step in explain(loss, {"t": target, "E": loss}, model=layer).steps]
    assert names == ["x", "weight", "bias", "linear", "t", "E"]


def test_the_text_is_the_same_every_time():
    assert str(explained(7)[0]) == str(explained(7)[0])

    @operation
    def drawn(x: Matrix, rng: random.Random):
        return x * rng.random(), lambda d: d

    text = str(explain(drawn(Parameter(2.0), random.Random(1))))
    assert "rng=Random" in text and " at 0x" not in text


# -------------------------------------------------------------------- what is refused


def test_what_does_not_fit_is_refused_in_a_sentence():
    w, b = Parameter([[1.0, 2.0]]), Parameter(3.0)
    loss = (w * w).sum()
    for wrong, error, sentence in (
        (lambda: explain(3.0), TypeError, "explain needs the loss as a Tensor, got 3.0"),
        (lambda: explain(w * w), RuntimeError, "grad can be implicitly created only for scalar outputs"),
        (lambda: explain(Tensor(2.0) * 3), RuntimeError, "computed from none that requires a gradient"),
        (lambda: explain(loss, model=3), TypeError, "explain: the model is a Module, got 3"),
        (lambda: explain(loss, optimizer=3), TypeError, "explain: the optimizer is an Optimizer"),
        (
            lambda: explain(loss, optimizer=LBFGS([w])),
            TypeError,
            "a step of LBFGS is more than a rule for one parameter",
        ),
        (lambda: explain(loss, {"b": b}), ValueError, "explain: b is no part of this computation"),
        (lambda: explain(loss, {"b": 3}), TypeError, "explain: b names a Tensor or a Matrix of the computation, got 3"),
        (lambda: explain(loss, {"L": w}), ValueError, "explain: L is the loss"),
        (lambda: explain(loss, digits=0), ValueError, "explain: digits is an int from 1 up, got 0"),
        (lambda: explain(loss, names=[w]), TypeError, "explain: names is a dict"),
    ):
        with pytest.raises(error, match=re.escape(sentence)):
            wrong()
    loss.backward()
    with pytest.raises(RuntimeError, match="already gone through this graph"):
        explain(loss)


def test_two_values_of_one_name_are_refused():
    layer = Linear(1, 1)
    x = Tensor([[2.0]])
    with pytest.raises(ValueError, match="explain: two values are called weight"):
        explain(layer(x), {"weight": x}, model=layer)


def test_a_parameter_with_four_axes_has_its_name_in_the_model():
    model = Sequential(Conv2d(1, 1, 2), Flatten())
    assert "0.weight" in str(explain(model(ones(1, 1, 2, 2)).sum(), model=model))


def test_a_call_does_not_show_in_whose_name_it_refuses():
    x, target = Tensor([[0.5]], requires_grad=True), Matrix([[1.0]])
    assert "L = mse_loss(x, 1)" in str(explain(MSELoss()(x, target), {"x": x}))

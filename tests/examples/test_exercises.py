"""The exercises: each says what is wrong while it is unsolved, knows the usual mistakes, and is content with its solution."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import backprop.nn.functional as F
from backprop import optim, randn, tensor

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "exercises"
EXERCISES = sorted(path.name for path in FOLDER.glob("[01]*.py"))
STUB = "    raise NotImplementedError\n"


def beside(name):
    return runpy.run_path(str(FOLDER / "solutions" / name))


BESIDE = {name: beside(name) for name in EXERCISES}


@pytest.fixture
def tried(monkeypatch, capsys):
    """(exit status, printed lines) of an exercise that was solved by a function, or by the lines of its body."""
    monkeypatch.syspath_prepend(str(FOLDER))

    def run(name, answer=None):
        source = (FOLDER / name).read_text("utf-8")
        if callable(answer):
            parameters = re.search(r"def \w+\((.*)\) -> .*:\n    \"\"\".*\"\"\"\n" + STUB, source).group(1)
            names = ", ".join(re.findall(r"(\w+): ", parameters))
            source = source.replace(STUB, f"    return ANSWER({names})\n")
        elif answer:
            source = source.replace(STUB, "".join(f"    {line}\n" for line in answer.splitlines()))
        status = 0
        try:
            exec(compile(source, str(FOLDER / name), "exec"), {"__name__": "__main__", "ANSWER": answer})
        except SystemExit as end:
            status = end.code
        printed = capsys.readouterr()
        assert printed.err == ""
        return status, printed.out.splitlines()

    return run


def test_there_are_twelve_each_with_one_function_to_write():
    assert [name[:2] for name in EXERCISES] == [f"{number:02}" for number in range(1, 13)]
    assert EXERCISES == sorted(path.name for path in (FOLDER / "solutions").glob("[01]*.py"))
    for name in EXERCISES:
        assert (FOLDER / name).read_text("utf-8").count(STUB) == 1


@pytest.mark.parametrize("name", EXERCISES)
def test_an_unsolved_one_says_what_to_do(name, tried):
    status, lines = tried(name)
    assert status == 1 and lines[0].endswith(": it is not written yet")
    assert lines[1].startswith("Replace `raise NotImplementedError`")
    assert lines[2:] == [f"hint: {BESIDE[name]['HINT']}"]


@pytest.mark.parametrize("name", EXERCISES)
def test_its_solution_is_right_and_the_next_is_named(name, tried):
    solution = next(value for key, value in BESIDE[name].items() if f"def {key}(" in (FOLDER / name).read_text("utf-8"))
    status, lines = tried(name, solution)
    assert status == 0 and lines[0].startswith(f"right: {solution.__name__}, ")
    following = EXERCISES[EXERCISES.index(name) + 1 :]
    assert lines[1] == (f"next: python3 examples/exercises/{following[0]}" if following else "This was the last one.")


@pytest.mark.parametrize(
    "name, hint",
    [
        pytest.param(name, hint, id=f"{name}-{number}")
        for name in EXERCISES
        for number, hint in enumerate(BESIDE[name]["MISTAKES"])
    ],
)
def test_a_known_mistake_gets_its_hint(name, hint, tried):
    status, lines = tried(name, BESIDE[name]["MISTAKES"][hint])
    assert status == 1 and lines[-1] == f"hint: {hint}"


# What a student may well write, and a word of the hint that follows.
ADAM = """m = BETA1 * m + (1 - BETA1) * g
v = BETA2 * v + (1 - BETA2) * g ** 2
"""
ATTENTION = """scale = Q.shape[1] ** -0.5
P = (Q @ K.T * scale).softmax(dim=1)
dP = D @ V.T
dS = P * (dP - (dP * P).sum(dim=1, keepdim=True)) * scale
"""
NORM = """s = (X.var(dim=0, correction=0) + EPS).sqrt()
Y = batch_norm(X)
"""
OVER_IMAGE = """h, w = len(k), len(k[0])
y = [[0.0] * (len(x[0]) - w + 1) for _ in range(len(x) - h + 1)]
for i in range(len(y)):
    for j in range(len(y[0])):
        for a in range(h):
            for b in range(w):
"""
WRITTEN = {
    "01_neuron.py": [
        ("y = b\nfor k in range(len(x)):\n    y += x[k] * w[k]\n    return y", "after the loop"),
        ("return x * w + b", "* does not multiply lists"),
        ("y = 0\nfor xk in x:\n    for wk in w:\n        y += xk * wk\nreturn y + b", "mixed products"),
        ("print(sum(xk * wk for xk, wk in zip(x, w)) + b)", "return"),
    ],
    "02_cross_entropy.py": [
        ("p = [math.exp(xk) for xk in x]\nreturn -math.log(p[t] / sum(p))", "exp(2000)"),
        ("m = max(x)\nreturn math.log(sum(math.exp(xk - m) for xk in x)) - x[t]", "add m"),
        ("m = max(x)\nreturn -math.log(math.exp(x[t] - m) / sum(math.exp(xk - m) for xk in x))", "became 0"),
        ("m = sum(x) / len(x)\nreturn m + math.log(sum(math.exp(xk - m) for xk in x)) - x[t]", "Which m"),
    ],
    "03_slope.py": [
        ("return (f(x + h) - f(x)) / h", "one side"),
        ("return (f(x + h) - f(x - h)) / 2 * h", "parentheses"),
        ("return (f + h - (f - h)) / (2 * h)", "calls it"),
    ],
    "04_product.py": [
        ("return d * a, d * b", "other factor"),
        ("return b, a", "d"),
        ("return d * b", "commas"),
    ],
    "05_sigmoid.py": [
        ("Y = sigmoid(X)\nreturn Y * (1 - Y)", "multiplies it by D"),
        ("return D * X * (1 - X)", "with the output"),
        ("return D * (1 - X.sigmoid() ** 2)", "tanh"),
    ],
    "06_linear.py": [
        ("return D @ W.T, D.T @ X, D.sum(dim=0)", "One transpose too many"),
        ("return D @ W, D @ X, D.sum(dim=0)", "the transpose of D is missing"),
        ("return D @ W, D.T @ X, D", "sum over the batch"),
        ("return D @ W, X.T @ D, D.sum(dim=0)", "transposed"),
    ],
    "07_softmax.py": [
        ("P = softmax(X)\nreturn D * P * (1 - P)", "sigmoid's rule"),
        ("P = softmax(X)\nreturn P * (D - (D * P).sum())", "sum() without dim"),
        ("P = softmax(X)\nreturn P * (D - (D * P).sum(dim=1))", "keepdim"),
    ],
    "08_order.py": [
        ("order = [y]\nfor name in order:\n    order += inputs[name]\nreturn order", "visited once"),
        (
            "order = [y]\nfor name in order:\n    order += [x for x in inputs[name] if x not in order]\nreturn order",
            "Level by level",
        ),
        ("return list(inputs)[::-1]", "start at y"),
        ("return [y, *inputs[y]]", "their inputs"),
    ],
    "09_adam.py": [
        (ADAM + "return m, v, w - LR * m / (v.sqrt() + EPS)", "corrections"),
        (ADAM + "return m, v, w + LR * (m / (1 - BETA1**t)) / ((v / (1 - BETA2**t)).sqrt() + EPS)", "uphill"),
        (ADAM + "w -= LR * (m / (1 - BETA1**t)) / (v / (1 - BETA2**t) + EPS).sqrt()\nreturn m, v, w", "after the root"),
        ("m = BETA1 * m + g\nv = BETA2 * v + g * g\nreturn m, v, w", "share"),
        (
            ADAM + "w = w - LR * (m / (1 - BETA1**t)) / ((v / (1 - BETA2**t)).sqrt() + EPS)\nreturn w, m, v",
            "another order",
        ),
    ],
    "10_convolution.py": [
        (OVER_IMAGE + "                y[i][j] = x[i + a][j + b] * k[a][b]\nreturn y", "+="),
        (OVER_IMAGE + "                y[i][j] += x[i + a][j + b] * k[h - 1 - a][w - 1 - b]\nreturn y", "turned round"),
        (
            OVER_IMAGE.replace(" + 1", "") + "                y[i][j] += x[i + a][j + b] * k[a][b]\nreturn y",
            "H − h + 1",
        ),
    ],
    "11_batch_norm.py": [
        (NORM + "return D / s", "direct way"),
        (NORM + "return (D - D.sum(dim=0) - Y * (D * Y).sum(dim=0)) / s", "divided by n"),
        ("s = X.std(dim=0)\nY = (X - X.mean(dim=0)) / s\nreturn (D - D.mean(dim=0)) / s", "two products"),
        (NORM + "return (D - D.mean() - Y * (D * Y).mean()) / s", "without dim"),
        (NORM.replace(", correction=0", "") + "return (D - D.mean(dim=0) - Y * (D * Y).mean(dim=0)) / s", "n − 1"),
        (NORM.replace(" + EPS", "") + "return (D - D.mean(dim=0) - Y * (D * Y).mean(dim=0)) / s", "ε"),
    ],
    "12_attention.py": [
        (ATTENTION + "return dS / scale @ K, dS.T / scale @ Q, P.T @ D", "1/√c"),
        (ATTENTION + "return dS @ K, dS @ Q, P.T @ D", "the transpose of ∂L/∂S is missing"),
        (ATTENTION + "return dP @ K * scale, dP.T @ Q * scale, P.T @ D", "softmax is left out"),
        (ATTENTION + "return dS @ K, D @ V, P.T @ D", "in ∂L/∂P alone"),
        (ATTENTION.replace("dS", "gS") + "return gS @ K, gS @ Q, P.T @ D", "the transpose of ∂L/∂S is missing"),
    ],
}


@pytest.mark.parametrize(
    "name, body, word",
    [
        pytest.param(name, *answer, id=f"{name}-{number}")
        for name, answers in WRITTEN.items()
        for number, answer in enumerate(answers)
    ],
)
def test_an_answer_that_a_student_may_write_gets_a_hint_that_leads_on(name, body, word, tried):
    status, lines = tried(name, body)
    assert status == 1 and lines[-1].startswith("hint: ") and word in lines[-1], lines


def test_each_exercise_has_three_such_answers():
    assert list(WRITTEN) == EXERCISES and all(len(answers) >= 3 for answers in WRITTEN.values())


def test_what_went_wrong_is_said_with_the_numbers(tried):
    status, lines = tried("04_product.py", "return d * b, d * b")
    assert status == 1
    assert re.fullmatch(r"product_backward: not yet right: ∂L/∂b is \S+, and must be \S+, as gradcheck finds", lines[0])
    assert lines[1:4] == ["tried with", "  a = tensor(2.0)", "  b = tensor(3.0)"]
    came, must = map(float, re.findall(r"-?\d+\.\d+", lines[0]))  # as one may compute them by hand
    d = float(lines[4][len("  d = tensor(") : -1])
    assert came == pytest.approx(3 * d, rel=1e-6) and must == pytest.approx(2 * d, rel=1e-6)


def test_an_answer_may_change_what_it_is_given(tried):
    assert tried("04_product.py", "a *= d\nb *= d\nreturn b, a")[0] == 0
    _, lines = tried("09_adam.py", "w -= LR * g\nm *= BETA1\nv *= BETA2\nreturn m, v, w")
    assert lines[2:4] == ["  w = tensor([1.0, -2.0])", "  g = tensor([0.5, -4.0])"]


def test_an_answer_that_finds_no_end_may_be_stopped(tried):
    """By Ctrl-C, at once."""
    assert tried("08_order.py", "raise KeyboardInterrupt") == (
        "\nbackward_order was stopped. Does each of its loops come to an end?",
        [],
    )


def test_an_answer_that_stops_is_told_where_and_there_is_no_traceback(tmp_path):
    """As a program of its own, started from another folder."""
    (tmp_path / "solutions").mkdir()
    for name in ("check.py", "06_linear.py", "solutions/06_linear.py"):
        text = (FOLDER / name).read_text("utf-8").replace(STUB, "    return D @ W.T, D, D\n")
        (tmp_path / name).write_text(text, "utf-8")
    result = subprocess.run(
        [sys.executable, "-s", str(tmp_path / "06_linear.py")],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(FOLDER.parents[1])},
    )
    assert (result.returncode, result.stderr) == (1, "")
    assert re.search(r"^  in line \d+: return D @ W.T, D, D$", result.stdout, re.MULTILINE)
    assert "hint: One transpose too many" in result.stdout


def test_the_solutions_are_the_librarys():
    """Those that gradcheck does not judge."""
    x = randn(4, 5)
    cross_entropy, adam, convolution = (BESIDE[EXERCISES[n]] for n in (1, 8, 9))
    loss = cross_entropy["cross_entropy"](x[0].tolist(), 2)
    assert loss == pytest.approx(F.cross_entropy(x[0], tensor(2)).item(), rel=1e-12)
    image = convolution["convolution"](x.tolist(), x[:2, :3].tolist())
    assert tensor(image).allclose(F.conv2d(x[None, None], x[None, None, :2, :3])[0, 0], rtol=1e-12)
    w = x[0].clone().requires_grad_()
    optimizer, m, v, ours = optim.Adam([w], lr=adam["LR"]), 0 * w.data, 0 * w.data, w.detach().clone()
    for t in (1, 2, 3):
        w.grad = x[t]
        optimizer.step()
        m, v, ours = adam["adam"](ours, x[t], m, v, t)
        assert ours.allclose(w, rtol=1e-12)


def test_the_course_has_every_exercise_once_in_order_and_the_page_every_example():
    page = (FOLDER.parent / "README.md").read_text("utf-8")
    course, rest = page.split("\n## Twelve exercises\n")
    for part in (course, rest):
        assert re.findall(r"\(exercises/(\d.*?\.py)\)", part) == EXERCISES
    assert re.findall(r"^\| (\d)\. ", course, re.MULTILINE) == list("123456")
    examples = {path.name for path in FOLDER.parent.iterdir() if path.suffix in (".py", ".ipynb")}
    assert examples == set(re.findall(r"\]\((\w+\.(?:py|ipynb))\)", page))

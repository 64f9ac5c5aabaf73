"""The Markdown of an explanation: what the text says, in mathematics that GitHub can show."""

import re

import pytest
from hypothesis import given, settings

from backprop import explain
from backprop.explanation.markdown import name
from backprop.nn import Parameter
from tests.explanation.test_text import explained
from tests.explanation.worked import worked_example
from tests.strategies import seeds

NUMBER = re.compile(r"(?<![\w.₀-₉])\d+(?:\.\d+)?(?![\w.₀-₉])")


def blocks(markdown):
    return re.findall(r"```math\n(.*?)\n```\n", markdown, re.DOTALL)


@given(seed=seeds)
@settings(max_examples=20)
def test_the_mathematics_is_well_formed(seed):
    markdown = explained(seed)[0].markdown()
    for block in blocks(markdown):
        bare = re.sub(r"\\[{}]", "", block)
        depth = 0
        for sign in bare:
            depth += (sign == "{") - (sign == "}")
            assert depth >= 0
        assert depth == 0 and block.count(r"\left(") == block.count(r"\right)")
        assert re.findall(r"\\begin{(\w+)}", block).count("aligned") == block.count(r"\end{aligned}") == 1
        for row in re.sub(r"\\begin{bmatrix}.*?\\end{bmatrix}", "", block).split("\\\\\n"):
            assert row.count("&") == 1, "one sign stands below the other"
        assert r"\operatorname" not in block, "which GitHub does not allow"
    assert markdown.count("```math") == len(blocks(markdown)) == markdown.count(r"\begin{aligned}")


def test_it_has_the_numbers_of_the_text_in_their_order():
    explanation = worked_example()
    text = "\n".join(line for line in str(explanation).splitlines() if re.search(" [=←] ", line) and "│" not in line)
    text = re.sub(r"\S+ = \w+\(.*\)\n|\[\d, \d\]|²|\^", " ", text)
    mathematics = "\n".join(blocks(explanation.markdown()))
    mathematics = re.sub(r"_\{\d\}|\[\d, \d\]|\^\{2\}|\^", " ", mathematics)
    rows = [line for line in str(explanation).splitlines() if line.strip().startswith("[")]
    assert len(NUMBER.findall(mathematics)) == len(NUMBER.findall(text)) + sum(len(NUMBER.findall(row)) for row in rows)


def test_the_worked_example():
    assert r"""**`o = sigmoid(linear₂)`**

> ∂L/∂x = ∂L/∂y·y·(1 − y)\
> y = o (1×2), x = linear₂ (1×2)

```math
\begin{aligned}
\frac{\partial E}{\partial \mathrm{linear}_{2}[0, 0]} &= 0.741365 \cdot 0.751365 \cdot \left(1 - 0.751365\right) \\
&= 0.741365 \cdot 0.186816 = 0.138499 \\
""" in worked_example().markdown()


@pytest.mark.parametrize(
    ("called", "tex"),
    [
        ("w", "w"),
        ("W1", "W_{1}"),
        ("linear₁₂", r"\mathrm{linear}_{12}"),
        ("0.weight", r"\mathrm{0.weight}"),
        ("a_b", r"\mathrm{a\_b}"),
        ("{x}$", r"\mathrm{\{x\}\$}"),
        ("7", "7"),
        ("x̂", r"\hat{x}"),
    ],
)
def test_names_in_tex(called, tex):
    assert name(called) == tex


def test_a_name_can_not_end_the_code_it_stands_in():
    w = Parameter(2.0)
    markdown = explain(w * 3.0, {"a``b": w}).markdown()
    assert "**```L = mul(a``b, 3)```**" in markdown

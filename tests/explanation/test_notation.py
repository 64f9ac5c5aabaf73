"""Notation: a line of arithmetic says what was computed, in as few signs as that takes."""

import ast
import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.explanation.markdown import TeX
from backprop.explanation.notation import UNNAMED, Plain
from backprop.explanation.traced import UPSTREAM, Entry, TracedNumber

a, b, c = TracedNumber(2), TracedNumber(-3), TracedNumber(Fraction(1, 3))
leaves = st.one_of(st.integers(-9, 9).map(Fraction), st.fractions(-5, 5, max_denominator=7)).map(TracedNumber)
expressions = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.builds(lambda x, y: x + y, parts, parts),
        st.builds(lambda x, y: x - y, parts, parts),
        st.builds(lambda x, y: x * y, parts, parts),
        st.builds(lambda x, y: x / y if y else x, parts, parts),
        st.builds(lambda x, n: x**n, parts, st.integers(2, 3)),
        st.builds(lambda x: -x, parts),
        st.builds(lambda x: 1 / x if x else x, parts),
        st.builds(abs, parts),
    ),
    max_leaves=10,
)


def value(text):
    """A printed expression of rationals, by Python's own grammar, exactly."""
    text = re.sub(r"… \(\d+ more terms: (.*?)\)", r"(\1)", text)
    for sign, python in (("−", "-"), ("·", "*"), ("²", "**2"), ("³", "**3"), ("^", "**")):
        text = text.replace(sign, python)

    def of(node):
        if isinstance(node, ast.Constant):
            return Fraction(node.value)
        if isinstance(node, ast.UnaryOp):
            return -of(node.operand)
        if isinstance(node, ast.Call):
            return abs(of(node.args[0]))
        left, right = of(node.left), of(node.right)
        name = type(node.op).__name__
        return {"Add": left + right, "Sub": left - right, "Mult": left * right}.get(name) or (
            left / right if name == "Div" else left**right if name == "Pow" else Fraction(0)
        )

    return of(ast.parse(text, mode="eval").body)


@given(expressions)
def test_an_expression_evaluates_to_the_number(x):
    for stage in Plain().stages(x, x.number, UNNAMED):
        assert value(stage) == x.number, stage


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (a + b * c, "2 − 3·(1/3)"),
        (a - b, "2 − (−3)"),
        (a - (b + c), "2 − (−3 + 1/3)"),
        (a + (b + c), "2 − 3 + 1/3"),
        ((a + b) * a, "(2 − 3)·2"),
        (a * (b * a), "2·(−3)·2"),
        (a / (b * a), "2/(−3·2)"),
        (a / b / a, "2/(−3)/2"),
        (a * (1 / b), "2/(−3)"),
        (1 / (1 + a), "1/(1 + 2)"),
        (b**2, "(−3)²"),
        ((a + b) ** 3, "(2 − 3)³"),
        (a**c, "2^(1/3)"),
        (a**-1, "2^(−1)"),
        (-(a * b), "−2·(−3)"),
        (-(a + b), "−(2 − 3)"),
        (a + -b, "2 − (−3)"),
        (-a * b, "−2·(−3)"),
        (abs(b), "abs(−3)"),
        (TracedNumber(1e-7) * a, "1e−07·2"),
        (TracedNumber(-0.0) + a, "0 + 2"),
    ],
)
def test_signs_and_parentheses(x, text):
    assert Plain().expression(x) == text


def test_a_product_with_an_upstream_gradient_ends_in_upstream_times_derivative():
    d, y = TracedNumber(0.5, Entry(UPSTREAM, 0)), TracedNumber(0.25)
    assert Plain().stages(d * y * (1 - y), 0.09375, UNNAMED) == ["0.5·0.25·(1 − 0.25)", "0.5·0.1875", "0.09375"]
    assert Plain().stages(d / (2 * y), 1.0, UNNAMED) == ["0.5/(2·0.25)", "0.5·2", "1"]
    assert Plain().stages(d * y, 0.125, UNNAMED) == ["0.5·0.25", "0.125"]
    assert Plain().stages(d, 0.5, UNNAMED) == ["0.5"]


def test_long_sums_and_deep_computations_are_cut():
    terms = [TracedNumber(k) for k in range(1, 65)]
    assert Plain().expression(sum(t * t for t in terms)) == "64·64 + 63·63 + 62·62 + 61·61 + … (60 more terms: 73810)"
    deep = TracedNumber(0.5)
    for _ in range(1000):
        deep = deep * deep + 1 / (deep + 1)
    assert len(Plain().expression(deep)) < 200
    many = terms[0]
    for term in terms[1:]:
        many = many * term
    assert Plain().stages(many, many.number, UNNAMED) == [str(many.number)], "so many factors are not a formula"


@given(expressions)
def test_tex_is_balanced_and_uses_no_more_than_it_needs(x):
    text = TeX().expression(x)
    depth = 0
    for sign in text:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0 and text.count(r"\left(") == text.count(r"\right)")
    assert "(" not in text.replace(r"\left(", "") and "−" not in text and "·" not in text


def test_tex_draws_fractions_and_powers():
    assert TeX().expression(1 / (1 + a)) == r"\frac{1}{1 + 2}"
    assert TeX().expression(b**2 * a / c) == r"\frac{\left(-3\right)^{2} \cdot 2}{\frac{1}{3}}"
    assert TeX().number(1.5e-7) == r"1.5\cdot 10^{-7}"
    assert TeX().expression(TracedNumber(1e-7) ** 2) == r"\left(1\cdot 10^{-7}\right)^{2}"

"""Equations of einsum: their steps, carried out over Fractions in loops, give what the definition gives."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.autograd.size import broadcast_shapes
from backprop.tensors.equations import as_equation, plan
from tests.tensors.nested import indices


class Table:
    """The entry of a tensor at each tuple of indices, with the methods that the steps call, each in its plainest form."""

    def __init__(self, shape, entry):
        self.shape = tuple(shape)
        self.entries = {index: entry(*index) for index in indices(self.shape)}

    def permute(self, order):
        assert sorted(order) == list(range(len(self.shape)))
        back = sorted(range(len(order)), key=order.__getitem__)
        return Table([self.shape[k] for k in order], lambda *index: self.entries[tuple(index[k] for k in back)])

    def reshape(self, shape):
        assert math.prod(shape) == math.prod(self.shape)
        values = iter(self.entries.values())
        return Table(shape, lambda *_: next(values))

    def sum(self, dims):
        result = Table([size for k, size in enumerate(self.shape) if k not in dims], lambda *_: Fraction(0))
        for index, entry in self.entries.items():
            result.entries[tuple(i for k, i in enumerate(index) if k not in dims)] += entry
        return result

    def diagonal(self, offset, dim1, dim2):
        assert offset == 0 and dim1 < dim2 and self.shape[dim1] == self.shape[dim2]
        others = [size for k, size in enumerate(self.shape) if k not in (dim1, dim2)]

        def entry(*index):
            *rest, i = index
            rest.insert(dim1, i)
            rest.insert(dim2, i)
            return self.entries[tuple(rest)]

        return Table([*others, self.shape[dim1]], entry)

    def vecdot(self, other):
        assert self.shape == other.shape and self.shape
        return self.mul(other).sum([len(self.shape) - 1])

    def matmul(self, other):
        *batch, rows, summed = self.shape
        *other_batch, other_summed, columns = other.shape
        assert (batch, summed) == (other_batch, other_summed)

        def entry(*index):
            *b, i, j = index
            return sum((self.entries[(*b, i, k)] * other.entries[(*b, k, j)] for k in range(summed)), Fraction(0))

        return Table([*batch, rows, columns], entry)

    def mul(self, other):
        shape = broadcast_shapes("mul", self.shape, other.shape)

        def part(table, index):
            own = index[len(index) - len(table.shape) :]
            return table.entries[tuple(0 if n == 1 else i for i, n in zip(own, table.shape))]

        return Table(shape, lambda *index: part(self, index) * part(other, index))


def carried_out(equation, tables):
    results = list(tables)
    for step in plan(equation, *[table.shape for table in tables]):
        first, *others = [results[number] for number in step.inputs]
        results.append(getattr(first, step.operation)(*others, *step.arguments))
    return results[-1]


def by_definition(operands, output, tables):
    """For each index of the result's axes the sum over all others, all axes and sizes being known."""
    sizes = {}
    for labels, table in zip(operands, tables):
        for label, size in zip(labels, table.shape):
            sizes[label] = size if sizes.get(label, 1) == 1 else sizes[label]
    result = Table([sizes[label] for label in output], lambda *_: Fraction(0))
    for index in itertools.product(*map(range, sizes.values())):
        where = dict(zip(sizes, index))
        entry = Fraction(1)
        for labels, table in zip(operands, tables):
            entry *= table.entries[tuple(0 if n == 1 else where[x] for x, n in zip(labels, table.shape))]
        result.entries[tuple(where[label] for label in output)] += entry
    return result


@st.composite
def equations(draw):
    """An equation with its operands' and its result's axes by name, and tables that fit. Capitals stand under dots."""
    letters = "abcd"
    dots = "WX"[: draw(st.integers(0, 2))]
    sizes = {x: draw(st.sampled_from([0, 1, 2, 2, 3])) for x in letters + dots}
    operands, texts, tables = [], [], []
    for _ in range(draw(st.integers(1, 3))):
        own = draw(st.lists(st.sampled_from(letters), max_size=3))
        text = "".join(own)
        if draw(st.booleans()):
            place = draw(st.integers(0, len(own)))
            own[place:place] = under = dots[draw(st.integers(0, len(dots))) :]
            text = text[:place] + "..." + text[place:]
        shape = [1 if own.count(x) == 1 and draw(st.integers(0, 9)) == 0 else sizes[x] for x in own]
        numbers = itertools.cycle(draw(st.lists(st.fractions(-3, 3, max_denominator=4), min_size=1, max_size=7)))
        operands.append(own)
        texts.append(text)
        tables.append(Table(shape, lambda *_, numbers=numbers: next(numbers)))
    every = [x for own in operands for x in own]
    under = [x for x in dots if x in every]
    if draw(st.booleans()):
        output = draw(st.permutations(sorted(set(every) - set(under)))) if set(every) - set(under) else []
        output = list(output[: draw(st.integers(0, len(output)))])
        text = "->" + "".join(output)
        if draw(st.booleans()):
            place = draw(st.integers(0, len(output)))
            text = text[: place + 2] + "..." + text[place + 2 :]
            output[place:place] = under
    else:
        output, text = under + [x for x in letters if every.count(x) == 1], ""
    return ",".join(texts) + text, operands, output, tables


@given(equations())
def test_the_steps_give_what_the_definition_gives(drawn):
    equation, operands, output, tables = drawn
    expected, result = by_definition(operands, output, tables), carried_out(equation, tables)
    assert (result.shape, result.entries) == (expected.shape, expected.entries)


def test_common_equations_take_the_fewest_steps():
    assert [step.operation for step in plan("ij,jk->ik", (2, 3), (3, 4))] == ["matmul"]
    assert [step.operation for step in plan("bij,bjk->bik", (5, 2, 3), (5, 3, 4))] == ["matmul"]
    assert [step.operation for step in plan("bqd,bkd->bqk", (5, 2, 3), (5, 4, 3))] == ["permute", "matmul"]
    assert [step.operation for step in plan("ij,ij->ij", (2, 3), (2, 3))] == ["mul"]
    assert [step.operation for step in plan("btd,btd->bt", (2, 3, 4), (2, 3, 4))] == ["vecdot"]
    assert [step.operation for step in plan("i,j->ij", (2,), (3,))] == ["reshape", "mul"]
    assert plan("ij->ij", (2, 3)) == ()
    assert plan("ii->i", (3, 3)) == (("diagonal", (0,), (0, 0, 1)),)


def test_the_cheapest_pair_comes_first():
    """A·(B·v) costs 2·n² multiplications, (A·B)·v costs n³."""
    steps = plan("ij,jk,k->i", (30, 30), (30, 30), (30,))
    assert next(step.inputs[0] for step in steps if step.operation != "reshape") == 1


def test_a_result_without_arrow_has_the_single_letters_in_order():
    """Capitals first, as in PyTorch 2.13."""
    assert plan("bA", (2, 3)) == (("permute", (0,), ((1, 0),)),)
    assert plan("Ab", (2, 3)) == ()


def test_lists_of_ints_stand_for_letters():
    assert as_equation(("ij", ["a"])) == ("ij", ["a"])
    assert as_equation((1.0, [0, 51], 2.0, [51, ...])) == ("Az,z...", (1.0, 2.0))
    assert as_equation((1.0, [26, 0], [0])) == ("aA->A", (1.0,))
    for arguments in (("ij",), ()):
        with pytest.raises(ValueError, match="^einsum: an equation stands before its operands"):
            as_equation(arguments)
    for labels in ([0, 52], [-1], [0.0], ["a"], 5):
        with pytest.raises(ValueError, match="^einsum: a list of axes holds ints from 0 to 51"):
            as_equation((1.0, labels))


@pytest.mark.parametrize(
    ("equation", "shapes", "message"),
    [
        ("ij,jk->ikl", [(2, 3), (3, 2)], "a letter of the result is in an operand, got 'l' in 'ij,jk->ikl'"),
        ("ij,jk->ii", [(2, 3), (3, 2)], "a letter is once in the result, got 'i' 2 times in 'ij,jk->ii'"),
        ("ij->ij", [(2, 3), (3, 2)], "'ij->ij' is for 1 operands, got 2"),
        ("ij,jk->ik", [(2, 3)], "'ij,jk->ik' is for 2 operands, got 1"),
        ("ijk", [(2, 3)], "'ijk' in 'ijk' names each axis of its operand, got 2 axes"),
        ("i", [(2, 3)], "'i' in 'i' names each axis of its operand, got 2 axes"),
        ("ij,jk->ik", [(2, 3), (2, 3)], "'j' in 'ij,jk->ik' has one size, got shapes (2, 3) and (2, 3)"),
        ("ii", [(1, 3)], "'i' in 'ii' has one size, got shapes (1, 3)"),
        ("...,...", [(2,), (3,)], "an axis of ... in '...,...' has one size, got shapes (2,) and (3,)"),
        ("i..->i", [(2, 3)], "axes are letters and at most one ..., got 'i..' in 'i..->i'"),
        ("... ...", [(2, 3)], "axes are letters and at most one ..., got '... ...' in '... ...'"),
        ("i-j", [(2, 3)], "axes are letters and at most one ..., got 'i-j' in 'i-j'"),
        ("ij->j->i", [(2, 3)], "axes are letters and at most one ..., got 'j->i' in 'ij->j->i'"),
        ("é", [(2,)], "axes are letters and at most one ..., got 'é' in 'é'"),
    ],
)
def test_what_pytorch_refuses_is_refused_in_a_sentence(equation, shapes, message):
    with pytest.raises(ValueError) as raised:
        plan(equation, *shapes)
    assert str(raised.value) == f"einsum: {message}"


def test_an_equation_is_a_text():
    with pytest.raises(TypeError, match="^einsum: an equation is a text as 'ij,jk->ik', got 5"):
        plan(5, (2, 3))

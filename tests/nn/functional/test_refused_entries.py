"""A check of entries looks at every one: first, in the middle, in the last row and in the last column."""

import math

import pytest

from backprop import Matrix, Tensor
from backprop.nn import functional as F
from tests import tables

ROWS, COLUMNS = 3, 4
POSITIONS = [(i, j) for i in range(ROWS) for j in range(COLUMNS)]
HALVES = tables.full(ROWS, COLUMNS, 0.5)
INDICES = [0, 3, 1, 2, 3]
SCORES = tables.full(len(INDICES), COLUMNS, 0.5)
SIGNS = [1, -1, 1, -1]
INF, NAN = math.inf, math.nan

# For each check of a table: (function of the table, entries that are refused, how the sentence names the position).
TABLES = {
    "binary_cross_entropy": (lambda x: F.binary_cross_entropy(x, HALVES), [-0.1, 1.1, INF, NAN], "input"),
    "binary_cross_entropy target": (lambda t: F.binary_cross_entropy(HALVES, t), [-0.1, 1.1, NAN], "target"),
    "binary_cross_entropy_with_logits": (
        lambda t: F.binary_cross_entropy_with_logits(HALVES, t),
        [-0.1, 1.1, NAN],
        "target",
    ),
    "cross_entropy": (lambda t: F.cross_entropy(HALVES, t), [-0.1, INF, NAN], "target"),
    "cross_entropy with smoothing": (
        lambda t: F.cross_entropy(HALVES, t, label_smoothing=0.1),
        [-0.5, INF, NAN],
        "target",
    ),
}
# For each check of a list: (function of the list, one that is taken, entries that are refused, what the sentence says).
LISTS = {
    "cross_entropy": (lambda t: F.cross_entropy(SCORES, t), INDICES, [-1, 4, -100 - 1], "target {k} is {bad};"),
    "cross_entropy with smoothing": (
        lambda t: F.cross_entropy(SCORES, t, label_smoothing=0.1),
        INDICES,
        [-1, 4],
        "target {k} is {bad};",
    ),
    "nll_loss": (lambda t: F.nll_loss(SCORES, t), INDICES, [-1, 4], "target {k} is {bad};"),
    "class indices": (
        lambda t: F.nll_loss(SCORES, t),
        INDICES,
        [True, 1.0, NAN, None, "1"],
        "targets are class indices (ints), got",
    ),
    "embedding": (lambda t: F.embedding(t, HALVES.T), INDICES, [-1, 4], "index {bad} at position {k} is out of range"),
    "embedding, ints": (
        lambda t: F.embedding(t, HALVES.T),
        INDICES,
        [0.5, True],
        "indices are ints, got {bad} at position {k}",
    ),
    "cosine_embedding_loss": (
        lambda t: F.cosine_embedding_loss(SCORES.T, SCORES.T, t),
        SIGNS,
        [0, 2, -2],
        "target {k} is {bad};",
    ),
    "class weights": (
        lambda w: F.cross_entropy(SCORES, INDICES, w),
        [1.0, 0.5, 0.0, 2.0],
        [NAN, INF],
        "every entry of weight is a finite number, got {bad}",
    ),
    "weights of entries": (
        lambda w: F.binary_cross_entropy(HALVES, HALVES, Matrix([w] * ROWS)),
        [1.0, 0.5, 0.0, 2.0],
        [NAN, INF, -INF],
        "every entry of weight is a finite number, got {bad}",
    ),
    "pos_weight": (
        lambda w: F.binary_cross_entropy_with_logits(HALVES, HALVES, pos_weight=w),
        [1.0, 0.5, 0.0, 2.0],
        [NAN, INF],
        "every entry of pos_weight is a finite number, got {bad}",
    ),
}


def refused(call, argument):
    with pytest.raises((TypeError, ValueError, IndexError)) as caught:
        call(argument)
    return str(caught.value)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("position", POSITIONS)
def test_an_entry_of_a_table_is_refused_wherever_it_is(name, position):
    call, bad_entries, kind = TABLES[name]
    assert call(HALVES) is not None
    for bad in bad_entries:
        rows = HALVES.tolist()
        rows[position[0]][position[1]] = bad
        for table in (Matrix(rows), Tensor(rows, requires_grad=True)):
            sentence = refused(call, table)
            assert sentence.startswith(name.split()[0]) and f"{kind} [{position[0]}, {position[1]}] is " in sentence, (
                sentence
            )


@pytest.mark.parametrize("name", LISTS)
def test_an_entry_of_a_list_is_refused_wherever_it_is(name):
    call, good, bad_entries, said = LISTS[name]
    assert call(good) is not None
    for bad in bad_entries:
        for k in range(len(good)):
            sentence = refused(call, [*good[:k], bad, *good[k + 1 :]])
            assert said.format(k=k, bad=repr(bad)) in sentence, sentence


def test_a_bad_weight_of_an_entry_is_refused_in_every_row():
    for i in range(ROWS):
        rows = HALVES.tolist()
        rows[i][-1] = NAN
        assert "every entry of weight" in refused(lambda w: F.binary_cross_entropy(HALVES, HALVES, w), Matrix(rows))


def test_kl_div_at_the_largest_logarithm():
    """eᵘ·(u − x) at u = 709 and x = 708.5 and its slopes −eᵘ and 1.5·eᵘ are finite; PyTorch 2.13 gives
    4.109203730777486e307, -8.218407461554972e307 and 1.2327611192332458e308."""
    x, u = Tensor(708.5, requires_grad=True), Tensor(709.0, requires_grad=True)
    loss = F.kl_div(x, u, log_target=True)
    loss.backward()
    for number, figure in (
        (loss.item(), 4.109203730777486e307),
        (x.grad.matrix.item(), -8.218407461554972e307),
        (u.grad.matrix.item(), 1.2327611192332458e308),
    ):
        assert math.isclose(number, figure, rel_tol=1e-15)

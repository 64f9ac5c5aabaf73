"""explain: one step of learning as a person would write it on paper, with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from reprlib import repr as short

from backprop.autograd import Tensor, starting_gradient
from backprop.explanation.markdown import TeX, as_markdown
from backprop.explanation.names import Named
from backprop.explanation.notation import Plain
from backprop.explanation.outline import Chapter, outline_of
from backprop.explanation.page import as_page
from backprop.explanation.steps import Step, Update, steps_of, updates_of
from backprop.explanation.text import as_text
from backprop.explanation.worksheet import worksheet_markdown, worksheet_page, worksheet_text
from backprop.files import PathLike, replacing
from backprop.matrix import Matrix
from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.validation import check_bool, check_choice, check_positive_int


class Explanation:
    """The result of ``explain``: ``str()`` is plain text, ``markdown()`` has TeX mathematics, ``html()`` is a page.

    ``steps`` are the values of the computation in their order, ``loss`` is the name of the loss, and ``updates`` are
    the new values of the parameters, ``layers`` the kinds of the model's modules by their names.
    """

    def __init__(
        self,
        steps: list[Step],
        loss: str,
        updates: list[Update],
        layers: Mapping[str, str],
        digits: int,
        worksheet: bool = False,
    ) -> None:
        self.steps, self.loss, self.updates, self.layers, self.digits = steps, loss, updates, layers, digits
        self.worksheet = worksheet

    def __repr__(self) -> str:
        values = f"{len(self.steps)} values up to {self.loss}, {len(self.updates)} updates"
        return f"{type(self).__name__}({values}; print() shows it whole)"

    def _repr_markdown_(self) -> str:
        """The Markdown with the mathematics in the dollar signs that notebooks know, in place of GitHub's fences."""
        return self.markdown().replace("```math\n", "$$\n").replace("```\n", "$$\n")

    def __str__(self) -> str:
        chapters, digits = self._chapters(), self.digits
        return worksheet_text(chapters, digits) if self.worksheet else as_text(chapters, Plain(digits))

    def markdown(self) -> str:
        """Markdown with TeX mathematics."""
        chapters, digits = self._chapters(), self.digits
        return worksheet_markdown(chapters, digits) if self.worksheet else as_markdown(chapters, TeX(digits))

    def html(self) -> str:
        """A page with the graph of the computation, on which the reader goes through the steps one by one.

        It needs no other file and no network. Without its script it is a document to read and to print. A worksheet has
        fields, which check the answers that are typed in.
        """
        if self.worksheet:
            return worksheet_page(self._chapters(), self.loss, self.digits)
        return as_page(self._chapters(), self.steps, self.loss, self.digits)

    def save(self, path: PathLike) -> None:
        """Write the text (".txt"), the Markdown (".md") or the page (".html"), chosen by the ending of ``path``.

        Raises ValueError for another ending, before anything is written.
        """
        kinds = {".txt": self.__str__, ".md": self.markdown, ".html": self.html}
        ending = Path(path).suffix
        check_choice("Explanation.save", "the ending of the file", ending, tuple(kinds))
        with replacing(path, encoding="utf-8") as file:
            file.write(kinds[ending]())

    def _chapters(self) -> list[Chapter]:
        return outline_of(self.steps, self.loss, self.updates, self.layers, self.digits)


def explain(
    loss: Tensor,
    names: Mapping[str, Named] | None = None,
    *,
    model: Module | None = None,
    optimizer: Optimizer | None = None,
    gradient: Matrix | None = None,
    digits: int = 6,
    worksheet: bool = False,
) -> Explanation:
    """A step with its numbers: how each value was computed, each gradient by the chain rule, and the update.

    Call it before ``backward()``, on the same loss. It changes nothing: not the graph, a ``grad``, a parameter, a
    random generator or a running mean. A loss with several entries needs ``gradient``, the ∂L/∂loss to start from.

    ``names`` maps names to Tensors and Matrices, as in ``loss.graph(names)``. The parameters of the ``model`` have
    their names there, and all other values are named after their operations. With an ``optimizer`` the new values
    follow, as its ``step()`` gives them after ``backward()``, which adds to gradients that are there already. Floats
    are rounded to ``digits`` significant digits, ints and Fractions are exact. Of a large table the first three entries
    that are not 0 are derived and the largest, in an update those that move; of a long sum the largest terms are shown, and
    products with a 0 are left out.

    The equations are those in the docstrings of the operations, and below each stands which letter is which value. Numbers
    on the way that have a name in the equation, such as the gates of an LSTM, come before what uses them. What a layer of
    the ``model`` computes in several steps is shown together. The arithmetic is that of their own code, run again on
    numbers that remember how they were computed, so a new operation explains itself. Where the second run does not give
    the recorded numbers to the last bit (it draws random numbers anew; weights have changed), the value and its gradients
    are shown without arithmetic, with a remark.

    A ``worksheet`` has blanks for the numbers that are to be found, and the answers on a page of their own.

    Raises TypeError unless these are a Tensor, a Module and an Optimizer with an ``update``, ValueError for a name of
    something outside of the computation, and whatever ``backward()`` raises.

    >>> w, x = Tensor([[0.5, -1.0]], requires_grad=True), Tensor([[3.0, 2.0]])
    >>> print(explain((w * x).sum() ** 2, {"w": w, "x": x}))
    Given
    ─────
    <BLANKLINE>
    w = [ 0.5  −1 ]
    x = [ 3  2 ]
    <BLANKLINE>
    Forward: each value from those before it
    ────────────────────────────────────────
    <BLANKLINE>
    mul = mul(w, x)
        │ C = A∘B, entry by entry
        │ C = mul (1×2), A = w (1×2), B = x (1×2)
        mul[0, 0] = 0.5·3 = 1.5
        mul[0, 1] = −1·2 = −2
    <BLANKLINE>
    sum = sum(mul)
        │ y = Σ x over the axes dim, or over all
        │ y = sum, x = mul (1×2)
        sum = 1.5 − 2 = −0.5
    <BLANKLINE>
    L = pow(sum, 2)
        │ C = Aᴮ, entry by entry
        │ C = L, A = sum, B = 2
        L = (−0.5)² = 0.25
    <BLANKLINE>
    Backward: how L changes with each value, by the chain rule
    ──────────────────────────────────────────────────────────
    <BLANKLINE>
    L = pow(sum, 2)
        │ ∂L/∂A = ∂L/∂C∘B∘Aᴮ⁻¹,  ∂L/∂B = ∂L/∂C∘C∘ln A, and 0 where a = 0 and b ≥ 0
        │ C = L, A = sum, B = 2
        ∂L/∂L = 1
        ∂L/∂sum = 1·2·(−0.5)^(2 − 1) = 1·(−1) = −1
    <BLANKLINE>
    sum = sum(mul)
        │ ∂L/∂x = ∂L/∂y for each entry
        │ y = sum, x = mul (1×2)
        ∂L/∂mul = [ −1  −1 ]
    <BLANKLINE>
    mul = mul(w, x)
        │ ∂L/∂A = ∂L/∂C∘B,  ∂L/∂B = ∂L/∂C∘A
        │ C = mul (1×2), A = w (1×2), B = x (1×2)
        ∂L/∂w[0, 0] = −1·3 = −3
        ∂L/∂w[0, 1] = −1·2 = −2
    <BLANKLINE>
    """
    if not isinstance(loss, Tensor):
        raise TypeError(f"explain needs the loss as a Tensor, got {short(loss)}")
    if model is not None and not isinstance(model, Module):
        raise TypeError(f"explain: the model is a Module, got {short(model)}")
    if names is not None and not isinstance(names, Mapping):
        raise TypeError(f"explain: names is a dict of Tensors by their names, got {short(names)}")
    if optimizer is not None:
        _check_optimizer(optimizer)
    check_positive_int("explain", digits=digits)
    check_bool("explain", worksheet=worksheet)
    upstream = starting_gradient(loss, gradient)
    named = dict(names or {})
    symbol = "L"
    if gradient is None:  # the loss is called L, unless the caller names it
        symbol = next((name for name, own in named.items() if own is loss), symbol)
        named.setdefault(symbol, loss)
    if named.get(symbol, loss) is not loss:
        raise ValueError(f"explain: {symbol} is the loss; give it another name, or the other value")
    steps = steps_of(loss, upstream, model, named)
    updates = [] if optimizer is None else list(updates_of(optimizer, steps, symbol))
    layers = {} if model is None else {name: type(module).__name__ for name, module in model.named_modules()}
    return Explanation(list(steps.values()), symbol, updates, layers, digits, worksheet)


def _check_optimizer(optimizer: Optimizer) -> None:
    if not isinstance(optimizer, Optimizer):
        raise TypeError(
            f"explain: the optimizer is an Optimizer, as SGD(model.parameters()) is, got {short(optimizer)}"
        )
    if not optimizer.has_rule:
        raise TypeError(
            f"explain: a step of {type(optimizer).__name__} is more than a rule for one parameter; "
            "explain needs an optimizer that has an update method"
        )

"""How an exercise is checked: your function is tried on a few inputs, and what is wrong first is said, with a hint.

Each exercise ends with ``check(your_function, judge, inputs, …)``. A judge calls the function and raises ``Wrong`` with a
sentence. Beside each solution stand wrong answers that are often given, each with a hint: where one of them earns the same
sentence as yours, its hint is yours.
"""

from __future__ import annotations

import io
import random
import re
import runpy
import sys
import traceback
from collections.abc import Sequence
from copy import deepcopy
from inspect import signature
from itertools import permutations, product
from math import isclose
from pathlib import Path
from typing import Any, Callable, NamedTuple

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))  # where backprop is

from backprop import Tensor, as_tensor
from backprop.autograd import Function, GradcheckError, gradcheck

Answer = Callable[..., Any]
Judge = Callable[[Answer, Answer, "tuple[Any, ...]"], None]  # of your function, the solution and the inputs
UNWRITTEN = "it is not written yet"


class Wrong(Exception):
    """What is wrong with an answer, as a sentence, and a hint where the judge has one."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        self.sentence, self.hint = sentence, hint


class Problem(NamedTuple):
    """What is wrong, the judge's hint, the line of the answer that stopped, and what the answer was called with."""

    sentence: str
    hint: str
    line: str
    tried: list[Any]


# --------------------------------------------------------------------- judges


def same_values(*names: str) -> Judge:
    """The results, of these names, are those of the solution."""

    def judge(answer: Answer, solution: Answer, inputs: tuple[Any, ...]) -> None:
        expected = tables(solution(*inputs), names)
        results = tables(answer(*inputs), names)
        for name, came, must in zip(names, results, expected):
            check_shape(name, came, must)
            for index in product(*map(range, must.shape)):
                x, y = came[index].item(), must[index].item()
                if not close(x, y):
                    exchanged = any(all(map(same, order, expected)) for order in permutations(results))
                    raise Wrong(
                        off(name, index, x, y),
                        f"These are the right numbers in another order: return {', '.join(names)}."
                        if exchanged
                        else "",
                    )

    return judge


def close(x: float, y: float) -> bool:
    return isclose(x, y, rel_tol=1e-6, abs_tol=1e-9)


def same(came: Tensor, must: Tensor) -> bool:
    return came.shape == must.shape and all(map(close, came.flatten().tolist(), must.flatten().tolist()))


def off(name: str, index: Sequence[int], came: float, must: float) -> str:
    return f"{name}{list(index) or ''} is {digits(came)}, and must be {digits(must)}"


def gradients_of(function: Answer) -> Judge:
    """The results are ∂L/∂x for each input x of the function, as finite differences find them.

    Your function becomes the backward pass of an operation of the library, and the library's gradcheck judges it.
    """
    names = [f"∂L/∂{name}" for name in signature(function).parameters]

    def judge(answer: Answer, solution: Answer, inputs: tuple[Any, ...]) -> None:
        class Operation(Function):
            @staticmethod
            def forward(ctx: Any, *xs: Tensor) -> Any:
                ctx.save_for_backward(*xs)
                return function(*xs)

            @staticmethod
            def backward(ctx: Any, d: Tensor) -> Any:
                gradients = tables(answer(*ctx.saved_tensors, d), names)
                for name, gradient, x in zip(names, gradients, ctx.saved_tensors):
                    check_shape(name, gradient, x)
                return tuple(gradients)

        try:
            gradcheck(Operation.apply, [x.clone().requires_grad_() for x in inputs], rng=random.Random(0))
        except GradcheckError as error:
            wrong = off(names[error.input], error.index, error.came, error.expected)
            raise Wrong(f"{wrong}, as gradcheck finds") from None

    return judge


def tables(result: Any, names: Sequence[str]) -> list[Tensor]:
    """The results of a function, a Tensor for each name, whether it gives numbers, lists or Tensors."""
    if result is None:
        raise Wrong("it returns None", "End it with a line that begins with return.")
    results = result if len(names) > 1 else (result,)
    if not isinstance(results, (tuple, list)) or len(results) != len(names):
        raise Wrong(
            f"it returns {shown(result)}, and must return {len(names)} results",
            f"return {', '.join(names)}, with commas in between.",
        )
    try:
        return [as_tensor(x) for x in results]
    except (TypeError, ValueError):
        raise Wrong(f"it returns {shown(result)}", "Return numbers.") from None


def check_shape(name: str, came: Tensor, must: Tensor) -> None:
    """Raise Wrong unless the two have the same shape."""
    shapes = [f"has the shape {tuple(x.shape)}" if x.shape else "is a single number" for x in (came, must)]
    if came.shape != must.shape:
        raise Wrong(f"{name} {shapes[0]}, but what is wanted {shapes[1]}")


# --------------------------------------------------------------------- verdict


def problem(answer: Answer, judge: Judge, solution: Answer, inputs: tuple[Any, ...]) -> Problem | None:
    """What is wrong with the answer for these inputs."""
    tried = list(inputs)

    def recorded(*arguments: Any) -> Any:
        tried[:] = arguments
        return answer(*deepcopy(arguments))  # which it may change

    try:
        judge(recorded, solution, inputs)
    except NotImplementedError:
        return Problem(UNWRITTEN, "", "", tried)
    except Wrong as wrong:
        return Problem(f"not yet right: {wrong.sentence}", wrong.hint, "", tried)
    except KeyboardInterrupt:
        sys.exit(f"\n{answer.__name__} was stopped. Does each of its loops come to an end?")
    except Exception as error:  # whatever the answer does
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file_of(answer)]
        line = f"  in line {own[-1].lineno}: {own[-1].line}" if own else ""
        return Problem(f"it stops with {type(error).__name__}: {error}", "", line, tried)
    return None


def check(answer: Answer, judge: Judge, *cases: tuple[Any, ...]) -> None:
    """Print whether the answer is right for all cases; if it is not, the program ends with the status 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    path = Path(file_of(answer))
    beside = runpy.run_path(str(FOLDER / "solutions" / path.name))
    solution = beside[answer.__name__]

    def problems(answer: Answer) -> list[Problem | None]:
        return [problem(answer, judge, solution, inputs) for inputs in cases]

    found = problems(answer)
    first = next(filter(None, found), None)
    if first is None:
        following = sorted(other.name for other in FOLDER.glob("[01]*.py") if other.name > path.name)
        print(f"right: {answer.__name__}, with {len(cases)} different inputs. How it is derived: solutions/{path.name}")
        print(f"next: python3 examples/exercises/{following[0]}" if following else "This was the last one.")
        return
    print(f"{answer.__name__}: {first.sentence}", *filter(None, [first.line]), sep="\n")
    if first.sentence == UNWRITTEN:
        print("Replace `raise NotImplementedError` by your own lines, and run this again.")
    else:
        print("tried with")
        for name, value in zip(signature(answer).parameters, first.tried):
            print(f"  {name} = {shown(value)}")
    known = {text: problems(mistake) for text, mistake in beside["MISTAKES"].items()}
    print(f"hint: {first.hint or nearest(found, known) or beside['HINT']}")
    sys.exit(1)


def nearest(found: list[Problem | None], known: dict[str, list[Problem | None]]) -> str:
    """The hint of the mistake that fails with the same sentence first, and of several the one most alike in all cases."""
    came = list(map(nameless, found))
    first = next(i for i, sentence in enumerate(came) if sentence)

    def alike(text: str) -> int:
        agreeing = [a == nameless(b) for a, b in zip(came, known[text])]
        return sum(agreeing) if agreeing[first] else 0

    best = max(known, key=alike)
    return best if alike(best) else ""


def nameless(problem: Problem | None) -> str:
    """The sentence without the names of Tensors, which everybody chooses freely."""
    return "" if problem is None else re.sub(r"[^,:;]+(?= \[)", "", problem.sentence)


def shown(value: Any) -> str:
    """A function by its name; of Tensors and lists as many digits as of what must come."""
    if isinstance(value, Tensor):
        return f"tensor({shown(value.tolist())})"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    if isinstance(value, float):
        return repr(float(digits(value)))
    return getattr(value, "__name__", repr(value))


def digits(x: float) -> str:
    """Seven digits; adding 0 makes 0 of −0."""
    return f"{x + 0.0:.7g}"


def file_of(answer: Answer) -> str:
    return answer.__code__.co_filename

"""The engine: it does what the messages of a page ask for, trains in between, and answers in messages.

A message is an object in JSON. That of a page has under "do" what to do, any "number" of its own, and may bring the
"experiment" that it is about, which is taken up first: so nothing is done with other settings than the page shows. An
answer has under "tell" what it is; each message is answered by "done" or "refused" at last, with its "number".

The engine knows nothing of servers and browsers. Whoever runs it hands it the messages one by one, and calls ``work()``
as long as it is ``running``.
"""

from __future__ import annotations

from inspect import signature
from time import monotonic
from typing import Any, Callable

from backprop.playground.experiment import MOST_TEXT, FieldError, read_experiment
from backprop.playground.gradient_check import gradient_check_view
from backprop.playground.landscape import landscape_view
from backprop.playground.learner import Exploded, Learner
from backprop.playground.messages import read_message
from backprop.playground.pytorch_program import pytorch_program
from backprop.playground.speed import Speed
from backprop.playground.views import data_view, network_view, progress_view

Send = Callable[[dict[str, Any]], None]

MOVING, RESTING = 32, 64  # cells of the plane in each direction
_FRAME = 0.1  # seconds from one look to the next, at least
_REST = 4  # times as long as a look takes is trained before the next
_SLICE = 0.03  # seconds of training before the next message is read


class Engine:
    """Trains the network of one page; ``send`` takes each answer.

    >>> told = []
    >>> engine = Engine(told.append)
    >>> engine.handle('{"do": "step", "number": 1, "experiment": {"data": "xor"}}')
    >>> [answer["tell"] for answer in told], told[1]["steps"]
    (['data', 'state', 'done'], 1)
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self.learner: Learner | None = None
        self.running = False
        self._table = ""
        self._speed = Speed()
        self._next_look = 0.0
        self._changed = False  # since the page was told the state

    def handle(self, message: bytes | str) -> None:
        """Do what the message asks for, and answer."""
        number: object = None
        try:
            asked = read_message(message)
            number = asked.pop("number", None)
            action = _ACTIONS.get(str(asked.pop("do", "")))
            if action is None:
                raise FieldError("", f"A page can ask to do {', '.join(_ACTIONS)}.")
            experiment = asked.pop("experiment", None)
            try:
                signature(action).bind(self, **asked)
            except TypeError as error:
                raise FieldError("", f"The message does not fit: {error}.") from None
            if experiment is not None:
                self._take(experiment, again=action is Engine._begin)
            action(self, **asked)
        except FieldError as error:
            answer = {"tell": "refused", "field": error.field, "sentence": str(error)}
        else:
            answer = {"tell": "done"}
        if self._changed:
            self._tell_state()
        self._send({**answer, "number": number, "running": self.running})

    def work(self) -> None:
        """Train for a moment, and tell how it goes ten times a second, or less often where looking takes long."""
        learner, begin, steps = self._found(), monotonic(), 0
        while self.running and (steps == 0 or monotonic() < begin + _SLICE):
            self._step(learner)
            steps += 1
        end = monotonic()
        self._speed.trained(end - begin, steps)
        if self.running and end >= self._next_look:
            self._tell_state()

    def close(self) -> None:
        """Nothing is left behind."""

    # ---------------------------------------------------------------- what a page can ask for

    def _begin(self) -> None:
        """Only take up the experiment, untrained: with the same seed these are the same weights."""
        self.running = False
        self._found()

    def _change(self) -> None:
        """Only take up the experiment."""
        self._found()

    def _train(self) -> None:
        self._found()
        self._speed = Speed()
        self.running = True

    def _stop(self) -> None:
        self._found()
        self.running, self._changed = False, True

    def _step_once(self) -> None:
        self._stop()
        self._step(self._found())

    def _take_table(self, text: object) -> None:
        if not isinstance(text, str) or len(text) > MOST_TEXT:
            raise FieldError("file", f"A table has at most {MOST_TEXT:,} characters.")
        self._table = text

    def _set_weight(self, layer: int, row: int, column: int, value: float) -> None:
        self._found().set_weight(layer, row, column, value)
        self._changed = True

    def _explain(self, example: object) -> None:
        """The step that the network would take from one example, as a page; the training stops for it."""
        learner = self._pause()
        count = len(learner.data.columns)
        if not isinstance(example, int) or not 0 <= example < count:
            raise FieldError("example", f"The examples are numbered from 0 to {count - 1}, got {str(example)[:40]}.")
        one = learner.data.inputs[[example]]
        parameters = list(learner.model.parameters())
        held = [parameter.grad for parameter in parameters]
        from backprop.explanation import explain  # a fifth of all modules, and in a browser each costs time

        learner.optimizer.zero_grad()  # the gradients of the last batch are no part of this step
        try:
            loss = learner.objective(one, learner.data.targets[[example]])
            page = explain(loss, {"x": one}, model=learner.model, optimizer=learner.optimizer).html()
        finally:
            for parameter, gradient in zip(parameters, held):
                parameter.grad = gradient
        self._send({"tell": "explanation", "page": page})

    def _check(self) -> None:
        self._send({"tell": "check", **gradient_check_view(self._pause())})

    def _landscape(self) -> None:
        self._send({"tell": "landscape", **landscape_view(self._pause())})

    def _program(self) -> None:
        learner = self._found()
        self._send({"tell": "program", "text": pytorch_program(learner.experiment)})

    # ---------------------------------------------------------------- how it is done

    def _take(self, asked: object, *, again: bool) -> None:
        """Take the experiment up; go on with the network where nothing else has changed than what may while it runs."""
        experiment = read_experiment(asked, self._table)
        learner = self.learner
        if again or learner is None or not learner.experiment.can_become(experiment):
            self.learner, self.running = Learner(experiment), False
        elif learner.experiment == experiment:
            return
        else:
            noise = learner.experiment.noise
            learner.become(experiment)
            if experiment.noise == noise:
                return
        self._send({"tell": "data", **data_view(self._found())})
        self._changed = True

    def _found(self) -> Learner:
        if self.learner is None:
            raise FieldError("", "There is no experiment yet.")
        return self.learner

    def _pause(self) -> Learner:
        """Stop, and tell the state that the answer will be about."""
        if self.running:
            self._stop()
        if self._changed:
            self._tell_state()
        return self._found()

    def _step(self, learner: Learner) -> None:
        try:
            learner.step()
        except Exploded as error:
            self.running = False
            self._tell_state(str(error))

    def _tell_state(self, trouble: str = "") -> None:
        learner, begin = self._found(), monotonic()
        if not self.running and not trouble:
            learner.note()
        state = {
            **progress_view(learner),
            **network_view(learner, MOVING if self.running else RESTING),
            "running": self.running,
            "trouble": trouble,
            **self._speed.view(learner),
        }
        del learner.history[:-1]  # which the page knows from now on
        self._send({"tell": "state", **state})
        self._changed = False
        end = monotonic()
        self._speed.looked(end - begin)
        self._next_look = end + (max(_FRAME, _REST * (end - begin)) if self.running else 0)


_ACTIONS: dict[str, Callable[..., None]] = {
    "begin": Engine._begin,
    "change": Engine._change,
    "train": Engine._train,
    "stop": Engine._stop,
    "step": Engine._step_once,
    "table": Engine._take_table,
    "weight": Engine._set_weight,
    "explain": Engine._explain,
    "check": Engine._check,
    "landscape": Engine._landscape,
    "program": Engine._program,
}

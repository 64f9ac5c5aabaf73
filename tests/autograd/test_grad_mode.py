"""no_grad: where it is in force, over functions, generators and coroutines, in threads, entered again."""

import asyncio
import inspect
import threading

import pytest

from backprop import no_grad
from backprop.nn import Parameter

w = Parameter(2.0)


def recorded():
    return (w * 3).requires_grad


def test_one_object_may_be_entered_again_and_within_itself():
    guard = no_grad()
    for _ in range(2):
        with guard:
            with guard:
                assert not recorded()
            assert not recorded()
        assert recorded()


def test_a_function_may_call_itself():
    @no_grad()
    def countdown(n):
        """Calls itself n times."""
        return [recorded(), *(countdown(n - 1) if n else [])]

    assert countdown(3) == [False] * 4 and recorded()
    assert countdown.__name__ == "countdown" and countdown.__doc__ == "Calls itself n times."


def test_parentheses_may_be_left_out():
    @no_grad
    def predict(x, *, factor):
        return x * factor, recorded()

    assert predict(2, factor=3) == (6, False) and recorded()


def test_a_generator_runs_without_a_graph_and_those_it_waits_for_with_one():
    closed = []

    @no_grad()
    def steps():
        sent = yield "start", recorded()
        try:
            yield sent, recorded()
        except KeyError:
            yield "caught", recorded()
        try:
            yield "last", recorded()
        finally:
            closed.append(recorded())

    assert inspect.isgeneratorfunction(steps)
    running = steps()
    assert next(running) == ("start", False) and recorded()
    assert running.send("sent") == ("sent", False) and recorded()
    assert running.throw(KeyError) == ("caught", False) and recorded()
    assert next(running) == ("last", False) and recorded()
    running.close()
    assert closed == [False] and recorded()


def test_a_generator_gives_its_result_and_lets_exceptions_through():
    @no_grad()
    def steps():
        yield recorded()
        return recorded()

    def outer():
        result = yield from steps()
        yield "result", result, recorded()

    assert list(outer()) == [False, ("result", False, True)]

    @no_grad()
    def failing():
        yield 1
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(failing())
    assert recorded()


@pytest.mark.threads
def test_a_coroutine_runs_without_a_graph_and_others_meanwhile_with_one():
    @no_grad()
    async def predict():
        before = recorded()
        await asyncio.sleep(0)
        return before, recorded()

    async def other():
        seen = [recorded()]
        await asyncio.sleep(0)
        return [*seen, recorded()]

    async def both():
        return await asyncio.gather(predict(), other())

    assert inspect.iscoroutinefunction(predict)
    assert asyncio.run(both()) == [(False, False), [True, True]] and recorded()


@pytest.mark.threads
def test_one_object_serves_several_threads():
    guard, inside, go_on, seen = no_grad(), threading.Event(), threading.Event(), []

    def other():
        with guard:
            inside.set()
            go_on.wait(60)
            seen.append(recorded())
        seen.append(recorded())

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(60) and recorded()
    with guard:
        go_on.set()
        thread.join()
        assert not recorded()
    assert seen == [False, True] and recorded()


async def asynchronous_generator():
    yield 1


@pytest.mark.parametrize("thing", [asynchronous_generator, Parameter, 5])
def test_what_is_no_function_is_refused(thing):
    with pytest.raises(TypeError, match=r"@no_grad\(\) is for functions, got .*: write with no_grad\(\): … inside it"):
        no_grad()(thing)

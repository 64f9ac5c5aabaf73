"""Unpickling: a small machine for the opcodes that PyTorch writes, which makes nothing but plain values by itself.

A pickle is a program for a machine with a stack. Python's own one imports whatever a pickle names, calls it and sets what it
likes; even when its names are restricted it changes what they stand for, hashes what takes hours, and makes a table as long
as a number in the file says. This one knows 33 opcodes. What the others are for, names, calls and objects, goes through
methods that refuse, and a subclass allows what it knows; a name is a text here and never the thing itself.
"""

from __future__ import annotations

import pickle
import struct
import sys
from collections import OrderedDict
from pickle import UnpicklingError
from typing import IO, Any

_CONSTANTS: dict[bytes, Any] = {pickle.NONE: None, pickle.NEWTRUE: True, pickle.NEWFALSE: False, pickle.EMPTY_TUPLE: ()}
# The arguments of a fixed size: a number to push, or the place of a value in the memo.
_NUMBERS = {pickle.BININT1: "<B", pickle.BININT2: "<H", pickle.BININT: "<i", pickle.BINFLOAT: ">d"}
_REMEMBER = {pickle.BINPUT: "<B", pickle.LONG_BINPUT: "<I"}
_RECALL = {pickle.BINGET: "<B", pickle.LONG_BINGET: "<I"}
_TUPLES = {pickle.TUPLE1: 1, pickle.TUPLE2: 2, pickle.TUPLE3: 3}
_MOST_EQUAL_HASHES = 100


class Name(str):
    """The name of a function or a class that a pickle asks for, as text."""

    __slots__ = ()


class Unpickler:
    """Reads a pickle of plain values: None, bools, ints, floats, texts, lists, tuples and dicts.

    >>> import io
    >>> Unpickler().load(io.BytesIO(pickle.dumps({"loss": [0.5, (1, None)]}, protocol=2)))
    {'loss': [0.5, (1, None)]}
    """

    simple: tuple[type, ...] = (str, bytes, int, float, complex, type(None))  # what keys are made of

    def __init__(self) -> None:
        self._keys: dict[int, list[Any]] = {}

    # ---------------------------------------------------------------- what a subclass allows

    def named(self, name: str) -> Any:
        """What stands for a name: a value, or a ``Name`` to be called."""
        raise UnpicklingError(f"it asks for {shortened(name)}, which is not read")

    def called(self, name: Name, arguments: tuple[Any, ...]) -> Any:
        """The result of a call of a name that ``named`` gave."""
        raise UnpicklingError(f"it calls {shortened(name)}, which is not done")

    def created(self, name: Name, arguments: tuple[Any, ...]) -> Any:
        """A new object of a class that ``named`` gave."""
        raise UnpicklingError(f"it makes an object of {shortened(name)}, which is not done")

    def set_state(self, value: Any, state: Any) -> None:
        """Give an object that was made before its attributes."""
        raise UnpicklingError(f"it sets attributes of a {type(value).__name__}, which is not done")

    def stored(self, identity: Any) -> Any:
        """What is kept outside of the pickle."""
        raise UnpicklingError("it asks for what is kept elsewhere, which is not there")

    # ---------------------------------------------------------------- the machine

    def load(self, stream: IO[bytes]) -> Any:
        """The value of the pickle that begins at the position of the ``stream``, which is left behind its end.

        Raises UnpicklingError, as PyTorch does, for all that is not such a pickle.
        """
        try:
            return self._run(stream)
        except (IndexError, KeyError):
            raise UnpicklingError("it is damaged: it takes what was not put there before") from None
        except (UnicodeDecodeError, struct.error):
            raise UnpicklingError("it is damaged: it ends too early, or a text in it is not UTF-8") from None

    def _run(self, stream: IO[bytes]) -> Any:
        read, unpack = stream.read, struct.unpack
        stack: list[Any] = []
        outer: list[list[Any]] = []  # the stacks below the marks
        memo: dict[int, Any] = {}

        def number(layout: str) -> Any:
            return unpack(layout, read(struct.calcsize(layout)))[0]

        def text(length: int) -> bytes:
            data = read(min(length, sys.maxsize))  # which is less than four bytes can say where an address has four
            if len(data) != length:
                raise UnpicklingError("it is damaged: it ends in the middle of a text")
            return data

        while True:
            code = read(1)
            if code in _REMEMBER:
                memo[number(_REMEMBER[code])] = stack[-1]
            elif code in _RECALL:
                stack.append(memo[number(_RECALL[code])])
            elif code in _NUMBERS:
                stack.append(number(_NUMBERS[code]))
            elif code in _CONSTANTS:
                stack.append(_CONSTANTS[code])
            elif code == pickle.BINUNICODE:
                stack.append(text(number("<I")).decode("utf-8", "surrogatepass"))
            elif code == pickle.SHORT_BINSTRING:  # a text of Python 2
                stack.append(text(number("<B")).decode("utf-8"))
            elif code == pickle.LONG1:
                stack.append(int.from_bytes(text(number("<B")), "little", signed=True))
            elif code == pickle.MARK:
                outer.append(stack)
                stack = []
            elif code == pickle.TUPLE:
                items, stack = stack, outer.pop()
                stack.append(tuple(items))
            elif code in _TUPLES:
                count = _TUPLES[code]
                stack[-count:] = [tuple([stack[-i] for i in range(count, 0, -1)])]
            elif code == pickle.EMPTY_LIST:
                stack.append([])
            elif code == pickle.APPEND:
                item = stack.pop()
                _extend(stack[-1], [item])
            elif code == pickle.APPENDS:
                items, stack = stack, outer.pop()
                _extend(stack[-1], items)
            elif code == pickle.EMPTY_DICT:
                stack.append({})
            elif code == pickle.SETITEM:
                value, key = stack.pop(), stack.pop()
                self._update(stack[-1], [key, value])
            elif code == pickle.SETITEMS:
                items, stack = stack, outer.pop()
                self._update(stack[-1], items)
            elif code == pickle.GLOBAL:
                module, attribute = (stream.readline()[:-1].decode() for _ in range(2))
                stack.append(self.named(f"{'builtins' if module == '__builtin__' else module}.{attribute}"))
            elif code in (pickle.REDUCE, pickle.NEWOBJ):
                arguments, name = stack.pop(), stack.pop()
                if type(name) is not Name or type(arguments) is not tuple:
                    raise UnpicklingError(f"it calls a {type(name).__name__}, which is not done")
                stack.append((self.called if code == pickle.REDUCE else self.created)(name, arguments))
            elif code == pickle.BUILD:
                state = stack.pop()
                self.set_state(stack[-1], state)
            elif code == pickle.BINPERSID:
                stack.append(self.stored(stack.pop()))
            elif code == pickle.PROTO:
                protocol = number("<B")
                if protocol != 2:
                    raise UnpicklingError(f"it is a pickle of protocol {protocol}, and torch.save writes protocol 2")
            elif code == pickle.STOP:
                return stack.pop()
            else:
                raise UnpicklingError(
                    f"it has the byte {code!r} where one of the opcodes that PyTorch writes is needed"
                    if code
                    else "it is damaged: it ends too early"
                )

    def _update(self, target: Any, items: list[Any]) -> None:
        if type(target) not in (dict, OrderedDict):
            raise UnpicklingError(f"it sets items of a {type(target).__name__}, which is not done")
        for i in range(0, len(items), 2):
            target[self.key(items[i])] = items[i + 1]

    def key(self, value: Any) -> Any:
        """The value itself, if it can be a key of a dict or in a set: a simple one, or a short tuple of simple ones.

        The hash of nested tuples can take years, and values that were chosen to have one hash make a dict slow.
        """
        if type(value) is str:
            return value
        parts = value if isinstance(value, tuple) else (value,)
        if len(parts) > 64 or not all(isinstance(part, self.simple) for part in parts):
            raise UnpicklingError(
                f"it has a {type(value).__name__} as a key, where a text, a number or a short tuple of such is needed"
            )
        same = self._keys.setdefault(hash(value), [])
        if value not in same:
            same.append(value)
        if len(same) > _MOST_EQUAL_HASHES:
            raise UnpicklingError(f"it has more than {_MOST_EQUAL_HASHES} keys of one hash")
        return value


def _extend(target: Any, items: list[Any]) -> None:
    if type(target) is not list:
        raise UnpicklingError(f"it appends to a {type(target).__name__}, which is not done")
    target.extend(items)


def shortened(name: str) -> str:
    """A name from a file, as an error message shows it.

    >>> shortened("os.system"), shortened("a" * 9**6)[-3:]
    ('os.system', 'aa…')
    """
    return ascii(name[:60])[1:-1] + "…" * (len(name) > 60)

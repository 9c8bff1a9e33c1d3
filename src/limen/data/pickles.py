"""Reading a published pickle without running it.

A pickle is a small program for a stack machine, and Python's own reader runs whatever it names. MNIST and CIFAR-10
were published as pickles, so this module is a stack machine of its own that knows nothing but numbers, text, lists,
tuples, dictionaries and NumPy arrays. No other name is ever looked up; every length is held against the bytes that
are really there before anything is allocated.
"""

import io
import math
import pickletools
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from limen.errors import LimenError

# what a pickle may name, and the stand-in that takes its place
_RECONSTRUCT, _FROMBUFFER, _NDARRAY, _DTYPE = "reconstruct", "frombuffer", "ndarray", "dtype"
_ENCODE, _BYTES = "encode", "bytes"
NAMES = {
    "numpy.core.multiarray _reconstruct": _RECONSTRUCT,
    "numpy._core.multiarray _reconstruct": _RECONSTRUCT,
    "numpy.core.numeric _frombuffer": _FROMBUFFER,
    "numpy._core.numeric _frombuffer": _FROMBUFFER,
    "numpy ndarray": _NDARRAY,
    "numpy dtype": _DTYPE,
    "_codecs encode": _ENCODE,  # how Python 3 writes bytes in protocol 2, and, next, no bytes at all
    "__builtin__ bytes": _BYTES,
}
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
NUMBERS = ("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT")
TEXTS = ("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8")
BYTES = ("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8")
VALUES = frozenset((*NUMBERS, *TEXTS, *BYTES))
TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
DTYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
MOST = 800_000  # instructions; the largest published set, CIFAR-100, has some 200,000
_MARK = object()


class RefusedError(Exception):
    """The pickle asks for something that data never needs."""


class _Name:
    """A global that the pickle may use; it does nothing by itself."""

    def __init__(self, meaning: str) -> None:
        self.meaning = meaning


def _said(value: object) -> str:
    """A value for a message: itself where it is short by nature, else its kind; a tuple may print endlessly."""
    return repr(value)[:60] if isinstance(value, str | bytes | bool) or value is None else f"a {type(value).__name__}"


class _Budget:
    """Bytes that a pickle may have made out of what it brings: a few times its size, however often it asks."""

    def __init__(self, size: int) -> None:
        self.left = 4 * size + (1 << 16)

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise RefusedError("far more memory than its own size")


class _Dtype:
    """A number type under construction: the code comes first, the byte order later."""

    def __init__(self, code: object) -> None:
        text = code.decode("ascii", "replace") if isinstance(code, bytes) else code
        if not isinstance(text, str) or text not in DTYPES:
            raise RefusedError(f"a number type {_said(code)}")
        self.dtype = np.dtype(text)

    def build(self, state: object) -> None:
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else None
        order = order.decode("ascii", "replace") if isinstance(order, bytes) else order
        if order not in ("<", ">", "|", "="):
            raise RefusedError(f"a byte order {_said(order)}")
        self.dtype = np.dtype(order + self.dtype.str[1:])


class _Array:
    """An array under construction: the frame comes first, shape, type and numbers later."""

    def __init__(self, budget: _Budget) -> None:
        self.array: NDArray[Any] | None = None
        self.budget = budget

    def build(self, state: object) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise RefusedError("an array without shape, type and numbers")
        _, shape, kind, fortran, content = state
        self.array = _array(content, kind, shape, "F" if fortran else "C", self.budget)


def _array(content: object, kind: object, shape: object, order: object, budget: _Budget) -> NDArray[Any]:
    if isinstance(content, str):  # Python 2 wrote bytes as text
        budget.spend(len(content))
        content = content.encode("latin-1")
    if not isinstance(content, bytes) or not isinstance(kind, _Dtype) or order not in ("C", "F"):
        raise RefusedError("an array whose numbers are not plain bytes")
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape) or len(shape) > 8:
        raise RefusedError("an array without a plain shape")
    wanted = math.prod(shape) * kind.dtype.itemsize
    if wanted != len(content):
        raise RefusedError(f"an array of {len(content):,} bytes where its shape and type need {wanted:,}")
    array = np.frombuffer(content, kind.dtype).reshape(shape, order="F" if order == "F" else "C")
    if not array.dtype.isnative:
        budget.spend(array.nbytes)
    return array.astype(kind.dtype.newbyteorder("="), copy=False)


def _reduce(function: object, arguments: object, budget: _Budget) -> object:
    if not isinstance(function, _Name) or not isinstance(arguments, tuple):
        raise RefusedError("a call")
    match function.meaning, arguments:
        case "reconstruct", (_Name(meaning="ndarray"), _, _):
            return _Array(budget)
        case "dtype", (code, *_):
            return _Dtype(code)
        case "frombuffer", (content, kind, shape, order):
            return _array(content, kind, shape, order, budget)
        case "encode", (str(text), "latin1" | "latin-1"):
            budget.spend(len(text))
            return text.encode("latin-1")
        case "bytes", ():
            return b""
    raise RefusedError(f"a call of {function.meaning} with {len(arguments)} arguments")


class _Machine:
    """The stack, the memo, and what each opcode does to them."""

    def __init__(self, size: int) -> None:
        self.budget = _Budget(size)
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def pop(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise RefusedError("more values than it has")
        return self.stack.pop()

    def pop_to_mark(self) -> list[Any]:
        for position in range(len(self.stack) - 1, -1, -1):
            if self.stack[position] is _MARK:
                values = self.stack[position + 1 :]
                del self.stack[position:]
                return values
        raise RefusedError("a mark that was never set")

    def top(self, kind: type) -> Any:
        if not self.stack or not isinstance(self.stack[-1], kind):
            raise RefusedError(f"a {kind.__name__} that is not there")
        return self.stack[-1]

    def set_items(self, values: list[Any]) -> None:
        target = self.top(dict)
        if len(values) % 2 or not all(isinstance(key, str | bytes | int) for key in values[::2]):
            raise RefusedError("a dictionary whose keys are not plain")
        target.update(zip(values[::2], values[1::2], strict=True))

    def run(self, name: str, argument: Any) -> None:
        """One instruction."""
        stack = self.stack
        if name in VALUES:
            stack.append(bytes(argument) if isinstance(argument, bytearray) else argument)
        elif name in CONSTANTS:
            stack.append(CONSTANTS[name])
        elif name in TUPLES:
            values = [self.pop() for _ in range(TUPLES[name])]
            stack.append(tuple(reversed(values)))
        elif name in ("PROTO", "FRAME"):
            pass
        elif name == "MARK":
            stack.append(_MARK)
        elif name in ("EMPTY_LIST", "EMPTY_DICT", "EMPTY_TUPLE"):
            stack.append({"EMPTY_LIST": list, "EMPTY_DICT": dict, "EMPTY_TUPLE": tuple}[name]())
        elif name in ("LIST", "TUPLE"):
            values = self.pop_to_mark()
            stack.append(values if name == "LIST" else tuple(values))
        elif name == "DICT":
            values = self.pop_to_mark()
            stack.append({})
            self.set_items(values)
        elif name == "APPEND":
            value = self.pop()
            self.top(list).append(value)
        elif name == "APPENDS":
            values = self.pop_to_mark()
            self.top(list).extend(values)
        elif name == "SETITEM":
            value, key = self.pop(), self.pop()
            self.set_items([key, value])
        elif name == "SETITEMS":
            self.set_items(self.pop_to_mark())
        elif name in ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"):
            self.memo[len(self.memo) if argument is None else argument] = self.top(object)
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            if argument not in self.memo:
                raise RefusedError("a memory that was never set")
            stack.append(self.memo[argument])
        elif name in ("GLOBAL", "STACK_GLOBAL"):
            if name == "STACK_GLOBAL":
                attribute, module = self.pop(), self.pop()
                if not isinstance(module, str) or not isinstance(attribute, str):
                    raise RefusedError("a name that is no text")
                argument = f"{module} {attribute}"
            if argument not in NAMES:
                raise RefusedError(f"the name {argument.replace(' ', '.')!r}")
            stack.append(_Name(NAMES[argument]))
        elif name == "REDUCE":
            arguments, function = self.pop(), self.pop()
            stack.append(_reduce(function, arguments, self.budget))
        elif name == "BUILD":
            state = self.pop()
            target = self.top(object)
            if not isinstance(target, _Dtype | _Array):
                raise RefusedError("an object that is no array")
            target.build(state)
        else:
            raise RefusedError(f"the instruction {name}")


def _finish(value: Any, done: dict[int, Any], depth: int = 0) -> Any:
    """The value with every finished array in the place of its frame; each list is gone through once."""
    if depth > 16:
        raise RefusedError("lists nested more than 16 deep")
    if isinstance(value, _Array):
        if value.array is None:
            raise RefusedError("an array without numbers")
        return value.array
    if isinstance(value, _Name | _Dtype):
        raise RefusedError("a name as a value")
    if not isinstance(value, dict | list | tuple):
        return value
    if id(value) not in done:
        if isinstance(value, dict):
            done[id(value)] = {key: _finish(item, done, depth + 1) for key, item in value.items()}
        else:
            done[id(value)] = type(value)([_finish(item, done, depth + 1) for item in value])
    return done[id(value)]


def read_pickle(content: bytes, name: str) -> Any:
    """The numbers, texts, lists, tuples, dictionaries and arrays of a pickle; protocols 0 to 5, Python 2 or 3.

    Text that Python 2 wrote comes back as `str` by Latin-1. `name` is what the error calls the file.

    Raises:
        LimenError: the pickle is damaged, or wants anything but plain data. Nothing of it was run.
    """
    machine = _Machine(len(content))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # odd backslashes in a damaged name
            for number, (opcode, argument, _) in enumerate(pickletools.genops(io.BytesIO(content))):
                if number > MOST:
                    raise RefusedError(f"more than {MOST:,} instructions")
                if opcode.name == "STOP":
                    return _finish(machine.pop(), {})
                machine.run(opcode.name, argument)
        raise RefusedError("an end that it does not have")
    except RefusedError as refusal:
        raise LimenError(
            f"{name!r} was refused: it asks for {str(refusal)[:200]}, and a data set needs none. Nothing of it ran. "
            "Fetch the file again from its publisher."
        ) from None
    except (ValueError, IndexError, OverflowError, UnicodeError, RecursionError, MemoryError) as error:
        raise LimenError(
            f"{name!r} is not a whole pickle ({str(error)[:120]}). Nothing of it was run. Fetch the file again."
        ) from None

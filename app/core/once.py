"""A part of an object made when it is first asked for, and only once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - used as a decorator, like property
    """Like `functools.cached_property`, but two threads that ask at once get the same object."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self._lock = threading.RLock()
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> once[T] | T:
        if instance is None:
            return self
        made: dict[str, T] = instance.__dict__
        with self._lock:
            if self._name not in made:
                # Found there from now on: the descriptor is passed by.
                made[self._name] = self._make(instance)
            return made[self._name]

"""Work done aside by one thread, a piece after the other, while the thread that asks goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")


def done(result: T) -> Future[T]:
    """A result that is there already."""
    future: Future[T] = Future()
    future.set_result(result)
    return future


class Aside:
    """Takes pieces of work within a ``with``.  Its thread never keeps the program from ending.

    Where the ``with`` is left by an error, what was not begun is not done: nobody asks for it.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._given_up = False

    def __enter__(self) -> Aside:
        threading.Thread(target=self._work, name="kpitui aside", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._given_up = kind is not None
        self._asked.put(None)

    def do(self, work: Callable[[], T]) -> Future[T]:
        """Have a piece of work done; an error of it is raised where its result is asked for."""
        result: Future[T] = Future()
        self._asked.put((result, work))
        return result

    def help(self) -> None:
        """Do here what is not begun yet, as long as there is any."""
        with suppress(Empty):
            while (asked := self._asked.get_nowait()) is not None:
                _do(*asked)

    def _work(self) -> None:
        while (asked := self._asked.get()) is not None and not self._given_up:
            _do(*asked)


def _do(result: Future[Any], work: Callable[[], Any]) -> None:
    try:
        result.set_result(work())
    except BaseException as error:  # polars panics are no Exceptions
        result.set_exception(error)
        if isinstance(error, KeyboardInterrupt):
            raise

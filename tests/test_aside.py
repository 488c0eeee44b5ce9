"""Work done aside: in order, its errors where the result is asked for, none that nobody wants."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from threading import Event, current_thread

import pytest

from kpitui.aside import Aside, done


def test_pieces_are_done_one_after_the_other() -> None:
    order: list[int] = []
    with Aside() as aside:
        for future in [aside.do(partial(order.append, number)) for number in range(9)]:
            future.result()
    assert order == [*range(9)]
    assert done("there").result() == "there"


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    """It costs the pieces after it nothing."""
    with Aside() as aside:
        wrong, right = aside.do(lambda: 1 // 0), aside.do(lambda: "right")
        assert right.result() == "right"
        with pytest.raises(ZeroDivisionError):
            wrong.result()


def test_what_was_not_begun_when_an_error_ends_it_all_is_not_done() -> None:
    begun, go_on = Event(), Event()

    def first() -> None:
        begun.set()
        go_on.wait(10)

    aside = Aside()
    with suppress(KeyboardInterrupt), aside:
        under_way, second = aside.do(first), aside.do(lambda: "done")
        begun.wait(10)
        raise KeyboardInterrupt
    go_on.set()
    under_way.result(10)
    with pytest.raises(TimeoutError):
        second.result(0.1)


def test_who_asks_does_what_is_not_begun_when_there_is_nothing_else_to_do() -> None:
    begun, go_on = Event(), Event()

    def first() -> str:
        begun.set()
        go_on.wait(10)
        return "aside"

    with Aside() as aside:
        under_way = aside.do(first)
        begun.wait(10)
        here, wrong = aside.do(current_thread), aside.do(lambda: 1 // 0)
        aside.help()
        assert here.result(0) is current_thread()
        assert isinstance(wrong.exception(0), ZeroDivisionError)
        assert not under_way.done()
        go_on.set()
        assert under_way.result(10) == "aside"


def test_an_interrupt_of_what_is_done_here_leaves_the_rest() -> None:
    begun, go_on = Event(), Event()

    def first() -> None:
        begun.set()
        go_on.wait(10)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt), Aside() as aside:
        aside.do(first)
        begun.wait(10)
        aside.do(interrupted)
        rest = aside.do(lambda: "done")
        aside.help()
    go_on.set()
    with pytest.raises(TimeoutError):
        rest.result(0.1)

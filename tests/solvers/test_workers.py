"""Tasks shared among threads: order, errors, and which thread gets what."""

from threading import Barrier, get_ident

import pytest

from kissalg.solvers.multiprecision.workers import LIGHT, Workers


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 2, 17])
def test_results_are_in_the_order_of_the_items(threads: int, count: int) -> None:
    with Workers(threads) as workers:
        assert workers.map(lambda k: k * k, range(count)) == [k * k for k in range(count)]
        assert workers.map(str, range(count), lambda k: k % 2 * LIGHT) == [str(k) for k in range(count)]


def test_light_tasks_stay_with_the_thread_that_asks() -> None:
    with Workers(3) as workers:
        threads = workers.map(lambda _: get_ident(), range(40), lambda k: LIGHT if k < 20 else LIGHT - 1)
    assert set(threads[20:]) == {get_ident()}


def test_heavy_tasks_are_shared() -> None:
    """Two tasks that wait for each other end only if two threads have them."""
    barrier = Barrier(2)
    with Workers(2) as workers:
        workers.map(lambda _: barrier.wait(10), range(2))


def test_the_largest_tasks_begin() -> None:
    begun: list[int] = []
    with Workers(2) as workers:
        workers.map(begun.append, [LIGHT, 3 * LIGHT, 0, 2 * LIGHT], lambda size: size)
    assert begun.index(3 * LIGHT) < begun.index(LIGHT)
    assert set(begun) == {0, LIGHT, 2 * LIGHT, 3 * LIGHT}


@pytest.mark.parametrize("threads", [1, 2])
def test_errors_are_raised_where_the_work_was_asked_for(threads: int) -> None:
    with Workers(threads) as workers:
        with pytest.raises(ZeroDivisionError, match="by zero"):
            workers.map(lambda k: 1 // k, [3, 0, 2, 1])
        assert workers.map(abs, [-1, -2]) == [1, 2]  # and the workers live on

"""Threads that share the tasks of one step, with the thread that asks for it.

The arrays of one task are anything between 1 × 1 and thousands × thousands. Large ones are worked on in compiled code
that releases the interpreter's lock, and gain from threads. Small ones spend their time in the interpreter, and lose by
them: two threads that take the lock from each other are slower than one. `Workers.map` therefore gives away only the
tasks that are worth it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TypeVar

__all__ = ["LIGHT", "Workers"]

# multiply-adds of float64 below which a task stays with the thread that asks, about a tenth of a millisecond
LIGHT = 1 << 18

Item = TypeVar("Item")
Result = TypeVar("Result")


class Workers:
    """The calling thread and `threads` - 1 others, as a context manager.

    Args:
        threads: how many threads share the tasks.

    >>> with Workers(2) as workers:
    ...     workers.map(abs, [-3, 4, -5])
    [3, 4, 5]
    """

    def __init__(self, threads: int) -> None:
        self._others = max(0, threads - 1)
        self._pool = ThreadPoolExecutor(self._others) if self._others else None

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def map(
        self, work: Callable[[Item], Result], items: Iterable[Item], size: Callable[[Item], float] | None = None
    ) -> list[Result]:
        """The results of work(item) for all items, in their order. Not to be called inside a task.

        When tasks fail, what the task of the first item that failed has raised is raised again, after all tasks have
        ended.

        Args:
            work: the task.
            items: what it is done for.
            size: the multiply-adds of an item's task, about; tasks below `LIGHT` are not given away, and the others
                begin with the largest. None takes all for large.
        """
        tasks = list(items)
        sizes = [float("inf") if size is None else size(item) for item in tasks]
        heavy = sorted((i for i, s in enumerate(sizes) if s >= LIGHT), key=lambda i: -sizes[i])
        if self._pool is None or len(heavy) < 2:
            return [work(item) for item in tasks]
        results: dict[int, Result] = {}
        errors: dict[int, BaseException] = {}
        waiting = deque(heavy)

        def run(index: int) -> None:
            try:
                results[index] = work(tasks[index])
            except BaseException as error:  # raised again below, in the thread that asked
                errors[index] = error

        def take() -> None:
            while waiting and not errors:
                try:
                    index = waiting.popleft()
                except IndexError:  # another thread was faster
                    return
                run(index)

        helpers = [self._pool.submit(take) for _ in range(min(self._others, len(heavy) - 1))]
        take()
        for index, s in enumerate(sizes):
            if s < LIGHT and not errors:
                run(index)
        for helper in helpers:
            helper.result()
        if errors:
            raise errors[min(errors)]
        return [results[i] for i in range(len(tasks))]

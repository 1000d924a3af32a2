"""Several threads wanting one thing at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def at_once(count: int, act: Callable[[int], T]) -> list[T | Exception]:
    """Call `act(0)` to `act(count - 1)` in threads that start together.

    Returns what each call returned or raised, in that order. Needs `transactional_db`: the
    threads have database connections of their own, which are closed before this returns.
    """
    start = Barrier(count)

    def one(number: int) -> T | Exception:
        start.wait()
        try:
            return act(number)
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))

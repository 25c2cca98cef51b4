"""Items made ahead on a second thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ais_gaps.readers.frame import ahead


class TestAhead:
    def test_gives_every_item_in_order(self) -> None:
        assert list(ahead(iter(range(100)))) == list(range(100))
        assert list(ahead(iter([]))) == []

    def test_makes_the_next_item_while_this_one_is_worked_on(self) -> None:
        made = [threading.Event() for _ in range(4)]

        def items() -> Iterator[int]:
            for number, event in enumerate(made):
                event.set()
                yield number

        working = ahead(items())
        assert next(working) == 0
        assert made[1].wait(timeout=10)
        assert not made[3].is_set()
        working.close()

    def test_passes_errors_on_where_they_happen(self) -> None:
        def items() -> Iterator[int]:
            yield 1
            raise ValueError("damaged")

        working = ahead(items())
        assert next(working) == 1
        with pytest.raises(ValueError, match="damaged"):
            next(working)

    def test_ends_its_thread_when_it_is_left(self) -> None:
        before = threading.active_count()
        working = ahead(iter(range(100)))
        next(working)
        working.close()
        assert threading.active_count() == before

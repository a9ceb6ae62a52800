"""What tests of the engine share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest


@pytest.fixture
def all_threads_end() -> Iterator[None]:
    """Wait for what was stopped to reach its next report, and see that no thread stays."""
    before = threading.active_count()
    yield
    for thread in threading.enumerate():
        if thread.name == "watched work":
            thread.join(10)
    assert threading.active_count() == before

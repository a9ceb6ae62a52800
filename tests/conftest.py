"""What several tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# Keras decides when it is first imported; make test-backends names others.
os.environ.setdefault("KERAS_BACKEND", "torch")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def shared_data() -> Path:
    """The folder of real data that lies beside the project; tests that need it are skipped without it."""
    if not SHARED.is_dir():
        pytest.skip("the real data is not beside the project")
    return SHARED

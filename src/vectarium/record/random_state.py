"""Random numbers as they were: what a recorder draws must not be missing from the training."""

from __future__ import annotations

import random
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import numpy as np


@contextmanager
def kept_random_state() -> Generator[None]:
    """Put the global random states back on leaving: Python's, NumPy's, and PyTorch's where it is loaded.

    Even an unshuffled ``DataLoader`` draws a number from PyTorch's when it is iterated, and so does a
    ``predict`` of Keras on PyTorch.
    """
    python, numpy = random.getstate(), np.random.get_state()  # noqa: NPY002 - it is the global state that has to be kept
    put_back = _torch_state()
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
        put_back()


def _torch_state() -> Any:
    torch: Any = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "get_rng_state"):
        return lambda: None
    state = torch.get_rng_state()
    # Asking for the state of a device would start it, so only those that run are asked.
    cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None
    mps = torch.mps.get_rng_state() if torch.backends.mps.is_available() else None

    def put_back() -> None:
        torch.set_rng_state(state)
        if cuda is not None:
            torch.cuda.set_rng_state_all(cuda)
        if mps is not None:
            torch.mps.set_rng_state(mps)

    return put_back

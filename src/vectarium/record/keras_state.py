"""A Keras model as it was: run on the probe without a trace, on each backend.

``predict`` and ``evaluate`` inside of a training draw from PyTorch's random state and thereby change the training. So
the model is called by itself, ``model(x, training=False)``, in a ``keras.StatelessScope``: what it would assign to its
variables (the states of seed generators and of stateful recurrent layers, statistics, losses) goes to the scope
and is forgotten with it.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import keras

from vectarium.record.random_state import kept_random_state


@contextmanager
def untouched(model: Any) -> Generator[None]:
    """Evaluate a model inside; afterwards it is as before.

    Parameters
    ----------
    model
        A model that is built; in a scope without states no weights could be made.
    """
    synced(model)
    with ExitStack() as stack:
        stack.enter_context(kept_random_state())
        if keras.backend.backend() == "torch":
            from vectarium.record import torch_state

            stack.enter_context(torch_state.untouched(model))
        stack.enter_context(keras.StatelessScope())
        # What Keras warns of here, it has warned of in the training.
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        yield


def synced(model: Any) -> None:
    """On JAX, weights live outside of the model during an epoch; bring them in, as ``Callback.model`` does."""
    sync = getattr(model, "jax_state_sync", None)
    if sync is not None:
        sync()

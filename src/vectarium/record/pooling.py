"""From a layer's output for a sequence to one vector an example, or one a token.

The functions take arrays ``(n, time, d)`` of NumPy, of PyTorch or of JAX and stay on their device: only
what is pooled has to be copied to the host. A mask says which positions are really there; without it,
the padding of short sequences would be pooled as if it were words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vectarium.errors import ParameterError

TOKENS = "tokens"


def mean(x: Any, mask: Any) -> Any:
    """The mean over the positions that are there, ``(n, d)``; zero where none is."""
    weights = mask[..., None]
    counts = mask.sum(1)
    return (x * weights).sum(1) / (counts + (counts == 0))[:, None]


def first(x: Any, mask: Any) -> Any:
    """The first position that is there, ``(n, d)``: a class token, or past padding on the left."""
    return _positions(x, _argmax(mask))


def last(x: Any, mask: Any) -> Any:
    """The last position that is there, ``(n, d)``: where a recurrent layer has read everything."""
    # The largest count of what is there so far is first reached at the last position that is there.
    return _positions(x, _argmax(mask.cumsum(1)))


def maximum(x: Any, mask: Any) -> Any:
    """The largest value of each dimension over the positions that are there, ``(n, d)``; zero where none is."""
    there = mask[..., None]
    if hasattr(x, "masked_fill"):
        largest = x.masked_fill(~there, float("-inf")).amax(1)
        return largest.masked_fill(~mask.any(1)[:, None], 0.0)
    largest = np.where(there, x, -np.inf).max(1)
    return np.where(mask.any(1)[:, None], largest, 0.0).astype(x.dtype)


def flatten(x: Any, mask: Any) -> Any:
    """All positions one after another, ``(n, time × d)``, those that are not there as zeros."""
    return (x * mask[..., None]).reshape(len(x), -1)


def tokens(x: Any, mask: Any) -> Any:
    """One point a position that is there, ``(points, d)``: examples in order, positions in order."""
    return x[mask]


def _argmax(x: Any) -> Any:
    """Where each row is largest first, ``(n,)``; PyTorch has no argmax of booleans."""
    return (x.long() if hasattr(x, "long") else x).argmax(1)


def _positions(x: Any, at: Any) -> Any:
    return x[_counted(x), at]


def _counted(x: Any) -> Any:
    """0, 1 … n − 1 on the device of x."""
    if hasattr(x, "new_ones"):
        return x.new_ones(len(x)).cumsum(0).long() - 1
    return np.arange(len(x))


POOLINGS: dict[str, Callable[[Any, Any], Any]] = {
    "mean": mean,
    "last": last,
    "first": first,
    "max": maximum,
    "flatten": flatten,
    TOKENS: tokens,
}
SAID = {
    "mean": "the mean over the positions",
    "last": "the last position",
    "first": "the first position",
    "max": "the largest value over the positions",
    "flatten": "all positions one after another",
    TOKENS: "one point a position",
}

Pooling = str | Callable[[Any, Any], Any]


def check_pooling(pooling: Any) -> None:
    """Raise ParameterError unless it is a pooling, or a mapping from layers to poolings."""
    given = list(pooling.values()) if isinstance(pooling, Mapping) else [pooling]
    for each in given:
        if each is not None and not callable(each) and each not in POOLINGS:
            raise ParameterError(
                f"pooling is {each!r}; it can be {', '.join(map(repr, POOLINGS))}, or a function of the output "
                "(n, time, d) and the mask (n, time) that returns (n, d)."
            )


def pooling_of(pooling: Any, layer: str) -> Pooling:
    """The pooling for one layer: its own, else the mean."""
    chosen = pooling.get(layer) if isinstance(pooling, Mapping) else pooling
    return "mean" if chosen is None else chosen


def pool(x: Any, mask: Any, pooling: Pooling) -> Any:
    """Pool an output ``(n, time, d)`` with a mask ``(n, time)`` of booleans on the same device."""
    return pooling(x, mask) if callable(pooling) else POOLINGS[pooling](x, mask)


def said(pooling: Pooling, positions: int | None, *, masked: bool) -> str:
    """The pooling in words, for whoever looks at the picture."""
    if callable(pooling):
        return f"pooled by {getattr(pooling, '__name__', 'a function')}"
    of = "" if positions is None else f" of {positions:,}"
    return f"{SAID[pooling]}{of if pooling == TOKENS else ''}{', padding left out' if masked else ''}"

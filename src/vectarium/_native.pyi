# The kernels written in C++ under native/. Imported only by vectarium.project.

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The exact k nearest neighbours of every row, 1 <= k < n, by "euclidean" or "cosine" distance. The
# vectors are finite and in C order. progress(fraction) is called about every 50 ms from the calling
# thread; what it raises stops the search. An empty instruction set stands for the fastest one.
def exact_neighbors(
    vectors: NDArray[np.float32] | NDArray[np.float64],
    k: int,
    metric: str,
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...

# The instruction sets of this processor that kernels were compiled for, the fastest first.
def instruction_sets() -> list[str]: ...

# The graph of neighbours seen from both ends of its edges, as indptr (n + 1), indices and weights.
# Edges of weight 0 or less, to a negative index or to the point itself are left out.
def symmetrise(
    indices: NDArray[np.int32],
    weights: NDArray[np.float32],
    combine: str,
    threads: int,
    progress: Callable[[float], Any] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]: ...

# The kernels written in C++ under native/. Imported only by vectarium.project.

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

# The exact k nearest neighbours of every row, 1 <= k < n, by "euclidean", "cosine" or
# "inner_product" distance. The
# vectors are finite and in C order. progress(fraction) is called about every 50 ms from the calling
# thread; what it raises stops the search. An empty instruction set stands for the fastest one. Where `points` is given, the
# neighbours of the rows from there on among the rows before.
def exact_neighbors(
    vectors: NDArray[np.float32] | NDArray[np.float64],
    k: int,
    metric: str,
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
    points: int = ...,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...

# Nearly all of them, much sooner, and the share that is right, as a sample tells; not by "inner_product". The same
# seed gives the same result.
def approximate_neighbors(
    vectors: NDArray[np.float32] | NDArray[np.float64],
    k: int,
    metric: str,
    seed: int,
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
) -> tuple[NDArray[np.int32], NDArray[np.float32], float]: ...

# Of vectors (m, d), of which `rows` (points, each) says which a point has, -1 for none: the k nearest to each query
# (q, d) among those of its candidates, points (q, wanted), -1 for none; and their squared distances, (q, k). -1 and
# infinity where there are no more.
def nearest_landmarks(
    vectors: NDArray[np.float32],
    rows: NDArray[np.int32],
    queries: NDArray[np.float32],
    candidates: NDArray[np.int32],
    k: int,
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...

# The exact k nearest neighbours, int32 (m, k), of distinct rows in one to three dimensions.
def picture_neighbors(
    points: NDArray[np.float32] | NDArray[np.float64],
    queries: NDArray[np.int64],
    k: int,
    threads: int,
    progress: Callable[[float], Any] | None = None,
) -> NDArray[np.int32]: ...

# The ranks of targets (m, k) among the neighbours of queries (m,), counted over all points: float64
# (m, k), 1 for the nearest, and a shared mean rank for points at the same distance. Beside them the
# `wanted` nearest points, int32 (m, wanted). No target may be its own query.
def ranks(
    vectors: NDArray[np.float32] | NDArray[np.float64],
    queries: NDArray[np.int64],
    targets: NDArray[np.int32],
    wanted: int,
    metric: str,
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
) -> tuple[NDArray[np.float64], NDArray[np.int32]]: ...

# For each of some rows the sum of 1 / (1 + distance²) over all other points: float64 (m,).
def student_sums(
    points: NDArray[np.float32],
    rows: NDArray[np.int64],
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
) -> NDArray[np.float64]: ...

# Vectors with a graph of their neighbours, for those of new vectors. Where `own`, the queries are the vectors
# themselves, and none is its own neighbour; 1 <= k < n.
class FloatIndex:
    def __init__(
        self,
        vectors: NDArray[np.float32],
        metric: str,
        seed: int,
        threads: int,
        progress: Callable[[float], Any] | None = None,
        instruction_set: str = "",
    ) -> None: ...
    @property
    def recall(self) -> float: ...  # the share of right neighbours found for some of its own points
    def query(
        self,
        queries: NDArray[np.float32],
        k: int,
        own: bool,
        threads: int,
        progress: Callable[[float], Any] | None = None,
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...

class DoubleIndex:
    def __init__(
        self,
        vectors: NDArray[np.float64],
        metric: str,
        seed: int,
        threads: int,
        progress: Callable[[float], Any] | None = None,
        instruction_set: str = "",
    ) -> None: ...
    @property
    def recall(self) -> float: ...  # the share of right neighbours found for some of its own points
    def query(
        self,
        queries: NDArray[np.float64],
        k: int,
        own: bool,
        threads: int,
        progress: Callable[[float], Any] | None = None,
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

# Rows of distances (n, k) as rows of affinities that sum to 1 and have the perplexity, or come as near
# to it as they can.
def perplexity_weights(
    distances: NDArray[np.float32],
    perplexity: float,
    threads: int,
    progress: Callable[[float], Any] | None = None,
    instruction_set: str = "",
) -> NDArray[np.float32]: ...

# The descent of t-SNE, from a graph in compressed rows and a start (n, 2 or 3).
class Tsne:
    def __init__(
        self,
        indptr: NDArray[np.int64],
        indices: NDArray[np.int32],
        weights: NDArray[np.float32],
        start: NDArray[np.float32],
        iterations: int,
        exaggerated: int,
        exaggeration: float,
        learning_rate_exaggerated: float,
        learning_rate: float,
        momentum: float,
        threads: int,
        instruction_set: str = "",
    ) -> None: ...
    @property
    def recall(self) -> float: ...  # the share of right neighbours found for some of its own points
    @property
    def iteration(self) -> int: ...
    def coordinates(self) -> NDArray[np.float32]: ...
    # Iterates to the end, or until watch(iteration, coordinates) raises; it is called at most every so
    # many seconds.
    def advance(self, watch: Callable[[int, NDArray[np.float32]], Any] | None, seconds: float) -> None: ...
    def divergence(self) -> float: ...
    # The repulsion on every point, and the normaliser, as the next iteration sees them, or by "mesh" or
    # "pairs".
    def repulsion(self, way: str = "") -> tuple[NDArray[np.float32], float]: ...

# t-SNE of many steps at once, each point tied to itself along time. `rows` (steps, points) counts the points that are
# there, step after step, -1 for the others; `lengths` (lags, rows) are the springs'. The graphs are of the last steps,
# as many as there are `sizes`; the steps before stay.
class Courses:
    def __init__(
        self,
        sizes: NDArray[np.int64],
        indptr: NDArray[np.int64],
        indices: NDArray[np.int32],
        weights: NDArray[np.float32],
        rows: NDArray[np.int32],
        lags: NDArray[np.int32],
        lengths: NDArray[np.float32],
        start: NDArray[np.float32],
        strength: float,
        softness: float,
        learning_rate: float,
        momentum: float,
        longest: float,
        threads: int,
        instruction_set: str = "",
    ) -> None: ...
    @property
    def iteration(self) -> int: ...
    def coordinates(self) -> NDArray[np.float32]: ...
    # Until so many iterations were made; look() is called about every 50 ms, and what it raises stops them.
    def advance(self, iterations: int, look: Callable[[], Any] | None = None) -> None: ...

# UMAP's weights of neighbours at these distances (n, k), ascending; `outside`: of new points among old ones.
def fuzzy_weights(
    distances: NDArray[np.float32],
    outside: bool,
    threads: int,
    progress: Callable[[float], Any] | None = None,
) -> NDArray[np.float32]: ...

# The descent of UMAP. Without `fixed` all points move and the graph is symmetric; with it, the points
# of `start` move among those that are fixed, to which `indices` refer.
class Umap:
    def __init__(
        self,
        indptr: NDArray[np.int64],
        indices: NDArray[np.int32],
        weights: NDArray[np.float32],
        start: NDArray[np.float32],
        fixed: NDArray[np.float32] | None,
        a: float,
        b: float,
        epochs: int,
        learning_rate: float,
        negative_sample_rate: int,
        seed: int,
        instruction_set: str = "",
        progress: Callable[[float], Any] | None = None,
    ) -> None: ...
    @property
    def epoch(self) -> int: ...
    def coordinates(self) -> NDArray[np.float32]: ...
    # Until the end of the first epoch at which so many seconds are over; sooner, where epochs are long.
    def advance(self, seconds: float, threads: int) -> None: ...

# How many components a symmetric graph has, and int32 labels (n,): the component of each point,
# numbered by their first points.
def components(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], progress: Callable[[float], Any] | None = None
) -> tuple[int, NDArray[np.int32]]: ...

# Products of a graph with blocks of vectors, (n, 8).
class Diffusion:
    def __init__(
        self, indptr: NDArray[np.int64], indices: NDArray[np.int32], values: NDArray[np.float32], threads: int
    ) -> None: ...
    # product * (graph x) + self_ * x - last
    def step(
        self,
        x: NDArray[np.float32],
        last: NDArray[np.float32],
        product: float,
        self_: float,
        progress: Callable[[float], Any] | None = None,
    ) -> NDArray[np.float32]: ...

# New points (m, axes) in a layout (n, axes) that stays as it is, by their neighbours' indices and weights
# (m, k); each row of weights sums to 1.
def place(
    layout: NDArray[np.float32],
    indices: NDArray[np.int32],
    weights: NDArray[np.float32],
    iterations: int,
    threads: int,
    progress: Callable[[float], Any] | None = None,
) -> NDArray[np.float32]: ...

# Lines of d numbers, parted by a delimiter, with a word before them where words is set: vectors (n, d), and where
# the words begin and end, (n, 2). None where a line is anything else.
def number_text(
    text: bytes, delimiter: str, d: int, words: bool, threads: int
) -> tuple[NDArray[np.float32], NDArray[np.int64] | None] | None: ...

# Soft discs, one over the other, on a canvas (height, width, 3) that is changed: shapes (n, 4) are x, y, radius and
# how many pixels the edge fades over; colors (n, 4) are light and the share of what is below that is covered.
def paint_discs(canvas: NDArray[np.float32], shapes: NDArray[np.float32], colors: NDArray[np.float32]) -> None: ...

# A picture (rows, columns, 4) of light and cover over a canvas: pixel (x, y) takes what is at column
# left + x * across and row top + y * down.
def paint_stretched(
    canvas: NDArray[np.float32],
    picture: NDArray[np.float32],
    left: float,
    across: float,
    top: float,
    down: float,
    opacity: float,
) -> None: ...

# How much of each pixel lies within closed outlines, (height, width); lines (n, 4) go from x, y to x, y.
def fill_outline(lines: NDArray[np.float32], height: int, width: int) -> NDArray[np.float32]: ...

# Indices into 256 colours as the codes of one picture of a GIF.
def gif_codes(indices: NDArray[np.uint8]) -> bytes: ...

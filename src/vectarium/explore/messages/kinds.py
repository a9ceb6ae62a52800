"""The words that a field of a message may hold."""

from __future__ import annotations

from typing import Literal

Kind = Literal["text", "category", "integer", "number", "boolean", "time"]
Severity = Literal["fault", "remark"]
JobState = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
Metric = Literal["cosine", "euclidean"]
Method = Literal["pca", "tsne", "umap", "directions"]
TimelineMethod = Literal["axes", "pca", "tsne", "umap", "directions"]
Preparation = Literal["raw", "centred", "unit", "spherized", "standardized", "reduced"]
Among = Literal["all", "shown"]
Affinity = Literal["perplexity", "uniform"]
DistanceMetric = Literal["euclidean", "cosine", "correlation"]
SearchMode = Literal["words", "regex"]
MotionMeasure = Literal["moved", "path", "changed", "neighbors"]
MotionTask = Literal["course", "neighbors"]
ThumbnailForm = Literal["pixels", "sprite", "files"]
Side = Literal["pre", "post"]
TableForm = Literal["csv", "tsv", "parquet"]
FilmFormat = Literal["mp4", "gif", "webp"]
FilmTheme = Literal["dark", "light"]

"""Every reader of formats that are not text, and some that are, by the name under which it is tried with damage."""

from collections.abc import Callable

import damaged_checkpoints as checkpoints
import damaged_models as models
import damaged_tables as tables
from seed import Seed

BINARY: list[Callable[[], list[Seed]]] = [
    tables.npy,
    tables.npz,
    tables.raw_bytes,
    tables.word_binary,
    tables.parquet,
    tables.embedding_atlas,
    tables.arrow,
    tables.arrow_lz4,
    tables.arrow_zstd,
    tables.saved_dataset,
    tables.zarr_2,
    tables.zarr_3,
    tables.zarr_cells,
    tables.zarr_packed,
    tables.zarr_archive,
    tables.run,
    tables.run_probe,
    tables.run_columns,
    models.safetensors,
    models.sharded_model,
    models.torch_archive,
    models.torch_pickles,
    models.torch_tar,
    models.onnx,
    models.gguf,
    models.hdf5_plain,
    models.hdf5_packed,
    models.anndata,
    models.keras_archive,
    models.fasttext,
    models.gensim,
    models.pickles,
    checkpoints.checkpoint_blocks,
    checkpoints.checkpoint_entries,
    checkpoints.checkpoint_steps,
    checkpoints.object_graphs,
    checkpoints.saved_model,
    checkpoints.pictures,
    checkpoints.snappy,
    checkpoints.lz4,
    checkpoints.lzf,
    checkpoints.zstd,
    checkpoints.blosc,
    checkpoints.packets,
]
TEXT: list[Callable[[], list[Seed]]] = [
    tables.delimited,
    tables.word_text,
    tables.json_lines,
    tables.projector,
    tables.wandb_table,
]
TARGETS = {each.__name__: each for each in (*BINARY, *TEXT)}

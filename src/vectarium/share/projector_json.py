"""The standalone Projector's config, JSON, with tensors, metadata and sprites beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vectarium.data import Collection, Note
from vectarium.data.storage import replace_file
from vectarium.formats import Progress
from vectarium.share.projector_files import ProjectorEntry
from vectarium.share.tensorboard import write_entries
from vectarium.share.writer import Writer

CONFIG = "projector_config.json"


def write_projector(collection: Collection, folder: Path, progress: Progress) -> list[Note]:
    """Write all embeddings of a collection into a folder; the config last."""
    entries, notes = write_entries(collection, folder, progress)
    config = {"embeddings": [_entry(each) for each in entries], "modelCheckpointPath": collection.name}
    replace_file(folder / CONFIG, [json.dumps(config, indent=2, ensure_ascii=False).encode()], CONFIG)
    return notes


def _entry(entry: ProjectorEntry) -> dict[str, Any]:
    fields: dict[str, Any] = {"tensorName": entry.name, "tensorShape": list(entry.shape), "tensorPath": entry.tensor}
    if entry.metadata:
        fields["metadataPath"] = entry.metadata
    if entry.bookmarks:
        fields["bookmarksPath"] = entry.bookmarks
    if entry.sprite:
        fields["sprite"] = {"imagePath": entry.sprite, "singleImageDim": list(entry.image_size)}
    return fields


PROJECTOR = Writer(
    "projector", (), write_projector, "a folder for the standalone Projector (JSON)", folder=True, several=True
)

"""A log directory of TensorBoard: a config, and beside it tensors, metadata, sprites and bookmarks.

``tensorboard --logdir OUT`` shows it, under Projector.
"""

from __future__ import annotations

import struct
import time
from pathlib import Path

from vectarium.data import Collection, Note
from vectarium.data.storage import replace_file
from vectarium.formats import Progress
from vectarium.formats.crc32c import masked_crc32c
from vectarium.share.projector_files import ProjectorEntry, stems_of, write_files
from vectarium.share.writer import Writer

CONFIG = "projector_config.pbtxt"
EVENTS = "events.out.tfevents.0.vectarium"


def write_tensorboard(collection: Collection, folder: Path, progress: Progress) -> list[Note]:
    """Write all embeddings of a collection; the config last, so that it names nothing that is not there."""
    entries, notes = write_entries(collection, folder, progress)
    replace_file(folder / EVENTS, [first_event()], EVENTS)
    replace_file(folder / CONFIG, [config_text(entries).encode()], CONFIG)
    return notes


def write_entries(collection: Collection, folder: Path, progress: Progress) -> tuple[list[ProjectorEntry], list[Note]]:
    """Write the files of all embeddings into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    entries: list[ProjectorEntry] = []
    notes: list[Note] = []
    stems = stems_of([each.name for each in collection])
    for index, (embedding, stem) in enumerate(zip(collection, stems, strict=True)):

        def told(fraction: float, text: str, done: int = index) -> None:
            progress((done + fraction) / len(collection), text)

        entry, more = write_files(embedding, folder, stem, told)
        entries.append(entry)
        notes += more
    return entries, notes


def first_event() -> bytes:
    """The event that every log begins with: TensorBoard takes a folder inside of a log directory for a run by it.

    A record is a length, its checksum, the data, its checksum. Sources: tensorflow/core/lib/io/record_writer.h,
    core/util/event.proto.
    """
    version = b"brain.Event:2"
    event = b"\x09" + struct.pack("<d", time.time()) + b"\x1a" + bytes([len(version)]) + version
    length = struct.pack("<Q", len(event))
    checksums = [struct.pack("<I", masked_crc32c([each])) for each in (length, event)]
    return length + checksums[0] + event + checksums[1]


def config_text(entries: list[ProjectorEntry]) -> str:
    """The config in protobuf's text form."""
    return "".join(f"embeddings {{\n{_entry(each)}}}\n" for each in entries)


def _entry(entry: ProjectorEntry) -> str:
    lines = [f"tensor_name: {quoted(entry.name)}", f"tensor_path: {quoted(entry.tensor)}"]
    lines += [f"tensor_shape: {size}" for size in entry.shape]
    lines += [f"metadata_path: {quoted(entry.metadata)}"] if entry.metadata else []
    lines += [f"bookmarks_path: {quoted(entry.bookmarks)}"] if entry.bookmarks else []
    if entry.sprite:
        lines += ["sprite {", f"  image_path: {quoted(entry.sprite)}"]
        lines += [f"  single_image_dim: {size}" for size in entry.image_size]
        lines += ["}"]
    return "".join(f"  {line}\n" for line in lines)


def quoted(text: str) -> str:
    r"""A string of protobuf's text form.

    >>> print(quoted('a "b" é'))
    "a \"b\" \303\251"
    """
    plain = {ord('"'): r"\"", ord("\\"): r"\\"}
    data = text.encode("utf-8", "replace")
    return '"' + "".join(plain.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in data) + '"'


TENSORBOARD = Writer(
    "tensorboard", (), write_tensorboard, "a log directory for TensorBoard's Projector", folder=True, several=True
)

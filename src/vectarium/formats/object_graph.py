"""What the variables of a TF2 checkpoint belong to: their own names, and which of them are an optimizer's.

The message: TrackableObjectGraph in tensorflow/core/protobuf/trackable_object_graph.proto.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vectarium.formats.protobuf_wire import fields_of, message_of, signed_of, text_of

MOST_NODES = 1 << 20


@dataclass
class ObjectGraph:
    """What the graph says of the keys of a checkpoint.

    Parameters
    ----------
    names
        Each variable's own name, by its key.
    slots
        The keys of what an optimizer keeps for a variable.
    """

    names: dict[str, str] = field(default_factory=dict[str, str])
    slots: set[str] = field(default_factory=set[str])


def parse_object_graph(data: memoryview, path: Path) -> ObjectGraph:
    """The graph of its bytes.

    Raises
    ------
    FormatError
        If they are damaged.
    """
    graph = ObjectGraph()
    keys: list[list[str]] = []
    slot_nodes: set[int] = set()
    for number, node in fields_of(data, path):
        if number != 1 or len(keys) >= MOST_NODES:
            continue
        keys.append([])
        for inner, value in fields_of(message_of(node), path):
            if inner == 2:
                key, name = _attribute(value, path)
                keys[-1].append(key)
                graph.names[key] = name
            elif inner == 3:
                slot_nodes |= {signed_of(each) for place, each in fields_of(message_of(value), path) if place == 3}
    graph.slots = {key for node in slot_nodes if 0 <= node < len(keys) for key in keys[node]}
    return graph


def _attribute(value: int | memoryview, path: Path) -> tuple[str, str]:
    found = {number: text_of(each) for number, each in fields_of(message_of(value), path)}
    return found.get(3, ""), found.get(2, "")

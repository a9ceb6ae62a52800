"""Finding layers of a Keras model by name: nested, shared, held as attributes or in lists.

A layer is called by the names that lead to it, joined by slashes: ``encoder/embed``. In a Functional or Sequential
model these are the layers' names. In a subclassed model they are its attributes, since the names that
Keras makes up (``embedding_3``) depend on what was made before. Either is understood, and so is the last
part alone, where only one layer has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras

from vectarium.errors import LayerNotFoundError, ParameterError


def layers_by_name(model: Any) -> dict[str, Any]:
    """All layers in the model's order, nested ones after what holds them; a shared one under each of its names."""
    found = dict[str, Any]()
    for names, layer in _walk(model, ("",), frozenset()):
        found.setdefault(names[0], layer)
    return found


def layer_of(model: Any, name: str) -> Any:
    """The layer of that name.

    Raises
    ------
    LayerNotFoundError
        If there is none; the error names the nearest.
    ParameterError
        If several are meant.
    """
    wanted = name.replace(".", "/")
    walked = list(_walk(model, ("",), frozenset()))
    whole = [layer for names, layer in walked if name in names or wanted in names]
    if whole:
        return whole[0]
    ends = {names[0]: layer for names, layer in walked if any(each.rpartition("/")[2] == name for each in names)}
    if not ends:
        raise LayerNotFoundError(name, dict.fromkeys(each for names, _ in walked for each in names))
    if len({id(layer) for layer in ends.values()}) > 1:
        raise ParameterError(f"Several layers are called {name!r}: {', '.join(map(repr, ends))}. Say which.")
    return next(iter(ends.values()))


def _walk(parent: Any, prefixes: tuple[str, ...], above: frozenset[int]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every layer inside with all its names, the best first."""
    for child in parent._flatten_layers(include_self=False, recursive=False):  # noqa: SLF001 - Keras has no public way
        if id(child) in above:
            continue
        names = tuple(f"{prefix}{name}" for prefix in prefixes for name in _names(parent, child))
        yield names, child
        yield from _walk(child, tuple(f"{name}/" for name in names), above | {id(parent)})


def _names(parent: Any, child: Any) -> list[str]:
    attributes = list(_attributes(parent, child))
    own = str(child.name)
    by_name = isinstance(parent, keras.Sequential) or hasattr(parent, "operations")
    return list(dict.fromkeys([own, *attributes] if by_name else [*attributes, own]))


def _attributes(parent: Any, child: Any) -> Iterator[str]:
    """Where a layer holds another: ``embed``, ``blocks/0``, ``towers/left``."""
    held = {**vars(parent), **vars(parent).get("_modules", {})}
    for name, value in held.items():
        if name.startswith("_"):
            continue
        if value is child:
            yield name
        elif isinstance(value, Mapping):
            yield from (f"{name}/{key}" for key, each in value.items() if each is child)
        elif isinstance(value, (list, tuple)):
            yield from (f"{name}/{index}" for index, each in enumerate(value) if each is child)

"""Which tensor of a checkpoint a person means, and which are an optimizer's.

A config says ``embedding`` or ``embedding:0`` and the checkpoint
``layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE``; or it is something slightly wrong. Names are
compared ever more loosely until one fits, and what was chosen is told.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ATTRIBUTE = re.compile(r"/\.ATTRIBUTES/[A-Z_]+$")
OUTPUT = re.compile(r":\d+$")
OPTIMIZER_PARTS = {"optimizer", "_optimizer", "opt", "_variables", "_momentums", "_velocities", "optimizers"}
TRAINED = "_trainable_variables"
OPTIMIZERS = {
    "adadelta", "adafactor", "adagrad", "adam", "adamax", "adamw", "ftrl", "lamb", "lion", "loss_scale_optimizer",
    "momentum", "muon", "nadam", "nesterov", "rmsprop", "sgd",
}  # fmt: skip
SLOT = re.compile(
    r"(adam|adamax|adagrad|adagradda|adadelta|ftrl|momentum|rmsprop|nadam|lamb|sgd|m|v|vhat|rms|mg|accumulator|"
    r"exponentialmovingaverage|accum_grad|accum_var|gradient_(squared_)?accumulator)(_\d+)?",
    re.IGNORECASE,
)
GENERIC = {"", "variable", "variables", "weight", "weights", "w", "kernel", "value", "read"}
CLOSE = 0.6

Shape = tuple[int, ...]


@dataclass(frozen=True)
class TensorName:
    """A tensor by its names.

    Parameters
    ----------
    key
        As the checkpoint has it.
    full_name
        Its own name, where the checkpoint tells it.
    shape
        ``(n, d)``.
    """

    key: str
    full_name: str = ""
    shape: Shape = ()

    @property
    def plain(self) -> str:
        """The key without what every key has."""
        return plain_name(self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """All that it could be called."""
        return (self.plain, plain_name(self.full_name)) if self.full_name else (self.plain,)


def plain_name(name: str) -> str:
    """A name without what TensorFlow appends.

    Examples
    --------
    >>> plain_name("layer_with_weights-0/embeddings/.ATTRIBUTES/VARIABLE_VALUE"), plain_name("Variable:0")
    ('layer_with_weights-0/embeddings', 'Variable')
    """
    return ATTRIBUTE.sub("", OUTPUT.sub("", name.strip()))


def is_optimizers(name: TensorName, shapes: dict[str, Shape]) -> bool:
    """Whether a tensor is what an optimizer keeps of another one.

    Parameters
    ----------
    name
        The tensor.
    shapes
        The shapes of all tensors of the checkpoint, by plain name.
    """
    parts = name.plain.split("/")
    if ".OPTIMIZER_SLOT" in parts or plain_name(name.full_name).split("/")[0].lower() in OPTIMIZERS:
        return True
    # Keras 3 lists a model's own variables under its optimizer.
    if TRAINED not in parts and any(part.lower() in OPTIMIZER_PARTS for part in parts[:-1]):
        return True
    if len(parts) < 2:
        return False
    if shapes.get("/".join(parts[:-1])) == name.shape:  # `embedding/Adam` beside `embedding`
        return True
    owners = ("/".join(parts[start:-1]) for start in range(1, len(parts) - 1))
    return bool(SLOT.fullmatch(parts[-1])) and any(shapes.get(owner) == name.shape for owner in owners)


def matching(asked: str, tensors: Sequence[TensorName], shape: Shape | None = None) -> tuple[TensorName | None, bool]:
    """The tensor that a person means, and whether that is its very name.

    Parameters
    ----------
    asked
        As a config has it.
    tensors
        Those that there are.
    shape
        ``(n, d)`` where the config says it.

    Examples
    --------
    >>> keys = ["encoder/embeddings/.ATTRIBUTES/VARIABLE_VALUE", "decoder/kernel/.ATTRIBUTES/VARIABLE_VALUE"]
    >>> matching("embedding", [TensorName(key) for key in keys])[0].plain
    'encoder/embeddings'
    """
    plain = plain_name(asked)
    for ask, sure in _QUESTIONS:
        found = [each for each in tensors if ask(plain, each)]
        if found:
            return likeliest(found, shape), sure
    names = {name: each for each in tensors for name in each.names}
    near = difflib.get_close_matches(plain, names, n=1, cutoff=CLOSE)
    if near:
        return names[near[0]], False
    of_shape = [each for each in tensors if shape is not None and each.shape == shape]
    left = of_shape or list(tensors)
    return (left[0] if len(left) == 1 else None), False


def likeliest(tensors: Sequence[TensorName], shape: Shape | None = None) -> TensorName:
    """The one that most likely is a table of embeddings."""
    return max(tensors, key=lambda each: (each.shape == shape, *table_likeness(each)))


def table_likeness(tensor: TensorName) -> tuple[bool, int]:
    """A key by which tables of embeddings come before other matrices: called so, or with more rows."""
    called = any("embed" in name.lower() or "emb" in re.split(r"[/_.\-]", name.lower()) for name in tensor.names)
    return called, tensor.shape[0] if tensor.shape else 0


def _is_it(asked: str, tensor: TensorName) -> bool:
    return asked in tensor.names


def _is_part(asked: str, tensor: TensorName) -> bool:
    """Whether the name begins or ends with what was asked, folder by folder."""
    parts = asked.split("/")
    return any(
        name.split("/")[: len(parts)] == parts or name.split("/")[-len(parts) :] == parts for name in tensor.names
    )


def _is_alike(asked: str, tensor: TensorName) -> bool:
    """Whether one is the other but for case, marks and a plural."""
    return any(_loose(asked) == _loose(name) for name in tensor.names)


def _shares_part(asked: str, tensor: TensorName) -> bool:
    """Whether a folder of the one is, loosely, one of the other."""
    wanted = {_loose(part) for part in asked.split("/")} - GENERIC
    return any(wanted & {_loose(part) for part in name.split("/")} for name in tensor.names)


def _holds(asked: str, tensor: TensorName) -> bool:
    wanted = _loose(asked)
    return len(wanted) > 2 and any(wanted in _loose(name) for name in tensor.names)


def _is_held(asked: str, tensor: TensorName) -> bool:
    """Whether what was asked holds a folder of the name."""
    wanted = _loose(asked)
    parts = {_loose(part) for name in tensor.names for part in name.split("/")} - GENERIC
    return any(len(part) > 2 and part in wanted for part in parts)


def _loose(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", name.lower()).removesuffix("s")


_QUESTIONS: tuple[tuple[Callable[[str, TensorName], bool], bool], ...] = (
    (_is_it, True),
    (_is_part, False),
    (_is_alike, False),
    (_shares_part, False),
    (_holds, False),
    (_is_held, False),
)

"""How the model's texts became rows of its table: from what a person says, a tokenizer knows, and the probe shows.

>>> import numpy as np
>>> from vectarium.record.probe import Probe
>>> seen_in(Probe(np.array([[0, 0, 5, 3], [0, 4, 5, 6]])), 7, padding=0)
(4, 'pre')
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vectarium.data.lookup import SIDES, Side
from vectarium.errors import ParameterError
from vectarium.record.probe import MASKS, Probe

SIDE_NAMES: dict[str, Side] = {"pre": "pre", "left": "pre", "post": "post", "right": "post"}
# What Hugging Face's tokenizers call the ids of a text; what else they give is no row of a table of words.
IDS = "input_ids"


def side(name: str, given: Any) -> Side | None:
    """``"pre"`` or ``"post"``, which others call left and right.

    Raises
    ------
    ParameterError
        If it is none of these.
    """
    if given is None:
        return None
    if given not in SIDE_NAMES:
        raise ParameterError(f"{name} is {given!r}; {' or '.join(map(repr, SIDES))} is needed.")
    return SIDE_NAMES[given]


def told_by(given: Any) -> dict[str, Any] | None:
    """What a text vectorization layer or a tokenizer knows, as :class:`vectarium.Table` takes it; None where it is none."""
    if hasattr(given, "get_vocabulary") and hasattr(given, "get_config"):
        return _vectorization(given)
    if hasattr(given, "get_vocab") and hasattr(given, "all_special_ids"):
        return _tokenizer(given)
    return None


def _vectorization(layer: Any) -> dict[str, Any]:
    """Keras's TextVectorization: row 0 fills up behind, row 1 is for what it does not know."""
    words = list(layer.get_vocabulary())
    length = layer.get_config().get("output_sequence_length")
    told: dict[str, Any] = {"vocabulary": [word or None for word in words], "length": length}
    if words[:1] == [""]:
        told |= {"padding": 0, "unknown": 1, "padding_side": "post", "truncation_side": "post"}
    return told


def _tokenizer(tokenizer: Any) -> dict[str, Any]:
    """Hugging Face's: the rows of its special tokens, and what it puts around an empty text."""
    around = list(tokenizer("")[IDS])
    told: dict[str, Any] = {"vocabulary": tokenizer.get_vocab()}
    told |= {"padding": tokenizer.pad_token_id, "unknown": tokenizer.unk_token_id}
    told |= {"padding_side": tokenizer.padding_side, "truncation_side": tokenizer.truncation_side}
    if len(around) == 1:
        told["end" if around[0] in {tokenizer.eos_token_id, tokenizer.sep_token_id} else "start"] = around[0]
    elif len(around) == 2:
        told["start"], told["end"] = around
    return told


def seen_in(probe: Probe | None, n: int, padding: int | None) -> tuple[int | None, Side | None]:
    """How long the probe's examples are, and on which side they are padded; None where that cannot be seen.

    Parameters
    ----------
    probe
        The examples, as the model gets them.
    n
        How many rows the table has: what goes beyond is no ids of it.
    padding
        The row that fills up.
    """
    ids = None if probe is None or probe.ragged else _ids(probe.inputs)
    if ids is None or ids.size == 0 or ids.min() < 0 or ids.max() >= n:
        return None, None
    if padding is None:
        return ids.shape[1], None
    first, last = ids[:, 0] == padding, ids[:, -1] == padding
    before, behind = int((first & ~last).sum()), int((last & ~first).sum())
    return ids.shape[1], "pre" if before > behind else "post" if behind > before else None


def _ids(inputs: Mapping[str, NDArray[Any]]) -> NDArray[np.int64] | None:
    """The only input that can be ids of a text, ``(texts, length)``."""
    whole = {
        name: each
        for name, each in inputs.items()
        if each.ndim == 2 and each.dtype.kind in "iu" and name not in {*MASKS, "token_type_ids", "position_ids"}
    }
    chosen = whole.get(IDS) if IDS in whole else next(iter(whole.values())) if len(whole) == 1 else None
    return None if chosen is None else cast("NDArray[np.int64]", chosen)

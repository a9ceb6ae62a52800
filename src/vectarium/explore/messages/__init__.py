"""Every message between the page and the server, declared once, a file for each subject.

``vectarium.explore.schema`` writes these as TypeScript into ``web/src/schema/messages.ts``; a test fails when the two
differ. What is long travels as typed arrays in a packet (``packet.py``), whose head is one of these messages; the
arrays are named in the message's docstring.

Field names are the wire's names. ``None`` is JSON's null.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from types import ModuleType

from vectarium.explore.messages import (
    axes,
    bookmarks,
    classes,
    collection,
    comparing,
    editing,
    film,
    projection,
    query,
    recording,
    session,
    timeline,
)


def _declared(module: ModuleType) -> list[type]:
    own = (each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__)
    return [each for each in own if is_dataclass(each) and isinstance(each, type)]


MESSAGES = tuple(
    message
    for module in (
        collection,
        recording,
        timeline,
        query,
        projection,
        axes,
        classes,
        comparing,
        editing,
        film,
        bookmarks,
        session,
    )
    for message in _declared(module)
)

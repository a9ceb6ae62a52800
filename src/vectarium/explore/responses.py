"""Answers: messages as JSON, and long ones in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from numpy.typing import NDArray
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vectarium.explore import packet

PACKET_TYPE = "application/octet-stream"


class MessageResponse(Response):
    """One message as JSON."""

    media_type = "application/json"

    def __init__(self, message: Any, status_code: int = 200) -> None:
        text = json.dumps(asdict(message), separators=(",", ":"), allow_nan=False)
        super().__init__(text.encode(), status_code)


class PiecesResponse:
    """Bytes that are sent piece by piece, without being joined.

    Parameters
    ----------
    pieces
        What is sent, in order. A list is sent as it is; from anything else the next piece is taken,
        in a thread, when the page has taken the last one.
    size
        How many bytes they are together.
    media_type
        What they are.
    """

    def __init__(self, pieces: Iterable[bytes | memoryview], size: int, media_type: str = PACKET_TYPE) -> None:
        self.pieces = pieces
        self.size = size
        self.media_type = media_type

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send it."""
        from anyio.to_thread import run_sync

        headers = [(b"content-length", b"%d" % self.size), (b"content-type", self.media_type.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        pieces = iter(self.pieces)
        lazy = not isinstance(self.pieces, list)
        while (piece := await run_sync(next, pieces, None) if lazy else next(pieces, None)) is not None:
            for chunk in packet.chunks([piece]):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def packet_response(message: Any, arrays: dict[str, NDArray[Any]] | None = None) -> PiecesResponse:
    """A packet of a message and arrays, which are not copied."""
    pieces = packet.encode(message, arrays)
    return PiecesResponse(pieces, sum(len(piece) for piece in pieces))

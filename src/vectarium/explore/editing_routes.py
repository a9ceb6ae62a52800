"""The addresses for what a person changes: tags, named selections, the selection itself, and tables to take home."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from vectarium.errors import ParameterError
from vectarium.explore import packet
from vectarium.explore.answers import answering, body, step_of
from vectarium.explore.editing import mask_of
from vectarium.explore.messages.editing import (
    DropRequest,
    GrowRequest,
    NameMessage,
    NameRequest,
    RenameRequest,
    SelectedMessage,
    SelectedRequest,
    TableRequest,
    TagRequest,
)
from vectarium.explore.points import Points
from vectarium.explore.requests import message_from
from vectarium.explore.responses import MessageResponse, packet_response
from vectarium.explore.session import Session
from vectarium.explore.table import TYPES, file_name, table_blocks, table_of

MOST_REQUEST_BYTES = 64 << 10


def editing_routes(session: Session) -> list[Route]:
    """The routes of one session."""
    api = EditingApi(session)
    embedding = "/api/embeddings/{embedding:int}"
    return [
        Route(embedding + "/edits", answering(api.edits), methods=["GET"]),
        Route(embedding + "/edits/{edit}/undo", answering(api.undo), methods=["POST"]),
        Route(embedding + "/tags", answering(api.tag), methods=["POST"]),
        Route(embedding + "/drop", answering(api.drop), methods=["POST"]),
        Route(embedding + "/selections", answering(api.name), methods=["POST"]),
        Route(embedding + "/selections/{id}", answering(api.selection), methods=["GET"]),
        Route(embedding + "/selections/{id}", answering(api.rename), methods=["POST"]),
        Route(embedding + "/selections/{id}", answering(api.delete), methods=["DELETE"]),
        Route(embedding + "/grow", answering(api.grow), methods=["POST"]),
        Route("/api/grown/{job}", answering(api.grown), methods=["GET"]),
        Route(embedding + "/table", answering(api.table), methods=["POST"]),
        Route("/api/selected", answering(api.select), methods=["POST"]),
        Route("/api/selected", answering(api.selected), methods=["GET"]),
    ]


class EditingApi:
    """What each address answers."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def edits(self, request: Request) -> ASGIApp:
        """What is edited now."""
        return MessageResponse(await self._quickly(self._editing(request).message))

    async def undo(self, request: Request) -> ASGIApp:
        """Take an edit back."""
        return MessageResponse(await self._quickly(self._editing(request).undo, request.path_params["edit"]))

    async def tag(self, request: Request) -> ASGIApp:
        """Give points a value."""
        message, mask = await self._some(request)
        asked = message_from(TagRequest, message)
        return MessageResponse(await self._quickly(self._editing(request).tag, asked.column, asked.value, mask))

    async def drop(self, request: Request) -> ASGIApp:
        """Take a column away."""
        asked = message_from(DropRequest, await body(request, MOST_REQUEST_BYTES))
        return MessageResponse(await self._quickly(self._editing(request).drop, asked.column))

    async def name(self, request: Request) -> ASGIApp:
        """Keep a selection."""
        message, mask = await self._some(request)
        asked = message_from(NameRequest, message)
        editing = self._editing(request)
        made = await self._quickly(editing.name, asked.name, mask, asked.id, asked.color)
        return MessageResponse(NameMessage(made, editing.message()))

    async def selection(self, request: Request) -> ASGIApp:
        """The points of a named selection."""
        editing = self._editing(request)
        return _selected(editing.index, editing.selection(request.path_params["id"]).mask)

    async def rename(self, request: Request) -> ASGIApp:
        """Call a named selection something else."""
        asked = message_from(RenameRequest, await body(request, MOST_REQUEST_BYTES))
        return MessageResponse(
            await self._quickly(self._editing(request).rename, request.path_params["id"], asked.name)
        )

    async def delete(self, request: Request) -> ASGIApp:
        """Keep a named selection no longer."""
        return MessageResponse(await self._quickly(self._editing(request).delete, request.path_params["id"]))

    async def grow(self, request: Request) -> ASGIApp:
        """Start to add the neighbours of points to them."""
        message, mask = await self._some(request)
        asked = message_from(GrowRequest, message)
        index, step = request.path_params["embedding"], step_of(request)
        points = Points(index, self._session.embedding(index, step), None, step)
        return MessageResponse((await self._quickly(self._session.growing.start, points, mask, asked)).message())

    async def grown(self, request: Request) -> ASGIApp:
        """The points that a job has found."""
        return packet_response(*self._session.growing.message(request.path_params["job"]))

    async def table(self, request: Request) -> ASGIApp:
        """All columns of some points as a file."""
        message, mask = await self._asked(request)
        form = message_from(TableRequest, message).format
        embedding = self._session.embedding(request.path_params["embedding"], step_of(request))
        columns = await self._quickly(table_of, embedding, mask)
        name = quote(file_name(embedding, form, part=len(embedding) != columns.n))
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}"}
        return StreamingResponse(table_blocks(columns, form), headers=headers, media_type=TYPES[form])

    async def select(self, request: Request) -> ASGIApp:
        """The page tells what is selected."""
        message, arrays = packet.decode(await body(request, self._most(None)))
        index = message_from(SelectedRequest, message).embedding
        n = len(self._session.embedding(index))
        bits = arrays.get("selected")
        mask = None if bits is None else mask_of(bits, n)
        self._session.selected.heard(index, mask)
        return MessageResponse(SelectedMessage(index, 0 if mask is None else int(np.count_nonzero(mask))))

    async def selected(self, _request: Request) -> ASGIApp:
        """What the program selected."""
        selected = self._session.selected
        index = selected.embedding
        mask = selected.mask(index)
        return _selected(index, np.zeros(len(self._session.embedding(index)), bool) if mask is None else mask)

    async def _asked(self, request: Request) -> tuple[dict[str, Any], NDArray[np.bool_] | None]:
        """A packet's head, and the points it is about; None: all."""
        n = len(self._session.embedding(request.path_params["embedding"]))
        message, arrays = packet.decode(await body(request, self._most(n)))
        bits = arrays.get("selected")
        return message, None if bits is None else mask_of(bits, n)

    async def _some(self, request: Request) -> tuple[dict[str, Any], NDArray[np.bool_]]:
        """The same where it has to say which points."""
        message, mask = await self._asked(request)
        if mask is None:
            raise ParameterError("The array 'selected' is missing: one bit a point says which are meant.")
        return message, mask

    def _most(self, n: int | None) -> int:
        """How large a request may be: one bit a point."""
        if n is None:
            n = max(map(len, self._session.collection or ()), default=0)
        return MOST_REQUEST_BYTES + n // 8 + 8

    def _editing(self, request: Request) -> Any:
        return self._session.editing(request.path_params["embedding"])

    async def _quickly(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.wrap_future(self._session.quick.submit(call, *arguments))


def _selected(index: int, mask: NDArray[np.bool_]) -> ASGIApp:
    bits = np.packbits(mask, bitorder="little")
    return packet_response(SelectedMessage(index, int(np.count_nonzero(mask))), {"selected": bits})

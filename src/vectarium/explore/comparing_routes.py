"""The addresses at which two embeddings are compared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from vectarium.explore import packet
from vectarium.explore.answers import answering, body, step_of
from vectarium.explore.messages.comparing import CompareRequest, PlacesRequest
from vectarium.explore.requests import message_from
from vectarium.explore.responses import MessageResponse, packet_response
from vectarium.explore.session import Session

MOST_REQUEST_BYTES = 64 << 10


def comparing_routes(session: Session) -> list[Route]:
    """Start to compare, what came of it, and one picture laid upon the other."""

    async def quickly(call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.wrap_future(session.quick.submit(call, *arguments))

    async def start(request: Request) -> ASGIApp:
        message, _ = packet.decode(await body(request, MOST_REQUEST_BYTES))
        asked = message_from(CompareRequest, message)
        index, step = request.path_params["embedding"], step_of(request)
        job = await quickly(session.comparisons.start, index, step, asked)
        return MessageResponse(job.message())

    async def comparison(request: Request) -> ASGIApp:
        found = session.comparisons[request.path_params["job"]]
        return packet_response(found.message, found.arrays())

    async def places(request: Request) -> ASGIApp:
        asked = message_from(PlacesRequest, await body(request, MOST_REQUEST_BYTES))
        job = request.path_params["job"]
        return packet_response(*await quickly(session.comparisons.places, job, asked))

    return [
        Route("/api/embeddings/{embedding:int}/compare", answering(start), methods=["POST"]),
        Route("/api/comparisons/{job}", answering(comparison), methods=["GET"]),
        Route("/api/comparisons/{job}/places", answering(places), methods=["POST"]),
    ]

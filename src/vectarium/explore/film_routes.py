"""The addresses of films."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from vectarium.explore import packet
from vectarium.explore.answers import answering, body
from vectarium.explore.messages.film import FilmRequest
from vectarium.explore.requests import message_from
from vectarium.explore.responses import MessageResponse
from vectarium.explore.session import Session

MOST_REQUEST_BYTES = 64 << 10
TYPES = {".mp4": "video/mp4", ".gif": "image/gif", ".webp": "image/webp"}


def film_routes(session: Session) -> list[Route]:
    """Start to make a film, and the file that came of it."""

    async def start(request: Request) -> ASGIApp:
        message, _ = packet.decode(await body(request, MOST_REQUEST_BYTES))
        asked = message_from(FilmRequest, message)
        started = session.quick.submit(session.filming.start, request.path_params["job"], asked)
        return MessageResponse((await asyncio.wrap_future(started)).message())

    async def film(request: Request) -> ASGIApp:
        path = session.filming.path(request.path_params["job"])
        return FileResponse(path, media_type=TYPES[path.suffix])

    return [
        Route("/api/timelines/{job}/film", answering(start), methods=["POST"]),
        Route("/api/films/{job}", answering(film), methods=["GET"]),
    ]

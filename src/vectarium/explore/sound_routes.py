"""The address at which the page plays a point's audio file: whole or any range of it, as players ask."""

from __future__ import annotations

import asyncio

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from vectarium.errors import FormatError
from vectarium.explore.answers import answering, step_of
from vectarium.explore.session import Session


def sound_routes(session: Session) -> list[Route]:
    """Play."""

    async def play(request: Request) -> ASGIApp:
        index, row, position = (request.path_params[name] for name in ("embedding", "row", "position"))
        try:
            path, kind = await asyncio.wrap_future(
                session.quick.submit(session.sound, index, row, position, step_of(request))
            )
        except FormatError:
            raise HTTPException(404) from None
        return FileResponse(path, media_type=kind, headers={"cache-control": "private, no-cache"})

    path = "/api/embeddings/{embedding:int}/sounds/{row:int}/{position:int}"
    return [Route(path, answering(play), methods=["GET"])]

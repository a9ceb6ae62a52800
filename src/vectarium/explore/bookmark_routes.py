"""The address at which saved views are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route
from starlette.types import ASGIApp

from vectarium.errors import ParameterError
from vectarium.explore.answers import answering, body
from vectarium.explore.bookmarks import MOST_BYTES
from vectarium.explore.responses import MessageResponse
from vectarium.explore.session import Session


def bookmark_routes(session: Session) -> list[Route]:
    """Read and keep."""

    async def quickly(call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.wrap_future(session.quick.submit(call, *arguments))

    async def read(_: Request) -> ASGIApp:
        return MessageResponse(await quickly(session.bookmarks.read))

    async def keep(request: Request) -> ASGIApp:
        try:
            text = (await body(request, MOST_BYTES)).decode()
        except UnicodeDecodeError:
            raise ParameterError("The bookmarks are no UTF-8.") from None
        return MessageResponse(await quickly(session.bookmarks.keep, text))

    return [
        Route("/api/bookmarks", answering(read), methods=["GET"]),
        Route("/api/bookmarks", answering(keep), methods=["POST"]),
    ]

"""How an endpoint answers: its errors as messages, its body and its step read with care."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp

from vectarium.errors import NameNotFoundError, ParameterError, VectariumError
from vectarium.explore.jobs import debugging, explain
from vectarium.explore.messages.session import ErrorMessage
from vectarium.explore.projections import UnfinishedError
from vectarium.explore.responses import MessageResponse

Endpoint = Callable[[Request], Awaitable[ASGIApp]]


def answering(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose errors are answers."""

    async def answer(request: Request) -> ASGIApp:
        try:
            return await endpoint(request)
        except HTTPException:
            raise
        except Exception as error:
            if debugging():
                traceback.print_exception(error)
            allowed = error.near if isinstance(error, NameNotFoundError) else []
            return MessageResponse(ErrorMessage(explain(error), allowed), _status(error))

    return answer


async def answer_http_error(request: Request, error: Exception) -> MessageResponse:
    """What the server says of what it cannot answer."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = {404: "There is nothing at", 405: f"{request.method} is not possible at", 413: "Too much was sent to"}
    return MessageResponse(ErrorMessage(f"{said.get(status, 'The request failed at')} {request.url.path}."), status)


async def body(request: Request, most: int) -> bytes:
    """What was sent, of at most so many bytes."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise HTTPException(413)
        parts.append(part)
    return b"".join(parts)


def step_of(request: Request, name: str = "step") -> int | None:
    """The step that is asked about; None: the one that was opened."""
    written = request.query_params.get(name)
    if written is None:
        return None
    if not (written.isdecimal() and written.isascii() and len(written) < 19):
        raise ParameterError(f"{name} is {written[:40]!r}; a number from 0 on is needed.")
    return int(written)


def _status(error: Exception) -> int:
    if isinstance(error, NameNotFoundError):
        return 404
    if isinstance(error, UnfinishedError):
        return 409
    return 400 if isinstance(error, VectariumError) else 500

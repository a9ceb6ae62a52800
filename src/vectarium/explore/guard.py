"""Who may talk to the server: only pages that the server itself gave, with the session's token.

Other pages in the same browser can send requests to 127.0.0.1, under its own name or, by rebinding
DNS, under theirs. So the ``Host`` has to be a loopback name (at any port: SSH forwards it to another),
the ``Origin``, where there is one, has to be the same, and ``/api/`` needs the token.
"""

from __future__ import annotations

import re
import secrets
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vectarium.explore.messages.session import ErrorMessage
from vectarium.explore.responses import MessageResponse

TOKEN_HEADER = "x-vectarium-token"  # noqa: S105 - a header's name, no secret
# A player asks for its file by itself, and sends no header.
PLAYED = re.compile(r"/api/embeddings/\d+/sounds/\d+/\d+")
LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = [
    (b"content-security-policy", "; ".join(POLICY).encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class Guard:
    """ASGI middleware that refuses what is not from the page itself, and adds the page's policy.

    Parameters
    ----------
    app
        The application behind it.
    token
        What ``/api/`` needs.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                message["headers"] = _completed(message["headers"])
            await send(message)

        refusal = self._refusal(scope)
        if refusal and scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[:120]})
        elif refusal:
            await MessageResponse(ErrorMessage(refusal), 403)(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> str:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if not LOOPBACK.fullmatch(host):
            return f"The request is for the host {host!r}; this server answers to 127.0.0.1 and localhost only."
        if origin is not None and origin.lower() != f"http://{host.lower()}":
            return f"The request comes from the page {origin!r}, which this server did not give."
        if scope["path"].startswith("/api/") and not self._has_token(scope, headers):
            return "The token is missing or wrong. Open the address that Vectarium printed, with its token."
        return ""

    def _has_token(self, scope: Scope, headers: dict[bytes, str]) -> bool:
        given = headers.get(TOKEN_HEADER.encode(), "")
        if scope["type"] == "websocket" or (not given and PLAYED.fullmatch(scope["path"])):  # without headers
            given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return secrets.compare_digest(given.encode("utf-8", "replace"), self._token)


def _completed(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    cached = any(name.lower() == b"cache-control" for name, _ in headers)
    return [*headers, *HEADERS, *([] if cached else [(b"cache-control", b"no-store")])]

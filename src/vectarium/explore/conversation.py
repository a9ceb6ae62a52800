"""What one page and the server say to each other over the WebSocket, until the page goes away."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

from starlette.websockets import WebSocket, WebSocketDisconnect

from vectarium.errors import ParameterError
from vectarium.explore.frames import FRAME_SECONDS, Viewer
from vectarium.explore.messages.projection import ShownRequest, WatchRequest
from vectarium.explore.requests import message_from
from vectarium.explore.session import Session
from vectarium.explore.watcher import PAUSE_SECONDS, Watcher

# The closing codes of RFC 6455 for what cannot be understood.
NOT_UNDERSTOOD = 1003


class Conversation:
    """One page's WebSocket, accepted already.

    Parameters
    ----------
    socket
        It.
    session
        What the page explores.
    """

    def __init__(self, socket: WebSocket, session: Session) -> None:
        self._socket = socket
        self._session = session
        self._watcher = Watcher()
        self._viewer = Viewer(session.projections.newest)

    async def hold(self) -> None:
        """Tell the page of jobs and of layouts that move, and hear what it watches."""
        jobs, projections = self._session.jobs, self._session.projections
        grown = self._session.growth.add(self._watcher.tell_grown)
        news = self._session.news.add(self._watcher.tell_news)
        stops = [jobs.listen(self._watcher.tell), projections.watch(self._viewer.tell), grown, news]
        for job in jobs.all():
            self._watcher.tell(job)
        for told in self._session.told():
            self._watcher.tell_news(told)
        speaking = [asyncio.create_task(self._tell_changes()), asyncio.create_task(self._send_frames())]
        try:
            await self._listen()
        finally:
            for stop in stops:
                stop()
            for task in speaking:
                task.cancel()
            await asyncio.gather(*speaking, return_exceptions=True)

    async def _listen(self) -> None:
        while (event := await self._socket.receive())["type"] != "websocket.disconnect":
            try:
                self._hear(event.get("text"))
            except ParameterError as error:
                await self._socket.close(NOT_UNDERSTOOD, str(error)[:100])
                return

    def _hear(self, text: str | None) -> None:
        if text is None:
            raise ParameterError("The server reads text, not bytes.")
        body = text.encode("utf-8", "replace")
        if '"watch"' in text:
            asked = message_from(WatchRequest, body)
            self._viewer.watch(asked.watch, asked.step)
        else:
            self._viewer.shown(message_from(ShownRequest, body))

    async def _tell_changes(self) -> None:
        while True:
            for message in await self._watcher.changes():
                try:
                    await self._socket.send_text(json.dumps(asdict(message), separators=(",", ":")))
                except (WebSocketDisconnect, RuntimeError):  # it is gone, or going
                    return
            await asyncio.sleep(PAUSE_SECONDS)

    async def _send_frames(self) -> None:
        while True:
            frame = await self._viewer.next()
            packet = await asyncio.wrap_future(self._session.quick.submit(frame.packet_at, self._viewer.step))
            try:
                await self._socket.send_bytes(packet)
            except (WebSocketDisconnect, RuntimeError):
                return
            await asyncio.sleep(FRAME_SECONDS)

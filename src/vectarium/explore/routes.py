"""The addresses of the server and what each answers; see ``spec/messages.md``."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from vectarium.data import FileThumbnails, PixelThumbnails
from vectarium.errors import ParameterError
from vectarium.explore import packet, page, thumbnails
from vectarium.explore.answers import answer_http_error, answering
from vectarium.explore.answers import body as _body
from vectarium.explore.answers import step_of as _step
from vectarium.explore.bookmark_routes import bookmark_routes
from vectarium.explore.columns import column_packet
from vectarium.explore.comparing_routes import comparing_routes
from vectarium.explore.conversation import Conversation
from vectarium.explore.editing_routes import editing_routes
from vectarium.explore.film_routes import film_routes
from vectarium.explore.guard import Guard
from vectarium.explore.image_files import file_page
from vectarium.explore.messages.axes import ArithmeticRequest
from vectarium.explore.messages.classes import AgreementRequest, JudgedRequest, ReportRequest, ScoresRequest
from vectarium.explore.messages.collection import ThumbnailPageMessage, VectorsRequest
from vectarium.explore.messages.projection import FidelityRequest, ProjectRequest
from vectarium.explore.messages.query import NeighborsRequest, SearchRequest
from vectarium.explore.messages.timeline import MotionRequest, TimelineRequest, TrailsRequest
from vectarium.explore.outline import collection_message, coordinates_outline
from vectarium.explore.requests import message_from
from vectarium.explore.responses import MessageResponse, PiecesResponse, packet_response
from vectarium.explore.session import Session
from vectarium.explore.sound_routes import sound_routes
from vectarium.explore.trails import trails

MOST_REQUEST_BYTES = 64 << 10
# The points that are shown and those at both ends of three axes.
MOST_GROUPS = 7


def application(session: Session, token: str, version: str) -> ASGIApp:
    """The whole server, guarded, for one session."""
    api = Api(session, version)
    embedding = "/api/embeddings/{embedding:int}"
    routes = [
        Route("/", answering(api.page), methods=["GET"]),
        Route("/api/collection", answering(api.collection), methods=["GET"]),
        Route(embedding + "/columns/{index:int}", answering(api.column), methods=["GET"]),
        Route(embedding + "/coordinates/{index:int}", answering(api.coordinates), methods=["GET"]),
        Route(embedding + "/thumbnails/{page:int}", answering(api.thumbnails), methods=["GET"]),
        Route(embedding + "/points/{row:int}", answering(api.point), methods=["GET"]),
        Route(embedding + "/vectors", answering(api.vectors), methods=["POST"]),
        Route(embedding + "/search", answering(api.search), methods=["POST"]),
        Route(embedding + "/neighbors", answering(api.neighbors), methods=["POST"]),
        Route(embedding + "/arithmetic", answering(api.arithmetic), methods=["POST"]),
        Route(embedding + "/projections", answering(api.project), methods=["POST"]),
        Route(embedding + "/projections", answering(api.runs), methods=["GET"]),
        Route(embedding + "/fidelity", answering(api.measure), methods=["POST"]),
        Route(embedding + "/timelines", answering(api.timeline), methods=["POST"]),
        Route(embedding + "/report", answering(api.report), methods=["POST"]),
        Route(embedding + "/report/points", answering(api.judged), methods=["POST"]),
        Route(embedding + "/scores", answering(api.start_scores), methods=["POST"]),
        Route("/api/scores/{job}", answering(api.scores), methods=["GET"]),
        Route("/api/agreement", answering(api.start_agreement), methods=["POST"]),
        Route("/api/agreement/{job}", answering(api.agreement), methods=["GET"]),
        Route("/api/recordings/{recording:int}", answering(api.recording), methods=["GET"]),
        Route("/api/timelines/{job}", answering(api.made_timeline), methods=["GET"]),
        Route("/api/timelines/{job}/measures", answering(api.measure_timeline), methods=["POST"]),
        Route("/api/measures/{job}", answering(api.measures), methods=["GET"]),
        Route("/api/timelines/{job}/{step:int}", answering(api.timeline_step), methods=["GET"]),
        Route("/api/timelines/{job}/trails", answering(api.trails), methods=["POST"]),
        Route(embedding + "/motions", answering(api.motion), methods=["POST"]),
        Route("/api/motions/{job}/columns/{measure}", answering(api.motion_column), methods=["GET"]),
        Route("/api/motions/{job}/movers", answering(api.movers), methods=["GET"]),
        Route("/api/motions/{job}/moves", answering(api.moves), methods=["POST"]),
        Route("/api/timelines/{job}/{step:int}/boundary", answering(api.boundary), methods=["GET"]),
        Route("/api/projections/{job}", answering(api.projection), methods=["GET"]),
        Route("/api/projections/{job}", answering(api.forget), methods=["DELETE"]),
        Route("/api/fidelity/{job}", answering(api.fidelity), methods=["GET"]),
        Route("/api/jobs/{job}", answering(api.cancel), methods=["DELETE"]),
        Route("/api/jobs/{job}/pause", answering(api.pause), methods=["POST"]),
        Route("/api/jobs/{job}/resume", answering(api.resume), methods=["POST"]),
        *editing_routes(session),
        *comparing_routes(session),
        *bookmark_routes(session),
        *film_routes(session),
        *sound_routes(session),
        WebSocketRoute("/api/session", api.watch),
        Route("/assets/{asset:path}", answering(api.asset), methods=["GET"]),
        Route("/{name}", answering(api.asset), methods=["GET"]),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={HTTPException: answer_http_error}), token)


class Api:
    """What each address answers."""

    def __init__(self, session: Session, version: str) -> None:
        self._session = session
        self._version = version
        self._start = secrets.token_hex(8)

    async def page(self, _request: Request) -> ASGIApp:
        """The page; it shows nothing without the token."""
        return page.index()

    async def asset(self, request: Request) -> ASGIApp:
        """A script, a style, a font."""
        within = request.path_params.get("asset")
        found = page.asset(request.path_params["name"] if within is None else f"assets/{within}")
        if found is None:
            raise HTTPException(404)
        return found

    async def collection(self, _request: Request) -> ASGIApp:
        """What there is to explore, or how far the opening is."""
        collection = self._session.collection
        if collection is None:
            opening = self._session.opening()
            return self._said(MessageResponse(opening, 500 if opening.state in ("failed", "cancelled") else 202))
        session = self._session
        shown = session.shown(collection)
        return self._said(MessageResponse(collection_message(shown, session.recordings, session.hint, self._version)))

    def _said(self, answer: MessageResponse) -> MessageResponse:
        """An answer that says which start of the server gives it: a page that comes back can tell."""
        answer.headers["x-vectarium-start"] = self._start
        return answer

    async def column(self, request: Request) -> ASGIApp:
        """A column's values."""
        index, position = request.path_params["embedding"], request.path_params["index"]
        column = await self._quickly(self._session.column, index, position, _step(request))
        return packet_response(*await self._quickly(column_packet, column))

    async def coordinates(self, request: Request) -> ASGIApp:
        """A picture that came with the data."""
        embedding = self._embedding(request)
        found = embedding.pictures[_position(request, "index", "coordinates", len(embedding.pictures))]
        return packet_response(coordinates_outline(found), {"values": found.values.astype("float32", copy=False)})

    async def thumbnails(self, request: Request) -> ASGIApp:
        """A page of thumbnails."""
        found = self._embedding(request).thumbnails
        number = request.path_params["page"]
        if found is None:
            raise HTTPException(404)
        rows = thumbnails.page_rows(found, number)
        if isinstance(found, PixelThumbnails):
            message = ThumbnailPageMessage(rows.start, [])
            return packet_response(message, {"pixels": thumbnails.pixel_page(found, number)})
        if isinstance(found, FileThumbnails):
            files = await self._quickly(file_page, found, number)
            return PiecesResponse(files.pieces(), files.nbytes)
        return FileResponse(found.path, media_type=await self._quickly(thumbnails.picture_type, found.path))

    async def point(self, request: Request) -> ASGIApp:
        """All that is known of one point."""
        index, row = request.path_params["embedding"], request.path_params["row"]
        return MessageResponse(await self._quickly(self._session.point, index, row, _step(request)))

    async def vectors(self, request: Request) -> ASGIApp:
        """The numbers of some points."""
        asked = message_from(VectorsRequest, await _body(request, MOST_REQUEST_BYTES))
        index = request.path_params["embedding"]
        return packet_response(*await self._quickly(self._session.vectors, index, asked, _step(request)))

    async def search(self, request: Request) -> ASGIApp:
        """The points that match a query."""
        asked = message_from(SearchRequest, await _body(request, MOST_REQUEST_BYTES))
        searcher = await self._quickly(self._session.searcher, request.path_params["embedding"], _step(request))
        return packet_response(*await self._quickly(searcher.search, asked))

    async def neighbors(self, request: Request) -> ASGIApp:
        """The nearest of one point."""
        asked = message_from(NeighborsRequest, await _body(request, MOST_REQUEST_BYTES))
        index = request.path_params["embedding"]
        return packet_response(*await self._quickly(self._session.neighbors, index, asked, _step(request)))

    async def arithmetic(self, request: Request) -> ASGIApp:
        """The points nearest to a sum of points."""
        asked = message_from(ArithmeticRequest, await _body(request, MOST_REQUEST_BYTES))
        index = request.path_params["embedding"]
        return packet_response(*await self._quickly(self._session.arithmetic, index, asked, _step(request)))

    async def project(self, request: Request) -> ASGIApp:
        """Start a projection, or join it."""
        embedding = self._embedding(request)
        body = await _body(request, MOST_REQUEST_BYTES + MOST_GROUPS * 4 * len(embedding))
        message, arrays = packet.decode(body)
        asked = message_from(ProjectRequest, message)
        index = request.path_params["embedding"]
        job = await self._quickly(self._session.project, index, asked, arrays, _step(request))
        return MessageResponse(job.message())

    async def projection(self, request: Request) -> ASGIApp:
        """Components of a projection, finished or as far as it came."""
        found = await self._quickly(self._session.projections.__getitem__, request.path_params["job"])
        asked = request.query_params.get("components")
        components = list(range(min(3, len(found.scores)))) if asked is None else _numbers(asked)
        return packet_response(found.message, found.arrays(components))

    async def recording(self, request: Request) -> ASGIApp:
        """How a training went, and at which steps it was recorded."""
        return MessageResponse(await self._quickly(self._session.recordings.message, request.path_params["recording"]))

    async def timeline(self, request: Request) -> ASGIApp:
        """Start to bring all steps into one frame of reference."""
        most = MOST_REQUEST_BYTES + MOST_GROUPS * 4 * len(self._embedding(request))
        message, arrays = packet.decode(await _body(request, most))
        asked = message_from(TimelineRequest, message)
        job = await self._quickly(self._session.timeline, request.path_params["embedding"], asked, arrays)
        return MessageResponse(job.message())

    async def made_timeline(self, request: Request) -> ASGIApp:
        """What a timeline is."""
        return MessageResponse(await self._quickly(self._session.timelines.message, request.path_params["job"]))

    async def measure_timeline(self, request: Request) -> ASGIApp:
        """Start to measure how far a timeline's motion can be believed."""
        components = _numbers(request.query_params.get("components", "0,1"))
        job = await self._quickly(self._session.measures.start, request.path_params["job"], components)
        return MessageResponse(job.message())

    async def measures(self, request: Request) -> ASGIApp:
        """How far a timeline's motion can be believed."""
        return MessageResponse(self._session.measures[request.path_params["job"]])

    async def timeline_step(self, request: Request) -> ASGIApp:
        """Where the points are at one step of a timeline."""
        components = _numbers(request.query_params.get("components", "0,1"))
        job, step = request.path_params["job"], request.path_params["step"]
        return packet_response(*await self._quickly(self._session.timelines.step, job, step, components))

    async def trails(self, request: Request) -> ASGIApp:
        """Where some points are at all steps of a timeline."""
        message, arrays = packet.decode(await _body(request, MOST_REQUEST_BYTES))
        asked = message_from(TrailsRequest, message)
        timelines, job = self._session.timelines, request.path_params["job"]
        return packet_response(*await self._quickly(trails, timelines, job, arrays.get("rows"), asked.components))

    async def motion(self, request: Request) -> ASGIApp:
        """Start to measure how the points move."""
        message, _ = packet.decode(await _body(request, MOST_REQUEST_BYTES))
        asked = message_from(MotionRequest, message)
        job = await self._quickly(self._session.motions.start, request.path_params["embedding"], asked)
        return MessageResponse(job.message())

    async def motion_column(self, request: Request) -> ASGIApp:
        """One number a point: how it moved."""
        job, measure = request.path_params["job"], request.path_params["measure"]
        return packet_response(*await self._quickly(self._session.motions.column, job, measure, _step(request)))

    async def movers(self, request: Request) -> ASGIApp:
        """Who moved most."""
        job, first, last = request.path_params["job"], _step(request, "first"), _step(request, "last")
        return packet_response(*await self._quickly(self._session.motions.movers, job, first, last))

    async def moves(self, request: Request) -> ASGIApp:
        """How far some points moved at each step."""
        _, arrays = packet.decode(await _body(request, MOST_REQUEST_BYTES))
        job = request.path_params["job"]
        return packet_response(*await self._quickly(self._session.motions.moves, job, arrays.get("rows")))

    async def boundary(self, request: Request) -> ASGIApp:
        """What lies behind the points at one step of a timeline."""
        components = _numbers(request.query_params.get("components", "0,1"))
        job, step = request.path_params["job"], request.path_params["step"]
        column = request.query_params.get("column", "")
        return packet_response(*await self._quickly(self._session.boundaries.step, job, step, components, column))

    async def cancel(self, request: Request) -> ASGIApp:
        """Stop a job."""
        job = self._session.jobs[request.path_params["job"]]
        self._session.fidelities.leave(job, _page(request))
        return MessageResponse(job.message())

    async def pause(self, request: Request) -> ASGIApp:
        """Hold a job where it is."""
        job = self._session.jobs[request.path_params["job"]]
        job.pause()
        return MessageResponse(job.message())

    async def resume(self, request: Request) -> ASGIApp:
        """Go on with a job that was held."""
        job = self._session.jobs[request.path_params["job"]]
        job.resume()
        return MessageResponse(job.message())

    async def runs(self, request: Request) -> ASGIApp:
        """The projections of an embedding that are kept."""
        self._embedding(request)
        return MessageResponse(self._session.runs(request.path_params["embedding"]))

    async def forget(self, request: Request) -> ASGIApp:
        """Keep a projection no longer."""
        return MessageResponse(self._session.projections.forget(request.path_params["job"]).message())

    async def measure(self, request: Request) -> ASGIApp:
        """Start to measure how far a picture can be believed."""
        embedding = self._embedding(request)
        message, _ = packet.decode(await _body(request, MOST_REQUEST_BYTES))
        asked = message_from(FidelityRequest, message)
        start = self._session.fidelities.start
        job = await self._quickly(start, request.path_params["embedding"], embedding, asked, _page(request))
        return MessageResponse(job.message())

    async def fidelity(self, request: Request) -> ASGIApp:
        """How far a picture can be believed."""
        found = self._session.fidelities[request.path_params["job"]]
        return packet_response(found.message, found.arrays())

    async def report(self, request: Request) -> ASGIApp:
        """What a classifier gets right and what it confuses."""
        asked = message_from(ReportRequest, await _body(request, MOST_REQUEST_BYTES))
        index = request.path_params["embedding"]
        return packet_response(*await self._quickly(self._session.reports.report, index, asked, _step(request)))

    async def judged(self, request: Request) -> ASGIApp:
        """The points in a cell of a report."""
        asked = message_from(JudgedRequest, await _body(request, MOST_REQUEST_BYTES))
        index = request.path_params["embedding"]
        return packet_response(*await self._quickly(self._session.reports.points, index, asked, _step(request)))

    async def start_scores(self, request: Request) -> ASGIApp:
        """Start to make the reports of all steps."""
        message, _ = packet.decode(await _body(request, MOST_REQUEST_BYTES))
        asked = message_from(ScoresRequest, message)
        job = await self._quickly(self._session.reports.start, request.path_params["embedding"], asked)
        return MessageResponse(job.message())

    async def scores(self, request: Request) -> ASGIApp:
        """The reports' main numbers, as far as they are made."""
        return packet_response(*await self._quickly(self._session.reports.message, request.path_params["job"]))

    async def start_agreement(self, request: Request) -> ASGIApp:
        """Start to measure how well neighbours agree with labels."""
        message, _ = packet.decode(await _body(request, MOST_REQUEST_BYTES))
        asked = message_from(AgreementRequest, message)
        return MessageResponse((await self._quickly(self._session.agreements.start, asked)).message())

    async def agreement(self, request: Request) -> ASGIApp:
        """How well neighbours agree with labels, as far as it is measured."""
        return MessageResponse(await self._quickly(self._session.agreements.message, request.path_params["job"]))

    async def watch(self, socket: WebSocket) -> None:
        """Talk to a page until it goes away."""
        await socket.accept()
        await Conversation(socket, self._session).hold()

    def _embedding(self, request: Request) -> Any:
        return self._session.embedding(request.path_params["embedding"], _step(request))

    async def _quickly(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.wrap_future(self._session.quick.submit(call, *arguments))


def _page(request: Request) -> str:
    """Which of the open pages asks."""
    return request.headers.get("x-vectarium-page", "")[:40]


def _position(request: Request, parameter: str, what: str, count: int) -> int:
    index = request.path_params[parameter]
    if not 0 <= index < count:
        raise ParameterError(f"There is no {what} {index}; there are {count}, counted from 0.")
    return index


def _numbers(text: str) -> list[int]:
    parts = text.split(",")
    if not all(each.isdecimal() and each.isascii() and len(each) < 6 for each in parts):
        raise ParameterError(f"components is {text!r}; numbers from 0 on are needed, such as 0,1,2.")
    return list(dict.fromkeys(int(each) for each in parts))

"""One picture of a film: regions, points, labels, legend and steps at one moment."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectarium.data import Column
from vectarium.share.film import panels as panel_room
from vectarium.share.film.camera import Area, Camera, fitted
from vectarium.share.film.canvas import Canvas
from vectarium.share.film.coloring import Coloring
from vectarium.share.film.crowd import Crowd, crowd_of, sizes_at
from vectarium.share.film.discs import between, discs_of
from vectarium.share.film.label_order import label_order
from vectarium.share.film.labels import Labels
from vectarium.share.film.options import FilmOptions
from vectarium.share.film.pace import Moment
from vectarium.share.film.palette import sequential
from vectarium.share.film.panels import Panels
from vectarium.share.film.reel import Ground, Reel
from vectarium.share.film.theme import THEMES

NOTHING = 255
# Below this width or height, in the page's pixels, panels would leave no room for the picture.
LEAST_WIDTH, LEAST_HEIGHT = 420.0, 300.0
TOP = 30.0
Pixels = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Still:
    """What is known of one step: places ``(n, 3)``, colours ``(n, 3)``, the crowd, and what lies behind."""

    places: NDArray[np.float32]
    column: Column | None
    colors: NDArray[np.float64]
    crowd: Crowd
    ground: tuple[Pixels, Sequence[float], Sequence[float]] | None


class Painter:
    """Paints the pictures of a film, in their order.

    Parameters
    ----------
    reel
        What is filmed.
    options
        How.
    """

    def __init__(self, reel: Reel, options: FilmOptions) -> None:
        self.reel, self.options = reel, options
        self.theme = THEMES[options.theme]
        self.canvas = Canvas(options.width, options.height)
        self.flat = len(reel.low) == 2
        self._low, self._high = (np.array([*each, 0.0][:3], np.float64) for each in (reel.low, reel.high))
        self._coloring = Coloring(reel.colors(0), options.theme, reel.spans())
        self._stills: OrderedDict[int, Still] = OrderedDict()
        self._panels = Panels(self.canvas, self.theme, options.ratio)
        self._legend = self._legend_width()
        self.camera = fitted(self._area(), self._low, self._high, flat=self.flat)
        self._labels, self._order = self._labeling()

    def paint(self, moment: Moment) -> NDArray[np.uint8]:
        """The picture of a moment, ``(height, width, 3)``; moments have to come in their order."""
        first, second = self._still(moment.index), self._still(min(moment.index + 1, len(self.reel.steps) - 1))
        camera = self.view(moment)
        self.canvas.fill(self.theme.background)
        self._paint_ground(first, second, moment.share, camera)
        places, shown = between(first.places, second.places, moment.share)
        crowd = first.crowd.towards(second.crowd, moment.share)
        sizes = sizes_at(crowd, camera.scale, self.theme.weight, self.options.ratio)
        seen = camera.project(places)
        look = camera, self.theme, crowd, sizes
        radius = float(np.hypot.reduce(self._high - self._low)) / 2 or 1.0
        discs = discs_of(seen, shown, first.colors, look, ratio=self.options.ratio, radius=radius)
        self.canvas.discs(discs.shapes, discs.colors)
        if self._labels is not None:
            visible = np.where(shown[:, None] > 0.5, seen[0], np.nan)
            gap = 4 + max(sizes.diameter, 3) / 2
            self._labels.draw(self.canvas, self.theme, self._order.tolist(), visible, gap=gap, now=moment.seconds)
        self._paint_panels(moment, first)
        return self.canvas.image()

    def view(self, moment: Moment) -> Camera:
        """The camera at a moment: it stands still in two dimensions and turns slowly in three."""
        return self.camera.turned(self.camera.yaw + math.radians(self.options.orbit) * moment.seconds * (not self.flat))

    def _still(self, index: int) -> Still:
        found = self._stills.get(index)
        if found is None:
            column = self.reel.colors(index)
            places = self.reel.places(index)
            if self.flat:
                places = np.hstack([places[:, :2], np.zeros((len(places), 1), np.float32)])
            crowd = crowd_of(places, self._low, self._high)
            colors = self._coloring.paint(column, len(places))
            ground = self.reel.ground(index) if self.flat and self.options.regions else None
            found = Still(places, column, colors, crowd, None if ground is None else self._colored(ground))
            self._stills[index] = found
            while len(self._stills) > 2:
                self._stills.popitem(last=False)
        return found

    def _colored(self, ground: Ground) -> tuple[Pixels, Sequence[float], Sequence[float]]:
        """Light and cover of regions, the upper row first; faint where the classes are equally likely."""
        codes, confidence, classes, low, high = ground
        chance = 1 / max(len(classes), 2)
        alpha = 0.35 + 0.65 * np.clip((confidence / np.float32(255) - chance) / (1 - chance), 0, 1)
        alpha = np.where(codes == NOTHING, 0, alpha).astype(np.float32)
        table = np.zeros((256, 3), np.float32)
        table[: len(classes)] = self._coloring.of_classes(classes)
        pixels = np.dstack([table[codes] * alpha[..., None], alpha])[::-1]
        return np.ascontiguousarray(pixels), low, high

    def _paint_ground(self, first: Still, second: Still, share: float, camera: Camera) -> None:
        """The regions of one step pass into those of the next."""
        a, b = first.ground or second.ground, second.ground or first.ground
        if a is None or b is None:
            return
        pixels, low, high = a
        if share > 0 and b is not a:
            mine = np.float32(0 if first.ground is None else 1)
            other = np.float32(0 if second.ground is None else 1)
            pixels = pixels * (mine * np.float32(1 - share)) + b[0] * (other * np.float32(share))
        sides = pixels.shape[1], pixels.shape[0]
        half = [(high[k] - low[k]) / (sides[k] - 1) / 2 for k in (0, 1)]
        corners = np.array([[low[0] - half[0], low[1] - half[1], 0], [high[0] + half[0], high[1] + half[1], 0]])
        (left, bottom), (right, top) = camera.project(corners)[0]
        self.canvas.stretched(np.asarray(pixels, np.float32), (left, top, right, bottom), self.theme.regions)

    def _paint_panels(self, moment: Moment, still: Still) -> None:
        reel, panels = self.reel, self._panels
        if not self._roomy:
            return
        right = panel_room.EDGE + (self._legend + panel_room.EDGE if self._legend else 0)
        if self._legend:
            ramp = None if self._coloring.span is None else sequential(self.theme.name)
            entries = self._coloring.legend(still.column)
            panels.legend(self._coloring.name, entries, self._coloring.span, ramp)
        panels.title(reel.title, right)
        values: Sequence[float | None] = [None] * len(reel.steps) if reel.curve is None else reel.curve[1]
        place = (moment.index + moment.share) / max(len(reel.steps) - 1, 1)
        panels.bar(self._said(moment.index), values, place, right)
        panels.sentence(reel.sentence, right)

    def _said(self, index: int) -> list[str]:
        reel = self.reel
        said = [f"step {reel.steps[index]:,} of {reel.steps[-1]:,}"]
        epoch = reel.epochs[index]
        if epoch is not None:
            said.append(f"epoch {panel_room.written(epoch)}")
        if reel.curve is not None:
            name, values = reel.curve
            value = values[index]
            said.append(f"{name} {'not told' if value is None else panel_room.written(value)}")
        return said

    @property
    def _roomy(self) -> bool:
        return self._panels.width >= LEAST_WIDTH and self._panels.height >= LEAST_HEIGHT

    def _legend_width(self) -> float:
        if not self.options.legend or not self._roomy:
            return 0.0
        entries = self._coloring.legend(self.reel.colors(0))
        return panel_room.legend_width(self._coloring.name, entries, self._coloring.span)

    def _area(self) -> Area:
        ratio, width, height = self.options.ratio, self._panels.width, self._panels.height
        if not self._roomy:
            return Area(0, 0, width * ratio, height * ratio)
        right = self._legend + 2 * panel_room.EDGE if self._legend else 0.0
        bottom = panel_room.EDGE + panel_room.SENTENCE_HEIGHT + panel_room.BAR_HEIGHT
        return Area(0, TOP * ratio, (width - right) * ratio, (height - TOP - bottom) * ratio)

    def _labeling(self) -> tuple[Labels | None, NDArray[np.intp]]:
        labels = self.reel.labels
        if labels is None or not self.options.labels:
            return None, np.zeros(0, np.intp)
        order = label_order(labels, self.reel.importance, self.reel.places(0))
        texts: list[str | None] = [None] * len(labels) if labels.kind == "category" else texts_of(labels)
        if labels.kind == "category":
            for row in order:
                texts[row] = labels.categories[labels.values[row]]
        return Labels(texts, self.camera.area, self.options.ratio), order


def texts_of(column: Column) -> list[str | None]:
    """The values of a column in words."""
    from vectarium.data.column import format_value

    return [None if value is None else format_value(value) for value in column]

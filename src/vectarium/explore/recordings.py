"""What was recorded while something trained: its embeddings at any step, and news of what comes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import datetime

from vectarium.data import Collection, Embedding, Recording
from vectarium.errors import ParameterError, VectariumError
from vectarium.explore.curves import curve_messages, known
from vectarium.explore.listeners import Listeners
from vectarium.explore.messages.recording import GrownMessage, RecordedStepsMessage, RecordingMessage

# An embedding at a step is a mapped file and its columns.
MOST_OPEN = 64
LOOK_SECONDS = 1.0
# What makes a curve less than this share longer moves it by a few pixels.
SHORT_GROWTH = 1 / 200


class Recordings:
    """The recordings that the embeddings of a collection come from.

    Parameters
    ----------
    collection
        What is explored.
    listeners
        Who is told of what comes, from a thread of its own.
    """

    def __init__(self, collection: Collection, listeners: Listeners[GrownMessage] | None = None) -> None:
        self._collection = collection
        self._all: list[Recording] = []
        for embedding in collection:
            if embedding.recorded is not None and embedding.recorded.recording not in self._all:
                self._all.append(embedding.recorded.recording)
        self._open: OrderedDict[tuple[int, int], Embedding] = OrderedDict()
        self._lock = threading.Lock()
        self._listeners = Listeners[GrownMessage]() if listeners is None else listeners
        self._ended = threading.Event()
        self._told = [self._state(number) for number in range(len(self._all))]

    def __len__(self) -> int:
        return len(self._all)

    def number(self, embedding: Embedding) -> int | None:
        """Which recording an embedding comes from; None: from none."""
        return None if embedding.recorded is None else self._all.index(embedding.recorded.recording)

    def at(self, index: int, step: int) -> Embedding:
        """An embedding of the collection as it is at a step.

        Raises
        ------
        ParameterError
            If it was not recorded.
        SnapshotNotFoundError
            If it was not recorded at that step.
        """
        recorded = self._collection[index].recorded
        if recorded is None:
            raise ParameterError(f"{self._collection[index].name!r} was not recorded over steps; leave the step out.")
        key = index, step
        with self._lock:
            if key in self._open:
                self._open.move_to_end(key)
                return self._open[key]
        found = recorded.at(step)
        with self._lock:
            self._open[key] = found
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return found

    def message(self, number: int) -> RecordingMessage:
        """A recording without its embeddings' numbers."""
        if not 0 <= number < len(self._all):
            raise ParameterError(f"There is no recording {number}; there are {len(self._all)}, counted from 0.")
        recording = self._all[number]
        training = recording.training()
        return RecordingMessage(
            recording=number,
            name=recording.name,
            growing=recording.growing,
            classes=list(recording.classes),
            steps=training.steps,
            epochs=[known(each) for each in training.epochs],
            times=[_milliseconds(each) for each in training.times],
            curves=curve_messages(training),
            embeddings=[
                RecordedStepsMessage(index, list(embedding.recorded.steps))
                for index, embedding in enumerate(self._collection)
                if embedding.recorded is not None and embedding.recorded.recording is recording
            ],
        )

    def watch(self) -> None:
        """Look every second, on a thread of its own, for what came since, as long as anybody listens."""
        if self._all:
            threading.Thread(target=self._watch, name="vectarium recordings", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()

    def look(self) -> None:
        """Look for what came since, and tell of it."""
        for number, recording in enumerate(self._all):
            try:
                recording.refresh()
            except VectariumError:  # the folder is gone, or is something else: what is open stays
                continue
            state = self._state(number)
            if _differs(self._told[number], state):
                self._told[number] = state
                self._listeners.tell(state)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            if len(self._listeners):
                self.look()

    def _state(self, number: int) -> GrownMessage:
        recording = self._all[number]
        return GrownMessage(number, len(recording.steps), recording.growing, recording.last_told)


def _differs(told: GrownMessage, now: GrownMessage) -> bool:
    """Whether what a person sees is another: new snapshots, a beginning or an end, or a curve that became longer."""
    if (told.steps, told.growing) != (now.steps, now.growing):
        return True
    return not 0 <= now.told - told.told <= told.told * SHORT_GROWTH


def _milliseconds(time: datetime | None) -> float | None:
    return None if time is None else round(time.timestamp() * 1000)

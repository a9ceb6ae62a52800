"""The trial of readers itself: a crash, a hang and a gigabyte are noticed, and an input can be made again."""

import sys
from contextlib import suppress

import pytest
from ordeal import Ordeal, Trial
from targets import TARGETS

from vectarium.errors import FormatError
from vectarium.formats.registry import FOLDER_READERS, READERS, REFUSING, RUN, find_reader, folder_reader

FAULTS = {"crash": "died with -6", "hang": "more than 3 seconds", "error": "KeyError", "unfit": "does not open"}
if sys.platform == "linux":
    FAULTS["memory"] = "MemoryError"


@pytest.fixture(scope="module")
def ordeal():
    with Ordeal("faulty_targets") as made:
        yield made


@pytest.mark.parametrize(("name", "told"), FAULTS.items())
def test_every_fault_is_noticed_and_the_trial_goes_on(ordeal, name, told):
    outcome = ordeal.run(name, 1)
    assert told in next(iter(outcome.faults.values()))
    assert ordeal.run("sound", 5).opened == 5


def test_a_crash_does_not_keep_from_the_next_input(ordeal):
    outcome = ordeal.run("crash", 3)
    assert list(outcome.faults) == [0, 1, 2]
    assert outcome.inputs == 3


@pytest.mark.parametrize("name", TARGETS)
def test_an_input_is_known_by_its_number(tmp_path, name):
    try:
        first, second = Trial(name, tmp_path / "a"), Trial(name, tmp_path / "b")
    except ImportError as error:
        pytest.skip(str(error))
    assert [first.made(number) for number in range(3)] == [second.made(number) for number in range(3)]


def test_every_reader_has_a_target(tmp_path):
    pytest.importorskip("h5py")
    pytest.importorskip("pyarrow")
    tried = set[str]()
    for path in [path for name in TARGETS for home in Trial(name, tmp_path).folders for path in home.rglob("*")]:
        with suppress(FormatError):  # data that some other file describes
            reader = folder_reader(path) if path.is_dir() else find_reader(path)
            tried |= {reader.name} if reader else set()
    untried = {each.name for each in (*READERS, *FOLDER_READERS)} - tried
    # Runs are known before readers are asked; Lance is read by its package.
    assert untried <= {RUN.name, "Lance", *(each.name for each in REFUSING)}, untried

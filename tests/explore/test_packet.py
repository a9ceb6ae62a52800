from __future__ import annotations

import json
import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vectarium.errors import FormatError, TruncatedFileError
from vectarium.explore import packet

GOLDEN = Path(__file__).parents[2] / "spec" / "golden"
make = runpy.run_path(str(GOLDEN / "make.py"))
ANY_ARRAY = st.sampled_from(packet.DTYPES).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5))
)


@pytest.mark.parametrize("name", sorted(make["packets"]()))
def test_golden_packets_are_written_and_read_as_ever(name):
    data = (GOLDEN / f"{name}.bin").read_bytes()
    assert b"".join(packet.encode(*make["packets"]()[name])) == data
    assert make["description"](data) == json.loads((GOLDEN / f"{name}.json").read_text())


@given(st.dictionaries(st.text(max_size=5), ANY_ARRAY, max_size=3), st.dictionaries(st.text(), st.integers()))
def test_what_is_encoded_is_decoded(named, message):
    pieces = packet.encode(message, named)
    found, read = packet.decode(b"".join(packet.chunks(pieces)))
    assert found == message
    for name, array in named.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype


def test_every_array_starts_at_a_multiple_of_eight():
    data = b"".join(packet.encode({"é": 1}, {"a": np.zeros(3, np.uint8), "b": np.zeros(2)}))
    assert len(data) % 8 == 0
    assert packet.decode(data)[1]["b"].ctypes.data % 1 == 0


def test_arrays_in_other_byte_orders_and_steps_arrive_whole():
    given_arrays = {"big": np.arange(5, dtype=">i4"), "steps": np.arange(10.0)[::3]}
    read = packet.decode(b"".join(packet.encode({}, given_arrays)))[1]
    assert read["big"].tolist() == [0, 1, 2, 3, 4]
    assert read["steps"].tolist() == [0, 3, 6, 9]


def test_other_types_are_refused():
    with pytest.raises(FormatError, match="'x' has dtype int64"):
        packet.encode({}, {"x": np.arange(3)})


@given(st.binary(max_size=64))
def test_noise_is_refused_by_name(noise):
    with pytest.raises(FormatError):
        packet.decode(noise)
    with pytest.raises(FormatError):
        packet.decode(packet.MAGIC + noise)


def described(**changes):
    array = {"name": "x", "dtype": "uint8", "shape": [4], "offset": 0} | changes
    return packet.head({}, [array]) + bytes(8)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"shape": [9]}, "ends before it does"),
        ({"offset": 8}, "ends before it does"),
        ({"shape": [1 << 40, 1 << 40]}, "ends before it does"),
        ({"shape": [-1]}, "describes an array"),
        ({"offset": -8}, "describes an array"),
        ({"dtype": "object"}, "describes an array"),
        ({"dtype": ["uint8"]}, "describes an array"),
        ({"shape": [1.5]}, "describes an array"),
        ({"shape": None}, "cannot be read"),
        ({"dtype": "float64", "shape": [1], "offset": 1}, "describes an array|cannot be read"),
    ],
)
def test_a_head_that_promises_too_much_is_refused(changes, said):
    with pytest.raises(FormatError, match=said):
        packet.decode(described(**changes))


def test_a_packet_cut_anywhere_is_refused():
    data = b"".join(packet.encode({"a": 1}, {"x": np.arange(4.0)}))
    for size in range(len(data)):
        with pytest.raises((FormatError, TruncatedFileError)):
            packet.decode(data[:size])

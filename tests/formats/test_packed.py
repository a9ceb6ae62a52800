"""Chunks packed by Blosc and Zstandard, whole and damaged."""

import itertools

import numpy as np
import pytest
from packed_tables import BLOSC, LZ4, TABLE, ZSTD

from vectarium.errors import FormatError
from vectarium.formats.blosc import unpack_blosc
from vectarium.formats.shuffle import unshuffled, unshuffled_bits
from vectarium.formats.zstd import unpack_zstd, zstd_size


@pytest.mark.parametrize("name", BLOSC)
def test_blosc_is_unpacked(name):
    assert unpack_blosc(BLOSC[name], TABLE.nbytes) == TABLE.tobytes()


def test_zstandard_is_unpacked():
    assert zstd_size(ZSTD) == TABLE.nbytes
    assert unpack_zstd(ZSTD, TABLE.nbytes) == TABLE.tobytes()


def test_nothing_larger_than_a_chunk_comes_out():
    for unpack, data in ((unpack_blosc, LZ4), (unpack_zstd, ZSTD)):
        with pytest.raises(ValueError, match="promises"):
            unpack(data, TABLE.nbytes - 1)


def test_a_frame_of_zstandard_that_lies_about_its_size_is_refused():
    at = ZSTD.index((TABLE.nbytes - 256).to_bytes(2, "little"))
    for size in (1, 100, 6000):
        told = ZSTD[:at] + size.to_bytes(2, "little") + ZSTD[at + 2 :]
        with pytest.raises(ValueError, match="Zstandard"):
            unpack_zstd(told, 1 << 20)


@pytest.mark.parametrize("data", [b"", ZSTD[:5], b"\x28\xb5\x2f\xfd\x00\x00\x01\x00\x00", b"PAR1" + ZSTD])
def test_what_is_no_frame_of_zstandard_is_refused(data):
    with pytest.raises(ValueError, match="Zstandard"):
        unpack_zstd(data, 1 << 20)


@pytest.mark.parametrize("unpack", [unpack_blosc, unpack_zstd])
def test_any_byte_changed_ends_in_bytes_or_an_error(unpack):
    whole = LZ4 if unpack is unpack_blosc else ZSTD
    for at, value in itertools.product(range(0, len(whole), 3), (0, 0xFF)):
        try:
            assert len(unpack(whole[:at] + bytes([value]) + whole[at + 1 :], 1 << 16)) <= 1 << 16
        except (ValueError, IndexError, FormatError):
            continue


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_shuffled_bytes_and_bits_are_put_back(width):
    numbers = np.random.default_rng(0).integers(0, 256, (16, width), dtype=np.uint8)
    assert unshuffled(numbers.T.tobytes() + b"rest"[: width - 1], width)[: 16 * width] == numbers.tobytes()
    bits = np.unpackbits(numbers.reshape(16, width, 1), axis=2, bitorder="little").transpose(1, 2, 0)
    assert unshuffled_bits(np.packbits(bits, axis=2, bitorder="little").tobytes(), width) == numbers.tobytes()


def test_all_that_blosc_itself_packs_is_unpacked():
    numcodecs = pytest.importorskip("numcodecs")
    rng = np.random.default_rng(0)
    tables = [rng.standard_normal(n).astype(kind) for n in (1, 3, 8, 1000, 50_001) for kind in ("f4", "f8", "i1")]
    ways = itertools.product(tables, ("lz4", "lz4hc", "zlib", "zstd", "blosclz"), (0, 1, 2), (0, 256, 4096))
    for table, name, shuffle, block in ways:
        packed = bytes(numcodecs.Blosc(cname=name, shuffle=shuffle, blocksize=block).encode(table))
        assert unpack_blosc(packed, table.nbytes) == table.tobytes(), (table.shape, table.dtype, name, shuffle, block)

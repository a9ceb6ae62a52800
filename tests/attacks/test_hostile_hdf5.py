"""HDF5 files that somebody made to harm: they lead out of the file, run in circles, or promise too much."""

import struct

import numpy as np
import pytest

from vectarium.errors import FormatError
from vectarium.formats import open_path

h5py = pytest.importorskip("h5py")


def written(folder, fill, name="a.h5", **options):
    with h5py.File(folder / name, "w", **options) as file:
        fill(file)
    return folder / name


@pytest.fixture
def secret(tmp_path):
    return written(tmp_path, lambda file: file.create_dataset("embed", data=np.ones((9, 9))), "secret.h5")


def test_an_external_link_is_not_followed(tmp_path, secret):
    def fill(file):
        file["embed"] = h5py.ExternalLink(str(secret), "embed")
        file["soft"] = h5py.SoftLink("/embed")

    with pytest.raises(FormatError, match="holds no tensor"):
        open_path(written(tmp_path, fill))


def test_a_virtual_dataset_is_not_put_together(tmp_path, secret):
    def fill(file):
        layout = h5py.VirtualLayout((9, 9), "f8")
        layout[:] = h5py.VirtualSource(str(secret), "embed", (9, 9))
        file.create_virtual_dataset("embed", layout)

    with pytest.raises(FormatError, match=r"made up of other files|newer"):
        open_path(written(tmp_path, fill))


def test_numbers_in_another_file_are_not_read(tmp_path):
    (tmp_path / "raw").write_bytes(b"\0" * 1000)
    place = [(str(tmp_path / "raw"), 0, 648)]
    path = written(tmp_path, lambda file: file.create_dataset("embed", (9, 9), "f8", external=place))
    with pytest.raises(FormatError, match="lie in another file"):
        open_path(path)


def test_groups_in_a_circle_end(tmp_path):
    def fill(file):
        file["embed"] = np.ones((9, 9))
        file.create_group("a/b/c")
        file["a/b/c/root"], file["a/b/again"] = file["/"], file["a"]

    assert [each.name for each in open_path(written(tmp_path, fill))] == ["embed"]


def test_groups_a_thousand_deep_end(tmp_path):
    def fill(file):
        file["embed"] = np.ones((9, 9))
        file.create_group("/".join("a" * 1000))

    assert len(open_path(written(tmp_path, fill))) == 1


@pytest.mark.parametrize("options", [{}, {"chunks": (1 << 10, 1 << 10)}, {"chunks": (1, 1), "compression": "gzip"}])
def test_a_matrix_that_was_never_written_is_not_allocated(tmp_path, options):
    path = written(tmp_path, lambda file: file.create_dataset("embed", (1 << 24, 1 << 12), "f8", **options))
    with pytest.raises(FormatError, match=r"more than the file can hold|a chunk of"):
        open_path(path)


def test_a_chunk_that_unpacks_to_too_much_is_cut_off(tmp_path):
    path = written(
        tmp_path, lambda file: file.create_dataset("embed", data=np.zeros((4096, 64)), chunks=True, compression="gzip")
    )
    data = bytearray(path.read_bytes())
    # The shape in the header is made smaller, the chunks stay as they are.
    at = data.index(struct.pack("<QQ", 4096, 64))
    data[at : at + 16] = struct.pack("<QQ", 16, 16)
    path.write_bytes(bytes(data))
    with pytest.raises(FormatError, match="outside of it"):
        open_path(path)


def test_addresses_out_of_the_file_are_refused(tmp_path):
    path = written(tmp_path, lambda file: file.create_dataset("embed", data=np.ones((9, 9))))
    data = path.read_bytes()
    for at in range(0, 2000, 8):
        (tmp_path / "b.h5").write_bytes(data[:at] + struct.pack("<Q", 1 << 62) + data[at + 8 :])
        try:
            assert open_path(tmp_path / "b.h5")[0].shape == (9, 9)
        except FormatError as error:
            assert "b.h5" in str(error)  # noqa: PT017


@pytest.mark.parametrize("cut", [4, 60, 200, 800, -100])
def test_a_file_cut_short_is_refused(tmp_path, cut):
    path = written(tmp_path, lambda file: file.create_dataset("embed", data=np.ones((90, 9))))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(FormatError):
        open_path(path)

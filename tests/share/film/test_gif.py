"""GIFs, read back by a decoder of the test's own."""

import io

import numpy as np
import pytest

from vectarium.share.film.gif import GifEncoder, palette_of


def lzw(data, size):
    """The indices of one picture."""
    clear, out, width, bits, held = 1 << size, [], size + 1, 0, 0
    table, before = {}, None
    for byte in data:
        bits, held = bits | byte << held, held + 8
        while held >= width:
            code, bits, held = bits & (1 << width) - 1, bits >> width, held - width
            if code == clear:
                table, width, before = {k: bytes([k]) for k in range(clear)}, size + 1, None
                continue
            if code == clear + 1:
                return bytes(out)
            entry = table[code] if code in table else before + before[:1]
            out += entry
            if before is not None and len(table) + 2 < 4096:
                table[len(table) + 2] = before + entry[:1]
                if len(table) + 2 == 1 << width and width < 12:
                    width += 1
            before = entry
    raise AssertionError("no end")


def decoded(data):
    """The pictures ``(n, height, width, 3)`` and their times in hundredths of seconds."""
    width, height = np.frombuffer(data[6:10], "<u2")
    palette = np.frombuffer(data[13 : 13 + 768], np.uint8).reshape(256, 3)
    at, shown, pictures, delays = 13 + 768 + 19, np.zeros((height, width, 3), np.uint8), [], []
    while data[at] != 0x3B:
        delays.append(int.from_bytes(data[at + 4 : at + 6], "little"))
        left, top, w, h = (int(each) for each in np.frombuffer(data[at + 9 : at + 17], "<u2"))
        at, codes = at + 19, b""
        while data[at]:
            codes, at = codes + data[at + 1 : at + 1 + data[at]], at + 1 + data[at]
        indices = np.frombuffer(lzw(codes, 8), np.uint8).reshape(h, w)
        part = shown[top : top + h, left : left + w]
        part[indices < 255] = palette[indices[indices < 255]]
        pictures.append(shown.copy())
        at += 1
    return np.array(pictures), delays


def encoded(images, fps=20.0):
    file = io.BytesIO()
    encoder = GifEncoder(file, images[0].shape[1::-1], fps, images)
    for image in images:
        encoder.add(image)
    encoder.finish()
    return file.getvalue()


def test_few_colours_come_back_as_they_were():
    rng = np.random.default_rng(0)
    colors = rng.integers(0, 256, (40, 3), np.uint8)
    images = [colors[rng.integers(0, 40, (90, 70))] for _ in range(4)]
    found, delays = decoded(encoded(images))
    assert delays == [5, 5, 5, 5]
    assert np.abs(found.astype(int) - np.array(images)).max() <= 4  # colours that share one of 64 × 64 × 64 cells


def test_many_colours_come_back_nearly_as_they_were():
    x, y = np.meshgrid(np.arange(200), np.arange(120))
    image = np.stack([x, y, 255 - x], axis=-1).astype(np.uint8)
    found, _ = decoded(encoded([image]))
    assert np.abs(found[0].astype(int) - image).mean() < 6


def test_a_picture_like_the_one_before_is_that_one_standing_longer():
    image = np.full((16, 16, 3), 99, np.uint8)
    found, delays = decoded(encoded([image, image, image], fps=10))
    assert (len(found), delays) == (1, [30])


def test_times_add_up_where_hundredths_do_not_divide():
    images = [np.full((8, 8, 3), value, np.uint8) for value in range(0, 240, 8)]
    assert sum(decoded(encoded(images, fps=30))[1]) == 100


def test_a_rare_colour_is_not_lost():
    image = np.repeat(np.arange(200, dtype=np.uint8)[None, :, None], 120, axis=0).repeat(3, axis=2)
    image[40:44, 40:44] = [255, 0, 0]
    assert np.abs(palette_of([image]).astype(int) - [255, 0, 0]).sum(axis=1).min() < 40


@pytest.mark.parametrize("n", [0, 1, 2, 4095, 300_000])
def test_codes_of_any_length_are_read_back(n):
    from vectarium import _native

    indices = np.random.default_rng(n).integers(0, 255, n).astype(np.uint8)
    made = _native.gif_codes(indices)
    at, codes = 1, b""
    while made[at]:
        codes, at = codes + made[at + 1 : at + 1 + made[at]], at + 1 + made[at]
    assert lzw(codes, made[0]) == indices.tobytes()

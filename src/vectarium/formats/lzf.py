"""LZF, the quick compression of h5py: http://oldhome.schmorp.de/marc/liblzf.html."""

from __future__ import annotations


def unpack_lzf(data: bytes, size: int) -> bytes:
    """Unpack at most ``size`` bytes.

    Raises
    ------
    ValueError
        If the data is damaged, or holds more.

    Examples
    --------
    >>> unpack_lzf(bytes([2, 97, 98, 99, 0x20, 2]), 6)
    b'abcabc'
    """
    out = bytearray()
    position, end = 0, len(data)
    while position < end:
        control = data[position]
        position += 1
        if control < 32:
            out += data[position : position + control + 1]
            position += control + 1
            continue
        length = control >> 5
        if length == 7:
            length += data[position] if position < end else 0
            position += 1
        if position >= end:
            raise ValueError("LZF that ends in the middle")
        start = len(out) - ((control & 31) << 8) - data[position] - 1
        position += 1
        length += 2
        if start < 0 or len(out) + length > size:
            raise ValueError("LZF that leads out of its data")
        part = out[start : start + length]
        while len(part) < length:  # what is copied may be what is being written
            part += part[: length - len(part)]
        out += part
    if len(out) > size:
        raise ValueError("LZF that holds more than it should")
    return bytes(out)

"""KNWIT003: a binary container of rational symmetric matrices, with exactly one text for each content.

The magic `KNWIT003`; u32 (little endian) number of blocks; each block: u16 dimension m; u32 number of denominators (at
least 1); the denominators, each a ULEB128 length and that many bytes, big endian without leading zero, strictly
increasing; then the m(m+1)/2 entries of the upper triangle, row by row, each a ULEB128 index of a denominator, a sign
byte (0 zero, 1 plus, 2 minus) and, unless zero, the magnitude of the numerator in the same form as a denominator.
Fractions are reduced, every denominator is used, ULEB128 is canonical, nothing follows. The blocks are in the order of
their names, which are not stored.

Main definitions: `read_container`, `write_container`.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq, fmpq_mat

from kissalg.errors import PublishedError
from kissalg.published.foreign import ForeignLimits

__all__ = ["MAGIC", "read_container", "write_container"]

MAGIC = b"KNWIT003"
_MAX_ROWS = 4096
_MAX_BYTES = 1 << 12  # of one integer: 32768 bits


class _Cursor:
    """A position in a byte string; every read is bounded by what is there."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0

    def take(self, count: int, what: str) -> bytes:
        piece = self.data[self.position : self.position + count]
        if len(piece) != count:
            raise PublishedError(f"the file ends at byte {len(self.data)}, within {what}")
        self.position += count
        return piece

    def little(self, count: int, what: str) -> int:
        return int.from_bytes(self.take(count, what), "little")

    def uleb(self, what: str) -> int:
        value, shift = 0, 0
        while True:
            byte = self.take(1, what)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
            if shift > 35:
                raise PublishedError(f"{what}: a ULEB128 number of more than five bytes at byte {self.position}")
        if byte == 0 and shift > 7:
            raise PublishedError(f"{what}: a ULEB128 number that is not canonical, before byte {self.position}")
        return value

    def magnitude(self, what: str) -> int:
        length = self.uleb(what)
        if not 1 <= length <= _MAX_BYTES:
            raise PublishedError(f"{what}: expected an integer of 1 to {_MAX_BYTES} bytes, found {length}")
        piece = self.take(length, what)
        if piece[0] == 0:
            raise PublishedError(f"{what}: a leading zero, before byte {self.position}")
        return int.from_bytes(piece, "big")


def read_container(data: bytes, limits: ForeignLimits | None = None) -> list[fmpq_mat]:
    """The symmetric matrices of a container.

    Args:
        data: the bytes.
        limits: the largest number of entries in all.

    Raises:
        PublishedError: the bytes are not a canonical container, or larger than the limits.

    >>> blocks = [fmpq_mat([[fmpq(1, 2), 0], [0, -3]])]
    >>> read_container(write_container(blocks)) == blocks
    True
    """
    limits = limits or ForeignLimits()
    if not data.startswith(MAGIC):
        raise PublishedError(f"expected the magic {MAGIC.decode()}, found {data[:8]!a}")
    cursor = _Cursor(data)
    cursor.take(8, "the magic")
    count = cursor.little(4, "the number of blocks")
    if not 1 <= count <= 10_000:
        raise PublishedError(f"expected 1 to 10000 blocks, found {count}")
    blocks, total = [], 0
    for index in range(count):
        size = cursor.little(2, f"block {index}")
        total += size * (size + 1) // 2
        if not 1 <= size <= _MAX_ROWS or total > limits.entries:
            raise PublishedError(
                f"block {index}: expected 1 to {_MAX_ROWS} rows, and at most {limits.entries} entries in all, "
                f"found {size} rows"
            )
        blocks.append(_block(cursor, size, f"block {index}"))
    if cursor.position != len(data):
        raise PublishedError(f"{len(data) - cursor.position} bytes after the last block")
    return blocks


def _block(cursor: _Cursor, size: int, what: str) -> fmpq_mat:
    count = cursor.little(4, what)
    if not 1 <= count <= size * (size + 1) // 2:
        raise PublishedError(f"{what}: expected 1 to {size * (size + 1) // 2} denominators, found {count}")
    denominators: list[int] = []
    for _ in range(count):
        denominators.append(cursor.magnitude(f"{what}, a denominator"))
        if len(denominators) > 1 and denominators[-1] <= denominators[-2]:
            raise PublishedError(f"{what}: the denominators do not increase")
    used = [False] * count
    matrix = fmpq_mat(size, size)
    for i in range(size):
        for j in range(i, size):
            where = f"{what}, entry ({i}, {j})"
            position = cursor.uleb(where)
            if position >= count:
                raise PublishedError(f"{where}: there is no denominator {position}")
            used[position] = True
            sign = cursor.take(1, where)[0]
            if sign > 2:
                raise PublishedError(f"{where}: expected a sign byte 0, 1 or 2, found {sign}")
            value = fmpq(cursor.magnitude(where) if sign else 0, denominators[position])
            if int(value.q) != denominators[position]:
                raise PublishedError(f"{where}: the fraction is not reduced")
            matrix[i, j] = matrix[j, i] = -value if sign == 2 else value
    if not all(used):
        raise PublishedError(f"{what}: the denominator {used.index(False)} is not used")
    return matrix


def write_container(blocks: Sequence[fmpq_mat]) -> bytes:
    """The canonical bytes of a list of symmetric matrices.

    Raises:
        PublishedError: a matrix is empty, too large or not symmetric.
    """
    parts = [MAGIC, len(blocks).to_bytes(4, "little")]
    for index, block in enumerate(blocks):
        size = block.nrows()
        if not 1 <= size <= _MAX_ROWS or block != block.transpose():
            raise PublishedError(f"block {index}: expected a symmetric matrix with 1 to {_MAX_ROWS} rows, found {size}")
        entries = [block[i, j] for i in range(size) for j in range(i, size)]
        denominators = sorted({int(entry.q) for entry in entries})
        position = {value: k for k, value in enumerate(denominators)}
        parts += [size.to_bytes(2, "little"), len(denominators).to_bytes(4, "little")]
        parts += [_magnitude(value) for value in denominators]
        for entry in entries:
            sign = 0 if entry == 0 else 1 if entry > 0 else 2
            parts += [_uleb(position[int(entry.q)]), bytes([sign]), _magnitude(int(abs(entry.p))) if sign else b""]
    return b"".join(parts)


def _uleb(value: int) -> bytes:
    result = bytearray()
    while True:
        value, byte = value >> 7, value & 0x7F
        result.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(result)


def _magnitude(value: int) -> bytes:
    piece = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if len(piece) > _MAX_BYTES:
        raise PublishedError(f"expected integers of at most {_MAX_BYTES} bytes, found one of {len(piece)}")
    return _uleb(len(piece)) + piece

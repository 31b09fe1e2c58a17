"""Reads a TensorFlow V2 checkpoint with numpy alone.

The ``.index`` file is an uncompressed LevelDB table: blocks of prefix-compressed keys, a block index, a
48-byte footer that ends in a magic number. Its values are ``BundleEntryProto`` messages that say where in
the ``.data`` file a tensor lies. (tensorflow/core/util/tensor_bundle, leveldb/doc/table_format.md)
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linernotes.errors import ModelError

Tensors = dict[str, NDArray[Any]]

_MAGIC = bytes.fromhex("57fb808b247547db")
_FOOTER_BYTES = 48
_DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8"}  # tensorflow/core/framework/types.proto
# Wire types of a protocol buffer field.
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
# Fields of BundleEntryProto: dtype = 1, shape = 2, offset = 4, size = 5.
_DTYPE, _SHAPE, _OFFSET, _SIZE = 1, 2, 4, 5


@dataclass(frozen=True, slots=True)
class _Handle:
    """Where a block of the table lies."""

    offset: int
    size: int


def read_checkpoint(index: Path, data: Path) -> Tensors:
    """Tensors of a checkpoint of one shard, by name.

    Raises ModelError if the files are not such a checkpoint.
    """
    try:
        return _read(index.read_bytes(), data.read_bytes())
    except (IndexError, KeyError, ValueError, struct.error) as err:
        raise ModelError(f"{index} is not a TensorFlow checkpoint that can be read: {err}") from err


def _read(index: bytes, data: bytes) -> Tensors:
    footer = index[-_FOOTER_BYTES:]
    if not footer.endswith(_MAGIC):
        raise ValueError("the magic number at its end is missing")
    _, position = _handle(footer, 0)  # the meta index, which is empty
    blocks, _ = _handle(footer, position)
    tensors: Tensors = {}
    for _, value in _entries(index, blocks):
        for key, entry in _entries(index, _handle(value, 0)[0]):
            if key:  # the empty key holds the header of the bundle
                tensors[key.decode()] = _tensor(_fields(entry), data)
    return tensors


def _tensor(entry: dict[int, list[Any]], data: bytes) -> NDArray[Any]:
    dtype = np.dtype(_DTYPES[entry[_DTYPE][0]])
    dimensions = _fields(entry[_SHAPE][0]).get(2, []) if _SHAPE in entry else []
    shape = [_fields(dimension).get(1, [0])[0] for dimension in dimensions]
    offset, size = entry.get(_OFFSET, [0])[0], entry.get(_SIZE, [0])[0]
    return np.frombuffer(data[offset : offset + size], dtype).reshape(shape)


def _entries(table: bytes, handle: _Handle) -> Iterator[tuple[bytes, bytes]]:
    """Keys and values of one block. Each key repeats only its difference from the one before."""
    if table[handle.offset + handle.size] != 0:
        raise ValueError("a block is compressed")
    block = table[handle.offset : handle.offset + handle.size]
    (restarts,) = struct.unpack("<I", block[-4:])
    end = len(block) - 4 - 4 * restarts
    position, key = 0, b""
    while position < end:
        shared, position = _varint(block, position)
        unshared, position = _varint(block, position)
        length, position = _varint(block, position)
        key = key[:shared] + block[position : position + unshared]
        position += unshared
        yield key, block[position : position + length]
        position += length


def _handle(buffer: bytes, position: int) -> tuple[_Handle, int]:
    offset, position = _varint(buffer, position)
    size, position = _varint(buffer, position)
    return _Handle(offset, size), position


def _fields(message: bytes) -> dict[int, list[Any]]:
    """Fields of a protocol buffer message, by number."""
    fields: dict[int, list[Any]] = {}
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        value: int | bytes
        if tag & 7 == _VARINT:
            value, position = _varint(message, position)
        else:
            length, position = _length(message, position, tag & 7)
            value = message[position : position + length]
            position += length
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _length(message: bytes, position: int, wire_type: int) -> tuple[int, int]:
    if wire_type == _BYTES:
        return _varint(message, position)
    return {_FIXED32: 4, _FIXED64: 8}[wire_type], position


def _varint(buffer: bytes, position: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and the position after it."""
    value = shift = 0
    while True:
        byte = buffer[position]
        position += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, position

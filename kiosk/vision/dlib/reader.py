"""Parser of dlib's serialised files: integers, floats, tensors and layer records.

Integers: a byte whose low nibble counts the little-endian bytes that follow and whose top bit
is the sign. Floats: two integers, mantissa and exponent of two. Tensors: a version, four
dimensions, raw little-endian float32.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LAYER = re.compile(rb"\x01[\x04\x05\x07](con_[45]|affine_|bn_con2|fc_[23])")


class Reader:
    """A position in a file's bytes; each method reads one value and moves on."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def integer(self) -> int:
        head = self.data[self.at]
        count = head & 0x0F
        value = int.from_bytes(self.data[self.at + 1 : self.at + 1 + count], "little")
        self.at += 1 + count
        return -value if head & 0x80 else value

    def integers(self, count: int) -> list[int]:
        return [self.integer() for _ in range(count)]

    def real(self) -> float:
        mantissa, exponent = self.integers(2)
        return math.ldexp(mantissa, exponent)

    def reals(self, count: int) -> Floats:
        return np.array([self.real() for _ in range(count)], np.float32)

    def matrix(self) -> Floats:
        """Read a matrix, flattened; its dimensions are written as negative numbers."""
        rows, columns = self.integers(2)
        return self.reals(abs(rows) * abs(columns))

    def tensor(self) -> Floats:
        """Read a tensor, flattened."""
        self.integer()
        count = math.prod(self.integers(4))
        end = self.at + 4 * count
        values = np.frombuffer(self.data[self.at : end], "<f4")
        self.at = end
        return values


@dataclass(frozen=True)
class Layer:
    """A convolution with its normalisation folded in, or the final matrix product.

    The product has ``kernel`` (0, 0).

    ``weights``: flat, filters × inputs × rows × columns, or inputs × outputs.
    """

    weights: Floats
    bias: Floats
    kernel: tuple[int, int]
    stride: tuple[int, int]
    pad: tuple[int, int]


def read_layers(data: bytes) -> Iterator[Layer]:
    """Yield a network's layers from input to output, with the normalisation folded in."""
    pending: Layer | None = None
    for match in _LAYER.finditer(data):
        name, reader = match[1].decode(), Reader(data, match.end())
        if name.startswith("con_"):
            if pending is not None:
                yield pending
            pending = _convolution(reader)
        elif name.startswith("fc_"):
            if pending is not None:
                yield pending
            pending = _product(reader)
        elif pending is not None:
            scale, shift = _affine(reader) if name == "affine_" else _normalisation(reader)
            pending = _fold(pending, scale, shift)
    if pending is not None:
        yield pending


def _convolution(reader: Reader) -> Layer:
    values = reader.tensor()
    filters, rows, columns, stride_y, stride_x, pad_y, pad_x = reader.integers(7)
    return Layer(
        values[:-filters],
        values[-filters:],
        (rows, columns),
        (stride_y, stride_x),
        (pad_y, pad_x),
    )


def _product(reader: Reader) -> Layer:
    outputs, _inputs = reader.integers(2)
    return Layer(reader.tensor(), np.zeros(outputs, np.float32), (0, 0), (0, 0), (0, 0))


def _affine(reader: Reader) -> tuple[Floats, Floats]:
    gamma, beta = np.split(reader.tensor(), 2)
    return gamma, beta


def _normalisation(reader: Reader) -> tuple[Floats, Floats]:
    gamma, beta = np.split(reader.tensor(), 2)
    reader.integers(10)  # two alias records
    reader.tensor()
    reader.tensor()
    means, variances = reader.tensor(), reader.tensor()
    # dlib's default epsilon of batch normalisation.
    scale = gamma / np.sqrt(variances + 1e-4)
    return scale.astype(np.float32), (beta - means * scale).astype(np.float32)


def _fold(layer: Layer, scale: Floats, shift: Floats) -> Layer:
    weights = layer.weights.reshape(len(scale), -1) * scale[:, None]
    return Layer(
        weights.reshape(-1), layer.bias * scale + shift, layer.kernel, layer.stride, layer.pad
    )

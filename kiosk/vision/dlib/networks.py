"""dlib's two networks, rebuilt as ONNX graphs.

Both read pictures as uint8 (count, height, width, 3) in red-green-blue order.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kiosk.vision.dlib.reader import Layer

OPSET = 17
IR_VERSION = 9
MEAN = np.array([122.782, 117.001, 104.298], np.float32)

# (filters, halves): the recogniser's residual blocks in order
BLOCKS = (
    *((32, False),) * 3,
    (64, True),
    *((64, False),) * 3,
    (128, True),
    *((128, False),) * 2,
    (256, True),
    *((256, False),) * 2,
    (256, True),
)


class _Graph:
    """Nodes and weights of a graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """Append a node and return its output's name."""
        name = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], **attributes))
        return name

    def constant(self, values: np.ndarray) -> str:
        """Add constant values and return their name."""
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def convolution(self, layer: Layer, channels: int, source: str) -> str:
        """Append a convolution and return its output's name."""
        weights = layer.weights.reshape(len(layer.bias), channels, *layer.kernel)
        return self.add(
            "Conv",
            source,
            self.constant(weights),
            self.constant(layer.bias),
            strides=list(layer.stride),
            pads=[*layer.pad, *layer.pad],
        )

    def normalised(self) -> str:
        """Append the conversion of the input to float (count, 3, height, width), scaled."""
        planes = self.add("Transpose", "image", perm=[0, 3, 1, 2])
        floats = self.add("Cast", planes, to=TensorProto.FLOAT)
        centred = self.add("Sub", floats, self.constant(MEAN.reshape(1, 3, 1, 1)))
        return self.add("Mul", centred, self.constant(np.array(1 / 256, np.float32)))

    def model(
        self, name: str, output: str, sides: list[str | int | None], shape: list[str | int | None]
    ) -> onnx.ModelProto:
        """Return the finished model with these input sides and one output of ``shape``."""
        self.nodes[-1].output[0] = output
        inputs = [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", *sides, 3])]
        outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)]
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
        )
        onnx.checker.check_model(model)
        return model


def detector(layers: list[Layer]) -> onnx.ModelProto:
    """Build the detector; its output ``scores`` is (count, 1, rows, columns)."""
    graph = _Graph()
    flow, channels = graph.normalised(), 3
    for layer in layers:
        flow = graph.convolution(layer, channels, flow)
        channels = len(layer.bias)
        if layer is not layers[-1]:
            flow = graph.add("Relu", flow)
    return graph.model("detector", "scores", ["height", "width"], ["n", 1, "rows", "columns"])


def recogniser(layers: list[Layer]) -> onnx.ModelProto:
    """Build the recogniser; its output ``vectors`` is (count, 128), not normalised."""
    graph = _Graph()
    stream = iter(layers)
    flow = graph.add("Relu", graph.convolution(next(stream), 3, graph.normalised()))
    flow = graph.add("MaxPool", flow, kernel_shape=[3, 3], strides=[2, 2])
    channels, side = 32, 35
    for filters, halves in BLOCKS:
        flow, side = _block(graph, stream, flow, (channels, filters), side, halves)
        channels = filters
    pooled = graph.add("Flatten", graph.add("GlobalAveragePool", flow))
    weights = next(stream).weights.reshape(channels, -1)
    graph.add("MatMul", pooled, graph.constant(weights))
    return graph.model("recogniser", "vectors", [150, 150], ["n", 128])


def _block(
    graph: _Graph,
    layers: Iterator[Layer],
    source: str,
    channels: tuple[int, int],
    side: int,
    halves: bool,
) -> tuple[str, int]:
    """Append two convolutions with a shortcut; return the output and its side length."""
    before, after = channels
    inner = graph.add("Relu", graph.convolution(next(layers), before, source))
    main = graph.convolution(next(layers), after, inner)
    if not halves:
        return graph.add("Relu", graph.add("Add", main, source)), side
    shortcut = graph.add("AveragePool", source, kernel_shape=[2, 2], strides=[2, 2])
    # The 3 × 3 convolution and the 2 × 2 pooling differ by one for even sides; dlib pads the
    # smaller result with zeros.
    main_side, short_side = (side - 3) // 2 + 1, side // 2
    widest = max(main_side, short_side)
    main = _padded(graph, main, 0, widest - main_side)
    shortcut = _padded(graph, shortcut, after - before, widest - short_side)
    return graph.add("Relu", graph.add("Add", main, shortcut)), widest


def _padded(graph: _Graph, source: str, channels: int, side: int) -> str:
    """Append zeros after the last channel, at the bottom and on the right."""
    if channels == 0 and side == 0:
        return source
    pads = np.array([0, 0, 0, 0, 0, channels, side, side], np.int64)
    return graph.add("Pad", source, graph.constant(pads))

"""Conversion of the Zoo's block-quantised ONNX files for ONNX Runtime, with equal outputs.

Three properties of the published files cost time or prevent optimisation. Their weights are
quantised in blocks, which ONNX Runtime dequantises on every run. The recogniser declares each
weight as a graph input, so a runtime must not treat it as a constant. And its PReLU layers have
no blocked (NCHWc) kernel, so the tensor layout changes twice at each of them; written as two
depthwise convolutions, ``slope * x + (1 - slope) * relu(x)``, they stay blocked and take half
the time.
"""

from collections.abc import Iterator

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Weights = dict[str, NDArray[np.generic]]

IR_VERSION, OPSET = 10, 21


def detector(data: bytes) -> bytes:
    """Return YuNet in float32, for pictures of any size.

    Raises:
        ValueError: ``data`` is another network.
    """
    model, nodes, weights = _folded(data)
    if [source.name for source in model.graph.input] != ["input"]:
        raise ValueError("this is not the detector")
    shape: list[int | str] = [1, 3, "height", "width"]
    outputs = [
        helper.make_tensor_value_info(output.name, TensorProto.FLOAT, [1, f"cells_{n}", width])
        for n, output in enumerate(model.graph.output)
        for width in [output.type.tensor_type.shape.dim[2].dim_value]
    ]
    return _written("input", shape, nodes, weights, outputs)


def recogniser(data: bytes) -> bytes:
    """Return SFace in float32, without PReLU.

    Raises:
        ValueError: ``data`` is another network.
    """
    model, nodes, weights = _folded(data)
    if "data" not in {source.name for source in model.graph.input}:
        raise ValueError("this is not the recogniser")
    nodes = [new for node in nodes for new in _without_prelu(node, weights)]
    return _written("data", [1, 3, 112, 112], nodes, weights, list(model.graph.output))


def _folded(data: bytes) -> tuple[onnx.ModelProto, list[onnx.NodeProto], Weights]:
    """Return the model with everything computed that depends on constants alone.

    Those are the dequantised and the reshaped weights.
    """
    model = onnx.load_from_string(data)
    weights: Weights = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer
    }
    nodes = []
    for node in model.graph.node:
        constant = all(name in weights for name in node.input)
        if constant and node.op_type == "DequantizeLinear":
            weights[node.output[0]] = _dequantised(node, weights)
        elif constant and node.op_type == "Reshape":
            values, shape = (weights[name] for name in node.input)
            weights[node.output[0]] = values.reshape(shape.astype(int))
        else:
            nodes.append(node)
    return model, nodes, weights


def _dequantised(node: onnx.NodeProto, weights: Weights) -> NDArray[np.float32]:
    """Dequantise; ``block_size`` values along ``axis`` share a scale and a zero point."""
    values, scales, zeros = (weights[name] for name in node.input)
    how = {option.name: helper.get_attribute_value(option) for option in node.attribute}
    # The last block may be incomplete, so the repeated scales are cut to the tensor's shape.
    whole = tuple(slice(side) for side in values.shape)
    scale, zero = (
        np.repeat(part, how["block_size"], how["axis"])[whole].astype(np.float32)
        for part in (scales, zeros)
    )
    return (values.astype(np.float32) - zero) * scale


def _without_prelu(node: onnx.NodeProto, weights: Weights) -> Iterator[onnx.NodeProto]:
    if node.op_type != "PRelu":
        yield node
        return
    source, result = node.input[0], node.output[0]
    slope = weights[node.input[1]].astype(np.float32).reshape(-1, 1, 1, 1)
    positive, linear, rest = f"{result}_relu", f"{result}_linear", f"{result}_rest"
    weights[f"{linear}_weight"], weights[f"{rest}_weight"] = slope, 1 - slope
    yield helper.make_node("Relu", [source], [positive])
    for name, of in ((linear, source), (rest, positive)):
        yield helper.make_node(
            "Conv", [of, f"{name}_weight"], [name], group=len(slope), kernel_shape=[1, 1]
        )
    yield helper.make_node("Add", [linear, rest], [result])


def _written(
    source: str,
    shape: list[int | str],
    nodes: list[onnx.NodeProto],
    weights: Weights,
    outputs: list[onnx.ValueInfoProto],
) -> bytes:
    """Return the model with one input and without unused weights."""
    read = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "opencv-zoo",
        [helper.make_tensor_value_info(source, TensorProto.FLOAT, shape)],
        outputs,
        [numpy_helper.from_array(values, name) for name, values in weights.items() if name in read],
    )
    opset = helper.make_opsetid("", OPSET)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())

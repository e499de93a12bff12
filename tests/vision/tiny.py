"""Tiny ONNX models with the inputs and outputs of the real packs: they find one face.

The real weights are not at hand in tests; loading, alignment, decoding of outputs and scores are
the real code all the same.
"""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kiosk.vision.packs.manifest import PackFile, PackInfo

STRIDES = (8, 16, 32)


class Graph:
    """Nodes of a model that is being made."""

    def __init__(self, shape: list[int | str]) -> None:
        self.inputs = [helper.make_tensor_value_info("input.1", TensorProto.FLOAT, shape)]
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []

    def constant(self, values: np.ndarray | np.float32) -> str:
        """A constant's name."""
        name = f"c{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node's output name."""
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def output(self, source: str, name: str, shape: list[int | str]) -> None:
        """Name an output."""
        self.nodes.append(helper.make_node("Identity", [source], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    def nothing(self) -> str:
        """Zero, computed from the input, so that outputs depend on it."""
        mean = self.add("ReduceMean", "input.1", keepdims=0)
        return self.add("Mul", mean, self.constant(np.float32(0)))

    def save(self, path: Path) -> None:
        """Write the model."""
        graph = helper.make_graph(self.nodes, "tiny", self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
        onnx.checker.check_model(model)
        path.write_bytes(model.SerializeToString())


def recogniser(path: Path, length: int) -> None:
    """The mean colours of 4 × 4 parts of a 112 × 112 chip, spread over ``length`` numbers."""
    graph = Graph(["n", 3, 112, 112])
    pooled = graph.add("AveragePool", "input.1", kernel_shape=[28, 28], strides=[28, 28])
    flat = graph.add("Flatten", pooled)
    spread = np.random.default_rng(1).normal(size=(48, length)).astype(np.float32)
    graph.output(graph.add("MatMul", flat, graph.constant(spread)), "fc1", ["n", length])
    graph.save(path)


def scrfd(path: Path) -> None:
    """SCRFD's nine outputs for a picture of any size: one confident face at the brightest spot.

    Two anchors a cell, as the real one has. At stride 32 the box reaches 64 pixels each way.
    """
    graph = Graph([1, 3, "h", "w"])
    grey = graph.add("ReduceMean", "input.1", axes=[1])
    scores, boxes, points = [], [], []
    for stride in STRIDES:
        cells = graph.add("MaxPool", grey, kernel_shape=[stride] * 2, strides=[stride] * 2)
        column = graph.add("Reshape", cells, graph.constant(np.array([-1, 1], np.int64)))
        brightest = graph.add("Equal", column, graph.add("ReduceMax", column))
        score = graph.add("Cast", brightest, to=TensorProto.FLOAT)
        sure = graph.constant(np.array([[0.9, 0.9]], np.float32) * (stride == 32))
        two = graph.add("Mul", score, sure)
        anchors = graph.add("Reshape", two, graph.constant(np.array([-1, 1], np.int64)))
        nothing = graph.add("Mul", anchors, graph.constant(np.float32(0)))
        scores.append((anchors, stride, 1))
        reach = graph.constant(np.full((1, 4), 2, np.float32))
        boxes.append((graph.add("Add", nothing, reach), stride, 4))
        five = np.array([[-0.9, -0.6, 0.9, -0.6, 0, 0.1, -0.7, 0.9, 0.7, 0.9]], np.float32)
        points.append((graph.add("Add", nothing, graph.constant(five)), stride, 10))
    for kind, outputs in enumerate((scores, boxes, points)):
        for source, stride, width in outputs:
            graph.output(source, f"out{kind}_{stride}", ["n", width])
    graph.save(path)


def yolox(path: Path, classes: dict[int, float], columns: int = 85) -> None:
    """YOLOX-nano's output: one row that scores the given COCO classes."""
    graph = Graph([1, 3, 416, 416])
    rows = np.zeros((1, 3549, columns), np.float32)
    rows[0, 1000, 4] = 1.0
    for number, score in classes.items():
        rows[0, 1000, 5 + number] = score
    source = graph.add("Add", graph.constant(rows), graph.nothing())
    graph.output(source, "output", [1, 3549, columns])
    graph.save(path)


def liveness(path: Path, score: float) -> None:
    """InsightFace's passive liveness: one probability."""
    graph = Graph([1, 3, 80, 80])
    value = graph.constant(np.array([score], np.float32))
    graph.output(graph.add("Add", value, graph.nothing()), "score", [1])
    graph.save(path)


def manifest(pack_id: str, kind: str, folder: Path, names: list[str]) -> PackInfo:
    """The manifest of files in a folder."""
    files = tuple(
        PackFile(
            name=name,
            size=(folder / name).stat().st_size,
            sha256=hashlib.sha256((folder / name).read_bytes()).hexdigest(),
        )
        for name in names
    )
    bands = None if kind in ("yolox", "liveness") else {"pass_at": 0.5, "staff_at": 0.36}
    return PackInfo.model_validate(
        {
            "id": pack_id, "kind": kind, "title": "tiny", "licence": "none", "commercial": True,
            "source": "tests", "bands": bands, "files": files,
        }
    )  # fmt: skip


def quantised_recogniser(path: Path) -> None:
    """A network of SFace's layers in small, as the Zoo publishes it: block-quantised weights that
    are declared as inputs, batch normalisation, and PReLU.
    """
    random = np.random.default_rng(5)
    model = _Quantised("data", [1, 3, 112, 112])
    convolved = model.convolution("data", random.normal(0, 0.01, (8, 3, 3, 3)), stride=4)
    slope = model.constant("slope", random.uniform(-0.5, 1.2, (8, 1, 1)).astype(np.float32))
    model.add("PRelu", [convolved, slope], "rectified")
    model.add("GlobalAveragePool", ["rectified"], "pooled")
    model.add("Flatten", ["pooled"], "flat")
    spread = model.constant("spread", random.normal(0, 0.1, (8, 128)).astype(np.float32))
    model.add("MatMul", ["flat", spread], "fc1")
    model.save(path, {"fc1": [1, 128]}, declared=True)


def quantised_detector(path: Path) -> None:
    """A network with YuNet's input and a first output of one value for each 8 × 8 pixels."""
    model = _Quantised("input", [1, 3, 640, 640])
    weights = np.random.default_rng(6).normal(0, 0.01, (1, 3, 8, 8))
    convolved = model.convolution("input", weights, stride=8)
    shape = model.constant("shape", np.array([1, -1, 1], np.int64))
    model.add("Reshape", [convolved, shape], "cls_8")
    model.save(path, {"cls_8": [1, 6400, 1]})


class _Quantised:
    """A model whose convolutions read block-quantised weights."""

    def __init__(self, source: str, shape: list[int]) -> None:
        self.source = helper.make_tensor_value_info(source, TensorProto.FLOAT, shape)
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, np.ndarray] = {}

    def constant(self, name: str, values: np.ndarray) -> str:
        """A weight's name."""
        self.weights[name] = values
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> None:
        """A node."""
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))

    def convolution(self, source: str, weights: np.ndarray, stride: int) -> str:
        """A convolution whose weights are int8 with one scale for each filter."""
        filters = weights.reshape(len(weights), -1).astype(np.float32)
        scales = np.abs(filters).max(1, keepdims=True) / 120
        self.constant("w_quantized", np.round(filters / scales).astype(np.int8))
        self.constant("w_scales", scales)
        self.constant("w_zero_point", np.zeros(scales.shape, np.int8))
        self.constant("w_shape", np.array(weights.shape, np.int64))
        named = ["w_quantized", "w_scales", "w_zero_point"]
        size = filters.shape[1]
        self.add("DequantizeLinear", named, "w_flat", axis=1, block_size=size)
        self.add("Reshape", ["w_flat", "w_shape"], "w")
        self.add("Conv", [source, "w"], "convolved", strides=[stride] * 2)
        return "convolved"

    def save(self, path: Path, outputs: dict[str, list[int]], *, declared: bool = False) -> None:
        """Write the model; ``declared``: with each float weight as an input, too."""
        inputs = [self.source]
        if declared:
            inputs += [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, values.shape)
                for name, values in self.weights.items()
                if values.dtype == np.float32
            ]
        graph = helper.make_graph(
            self.nodes,
            "tiny",
            inputs,
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
                for name, shape in outputs.items()
            ],
            [numpy_helper.from_array(values, name) for name, values in self.weights.items()],
        )
        opset = helper.make_opsetid("", 21)
        path.write_bytes(
            helper.make_model(graph, opset_imports=[opset], ir_version=10).SerializeToString()
        )


def wheel(folder: Path, name: str, version: str, files: dict[str, Path]) -> Path:
    """A wheel that pip accepts, with the given files in it."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    texts = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for place, text in texts.items():
            archive.writestr(place, text)
        for base, source in files.items():
            archive.write(source, f"{name}/models/{base}")
    return path

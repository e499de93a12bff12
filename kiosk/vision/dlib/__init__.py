"""The dlib pack, for comparison: CC0 models compiled once to ONNX and arrays."""

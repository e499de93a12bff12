"""The dlib pack, for comparison: CC0 models converted once to ONNX and arrays."""

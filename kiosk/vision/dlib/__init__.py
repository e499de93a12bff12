"""The embedded pack: dlib's CC0 models, compiled once to ONNX and arrays; no dlib at run time."""

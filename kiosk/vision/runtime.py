"""ONNX Runtime as all packs use it."""

import ctypes
from pathlib import Path

import onnxruntime


def session_options() -> onnxruntime.SessionOptions:
    """Return options for one thread that does not spin: workers share the cores with the exam."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def session(path: Path) -> onnxruntime.InferenceSession:
    """Open an ONNX model on the CPU."""
    return onnxruntime.InferenceSession(
        str(path), session_options(), providers=["CPUExecutionProvider"]
    )


def return_free_memory() -> None:
    """Return memory freed after loading models to the system: glibc would keep 20 to 60 MB.

    Has no effect with C libraries other than glibc, which have no such call.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

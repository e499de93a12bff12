"""ONNX Runtime as all packs use it."""

import ctypes
from pathlib import Path

import onnxruntime


def session_options() -> onnxruntime.SessionOptions:
    """One thread that does not spin: worker processes share the cores with the exam."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def session(path: Path) -> onnxruntime.InferenceSession:
    """An ONNX session on the CPU."""
    return onnxruntime.InferenceSession(
        str(path), session_options(), providers=["CPUExecutionProvider"]
    )


def return_free_memory() -> None:
    """Give the system what opening models left free: the C library would keep some 20 to 60 MB.

    Other C libraries than glibc have no such call: no effect there.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

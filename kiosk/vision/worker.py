"""The analysis process: takes tasks from a pipe, answers with findings, ends with its parent."""

import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import cv2

from kiosk.vision.dlib.engine import DlibEngine
from kiosk.vision.dlib.pack import build
from kiosk.vision.engine import FaceEngine
from kiosk.vision.errors import VisionError
from kiosk.vision.monitor import examine
from kiosk.vision.packs import read_pack

NICE = 10


@dataclass(frozen=True)
class EngineSpec:
    """Which pack a worker loads, and where its built weights lie."""

    pack: str
    weights: Path


def load_engine(spec: EngineSpec) -> FaceEngine:
    """The pack, ready for work (built first if need be); raises PackUnusable."""
    info = read_pack(spec.pack)
    folder = build(info, spec.weights, lambda *_: None)
    return DlibEngine(folder, info.decision_bands)


def run(pipe: Connection, spec: EngineSpec) -> None:
    """Answer tasks until the pipe closes. A picture that is refused is answered as such."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's business
    os.nice(NICE)
    cv2.setNumThreads(1)
    engine = load_engine(spec)
    pipe.send("ready")
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            answer: object = examine(engine, task)
        except VisionError as error:
            answer = type(error), error.detail, error.params
        pipe.send(answer)

"""InsightFace packs through ``FaceAnalysis``, from a folder that was installed and checked.

Detector and recogniser only, one thread each; this module never downloads anything. Sources:
Deng et al., "ArcFace", arXiv:1801.07698; Guo et al., "SCRFD", arXiv:2105.04714.
"""

from pathlib import Path

import cv2
import numpy as np
from insightface.addons import Liveness
from insightface.app import FaceAnalysis
from insightface.utils.face_align import arcface_dst
from numpy.typing import NDArray

from kiosk.exam.identity.bands import Bands
from kiosk.exam.proctoring.observation import Box
from kiosk.vision.alignment import similarity_transform
from kiosk.vision.engine import Face, Vector, around, overlap
from kiosk.vision.errors import PackUnusable
from kiosk.vision.images import Image
from kiosk.vision.packs.manifest import PackInfo
from kiosk.vision.pose import NOSE_TIP, estimate
from kiosk.vision.runtime import session_options

NEAR_SIZE, FAR_SIZE, FOLLOW_SIZE = (320, 320), (640, 640), (160, 160)
SCORE = 0.5
REACH = 0.6
SAME_TRACK = 0.3
CPU = ["CPUExecutionProvider"]


class InsightFaceEngine:
    """A :class:`kiosk.vision.engine.FaceEngine`."""

    def __init__(self, info: PackInfo, folder: Path) -> None:
        self.pack_id = info.id
        self.bands: Bands = info.decision_bands
        try:
            self._app = FaceAnalysis(
                name=str(folder),
                allowed_modules=["detection", "recognition"],
                providers=CPU,
                sess_options=session_options(),
            )
            self._app.prepare(ctx_id=-1, det_thresh=SCORE, det_size=NEAR_SIZE)
            self._recogniser = self._app.models["recognition"]
        except (AssertionError, KeyError, RuntimeError, ValueError) as error:
            raise PackUnusable(f"{type(error).__name__}: {error}", pack=info.id) from error

    def detect(self, image: Image) -> list[Face]:
        """Return all faces, the largest first."""
        return self._find(image, NEAR_SIZE)

    def search(self, image: Image) -> list[Face]:
        """Return all faces including small ones, the largest first."""
        return self._find(image, FAR_SIZE)

    def follow(self, image: Image, box: Box) -> Face | None:
        """Search the surroundings of the last box only."""
        part, left, top = around(image, box, REACH)
        if min(part.shape[:2]) < 16:
            return None
        found = [face.moved(left, top) for face in self._find(part, FOLLOW_SIZE)]
        best = max(found, key=lambda face: overlap(face.box, box), default=None)
        return best if best and overlap(best.box, box) >= SAME_TRACK else None

    def _find(self, image: Image, size: tuple[int, int]) -> list[Face]:
        boxes, points = self._app.det_model.detect(image, input_size=size)
        if points is None:
            raise PackUnusable("its detector gives no landmarks", pack=self.pack_id)
        faces = [_face(box, five) for box, five in zip(boxes, points, strict=True)]
        return sorted(faces, key=lambda face: -face.width)

    def embed(self, image: Image, face: Face) -> Vector:
        """Return the 512-d vector, normalised to length one."""
        # The template is for 112 pixels; it is scaled to whatever size this recogniser reads.
        side = self._recogniser.input_size[0]
        matrix = similarity_transform(face.landmarks, arcface_dst * (side / 112))
        vector = self._recogniser.get_feat(cv2.warpAffine(image, matrix, (side, side))).reshape(-1)
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)

    def reliable(self, vector: Vector) -> bool:  # noqa: ARG002 - the port's
        """Return True: this pack's vectors are not known to show whether a face was seen badly."""
        return True

    def similarity(self, one: Vector, other: Vector) -> float:
        """Return the cosine similarity, -1 to 1."""
        return float(one @ other)


class PassiveLiveness:
    """The liveness add-on, for packs with the same five points.

    It only observes: a low score asks staff to look and never rejects a candidate.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._model = Liveness(str(path), providers=CPU, sess_options=session_options())
        except RuntimeError as error:
            raise PackUnusable(str(error), pack=path.parent.name) from error

    def __call__(self, image: Image, face: Face) -> float | None:
        """Return the model's score, 0 to 1.

        None for a face that is too small or too near the picture's edge.
        """
        if face.pose.eye_distance < 8:
            return None
        score = self._model.predict(image, face.landmarks)["live_score"]
        return None if score is None else float(score)


def _face(box: NDArray[np.float32], points: NDArray[np.float32]) -> Face:
    left, top, right, bottom, score = map(float, box)
    five = points.astype(np.float32)
    pose = estimate(five[:2], five[2], NOSE_TIP, five[3:])
    return Face((left, top, right, bottom), five, score, pose, five)

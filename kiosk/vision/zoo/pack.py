"""The files of the built Zoo pack, made from the two published ones."""

from collections.abc import Mapping

from kiosk.vision.packs.weights import Progress
from kiosk.vision.zoo import networks
from kiosk.vision.zoo.engine import DETECTOR, RECOGNISER

PUBLISHED = {
    "face_detection_yunet_2023mar_int8bq.onnx": (DETECTOR, networks.detector),
    "face_recognition_sface_2021dec_int8bq.onnx": (RECOGNISER, networks.recogniser),
}


def compiled(sources: Mapping[str, bytes], progress: Progress) -> dict[str, bytes]:
    """Convert the published networks.

    Raises:
        ValueError: a file is another network.
    """
    files = {}
    for number, (published, (name, rewrite)) in enumerate(PUBLISHED.items(), start=1):
        files[name] = rewrite(sources[published])
        progress(name, number, len(PUBLISHED))
    return files

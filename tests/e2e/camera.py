"""A camera for a browser: a person who does what the page asks, turns the head, holds up a card.

The page gets an ordinary video track of a canvas; everything behind it is the product's own.
"""

import base64
import json

from kiosk.vision.samples import sample_card, sample_frame

TURNS = {"front": 0.0, "left": 27.0, "right": -27.0}
VARIATIONS = 6

_SCRIPT = """
(films) => {
  const bitmap = (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return createImageBitmap(new Blob([bytes], {type: "image/jpeg"}));
  };
  const canvas = Object.assign(document.createElement("canvas"), {width: 1280, height: 960});
  const context = canvas.getContext("2d");
  const ready = {};
  for (const [name, texts] of Object.entries(films)) {
    Promise.all(texts.map(bitmap)).then((pictures) => { ready[name] = pictures; });
  }
  const shown = (id) => { const part = document.getElementById(id); return part && !part.hidden; };
  const wanted = () => {
    if (shown("verify-card")) return "card";
    const ask = document.getElementById("look-ask");
    return shown("verify-look") && films[ask.dataset.ask] ? ask.dataset.ask : "front";
  };
  let count = 0;
  setInterval(() => {
    const pictures = ready[wanted()];
    if (!pictures) return;
    const [x, y] = [Math.random() * 6 - 3, Math.random() * 6 - 3];  // nobody sits quite still
    context.drawImage(pictures[count++ % pictures.length], x, y, 1280, 960);
  }, 100);
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (!constraints.video) return real(constraints);
    const stream = canvas.captureStream(10);
    if (constraints.audio) {
      const sound = await real({audio: constraints.audio});
      sound.getAudioTracks().forEach((track) => stream.addTrack(track));
    }
    return stream;
  };
}
"""


def camera_script(face: int) -> str:
    """JavaScript that puts that person before the camera of every page."""
    films = {
        name: [_text(sample_frame(face, n, yaw)) for n in range(VARIATIONS)]
        for name, yaw in TURNS.items()
    }
    films["card"] = [_text(sample_card(face, n)) for n in range(2)]
    return f"({_SCRIPT})({json.dumps(films)})"


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()

"""A camera and a microphone for a browser: a person who does what the page asks, turns the head,
holds up a card, speaks at the device check, and later when the test calls ``speak()``.

The page gets ordinary tracks, of a canvas and of a synthetic voice; all else is the product's own.
"""

import base64
import json

from kiosk.vision.samples import TURN, sample_card, sample_frame
from tests.vision.sounds import pcm, voice

TURNS = {"front": 0.0, "left": TURN, "right": -TURN}
VARIATIONS = 6

_SCRIPT = """
(films, voice) => {
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
    const ask = document.getElementById("face-prompt");
    return shown("verify-face") && films[ask.dataset.ask] ? ask.dataset.ask : "front";
  };
  let count = 0;
  setInterval(() => {
    const pictures = ready[wanted()];
    if (!pictures) return;
    const [x, y] = [Math.random() * 6 - 3, Math.random() * 6 - 3];  // nobody sits quite still
    context.drawImage(pictures[count++ % pictures.length], x, y, 1280, 960);
  }, 100);
  const microphone = () => {
    const room = new AudioContext({sampleRate: 16000});
    const out = room.createMediaStreamDestination();
    const samples = Uint8Array.from(atob(voice), (letter) => letter.charCodeAt(0));
    const said = room.createBuffer(1, samples.length / 2, 16000);
    const values = Array.from(new Int16Array(samples.buffer), (value) => value / 32768);
    said.getChannelData(0).set(values);
    setInterval(() => room.resume(), 500);
    window.speak = () => {
      const source = room.createBufferSource();
      Object.assign(source, {buffer: said, loop: true});
      source.connect(out);
      source.start();
    };
    if (document.getElementById("check-microphone")) window.speak();
    return out.stream.getAudioTracks();
  };
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = constraints.video ? canvas.captureStream(10) : new MediaStream();
    // A canvas names its track by chance; a camera keeps its name when it is opened again.
    for (const track of stream.getVideoTracks()) {
      Object.defineProperty(track, "label", {value: "HD Camera"});
    }
    if (constraints.audio) microphone().forEach((track) => stream.addTrack(track));
    return stream;
  };
}
"""


def camera_script(face: int) -> str:
    """JavaScript that puts that person before camera and microphone of every page."""
    films = {
        name: [_text(sample_frame(face, n, yaw)) for n in range(VARIATIONS)]
        for name, yaw in TURNS.items()
    }
    films["card"] = [_text(sample_card(face, n)) for n in range(2)]
    return f"({_SCRIPT})({json.dumps(films)}, {json.dumps(_text(pcm(voice())))})"


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()

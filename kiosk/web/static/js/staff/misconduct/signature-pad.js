// A field for a signature: drawn with mouse, pen or finger, kept as lines of whole numbers.

import { make } from "../../common/dom.js";
import { t } from "../../common/page.js";

const WIDTH = 1200;
const HEIGHT = 400;
const MOST_POINTS = 4000;
const LINE = 6;

export class SignaturePad {
  /** @type {[number, number][][]} */
  strokes = [];
  #drawing = false;
  #canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { class: "sign-here", width: WIDTH, height: HEIGHT, role: "img", "aria-label": t("Sign here with mouse, pen or finger") }));
  box = make(
    "div", { class: "field" }, make("span", {}, t("Signature")), this.#canvas,
    make("button", { class: "btn btn-quiet", type: "button", onclick: () => this.clear() }, t("Sign again")),
  );

  constructor() {
    this.#canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#drawing && this.#add(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.#canvas.addEventListener(name, () => { this.#drawing = false; });
    }
  }

  /** Empty the field. */
  clear() {
    this.strokes = [];
    this.#draw();
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#drawing = true;
    this.strokes.push([]);
    this.#add(event);
  }

  /** @param {PointerEvent} event */
  #add(event) {
    if (this.strokes.flat().length >= MOST_POINTS) return;
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - left) / width) * WIDTH);
    const y = Math.round(((event.clientY - top) / height) * HEIGHT);
    if (x < 0 || y < 0 || x > WIDTH || y > HEIGHT) return;
    this.strokes.at(-1)?.push([x, y]);
    this.#draw();
  }

  #draw() {
    const pen = this.#canvas.getContext("2d");
    if (!pen) return;
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.lineWidth = LINE;
    pen.lineCap = "round";
    pen.strokeStyle = getComputedStyle(this.#canvas).color;
    for (const stroke of this.strokes) {
      pen.beginPath();
      for (const [x, y] of stroke) pen.lineTo(x, y);
      pen.stroke();
    }
  }
}

// A portrait taken at the staff desk: from this machine's camera or from a file.

import { make, setNote, show } from "../../common/dom.js";
import { call } from "../../common/api.js";
import { t } from "../../common/page.js";
import { sheet } from "../../common/sheet.js";
import { checkSession } from "../session.js";

const WIDTH = 640;
const HEIGHT = 480;
const QUALITY = 0.9;
const LARGEST_SIDE = 960;

function jpeg(source, width, height) {
  const canvas = make("canvas", { width, height });
  canvas.getContext("2d")?.drawImage(source, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

async function fromFile(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  return jpeg(bitmap, Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
}

/** The parts of the sheet, and what it has taken. */
class PortraitForm {
  /** @type {Blob | null} */
  picture = null;
  /** @type {MediaStream | null} */
  stream = null;

  constructor() {
    this.note = make("div", { class: "note bad", role: "alert", hidden: true });
    this.video = make("video", { muted: true, playsInline: true, autoplay: true, hidden: true });
    this.image = make("img", { alt: t("The new portrait"), hidden: true });
    this.file = make("input", { type: "file", accept: "image/*", class: "visually-hidden", tabIndex: -1, onchange: () => this.#chosen() });
    this.open = this.#button(t("Use this machine’s camera"), () => this.#openCamera());
    this.shoot = this.#button(t("Take the picture"), () => this.#take());
    this.choose = this.#button(t("Choose a file"), () => this.file.click());
    show(this.shoot, false);
  }

  #button(text, onclick) {
    return make("button", { class: "btn btn-quiet", type: "button", onclick }, text);
  }

  get content() {
    return [
      make("div", { class: "pair" },
        make("figure", {}, make("div", { class: "frame" }, this.video), make("figcaption", {}, t("Camera"))),
        make("figure", {}, make("div", { class: "frame" }, this.image), make("figcaption", {}, t("The new portrait")))),
      make("div", { class: "line" }, this.open, this.shoot, this.choose, this.file), this.note,
    ];
  }

  async #openCamera() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: WIDTH }, height: { ideal: HEIGHT } } });
      this.video.srcObject = this.stream;
      show(this.video);
      show(this.shoot);
      show(this.open, false);
    } catch (error) {
      setNote(this.note, t("The camera did not open (%(name)s). Choose a file instead.", { name: error.name }));
    }
  }

  async #take() {
    this.#keep(await jpeg(this.video, this.video.videoWidth, this.video.videoHeight));
  }

  async #chosen() {
    const file = this.file.files?.[0];
    if (!file) return;
    try {
      this.#keep(await fromFile(file));
    } catch (error) {
      setNote(this.note, t("This file is not a picture that can be read (%(name)s).", { name: error.name }));
    }
  }

  #keep(picture) {
    setNote(this.note, "");
    this.picture = picture;
    if (this.image.src) URL.revokeObjectURL(this.image.src);
    this.image.src = URL.createObjectURL(picture);
    show(this.image);
  }

  close() {
    this.stream?.getTracks().forEach((track) => track.stop());
    if (this.image.src) URL.revokeObjectURL(this.image.src);
  }
}

/** Ask for a picture and a reason, and enrol it. */
export async function enrolPortrait(base, row) {
  const form = new PortraitForm();
  const reason = make("input", { id: "portrait-reason", class: "form-control", maxLength: 300, value: t("Portrait taken at the staff desk, identity card compared") });
  const send = async () => {
    setNote(form.note, form.picture ? "" : t("Take or choose a picture first."));
    if (!form.picture) return false;
    try {
      await call("PUT", `${base}/portraits/${encodeURIComponent(row.admission_no)}`, form.picture, {
        headers: { "Content-Type": "image/jpeg", "X-Reason": encodeURIComponent(reason.value.trim()) },
      });
      return true;
    } catch (error) {
      checkSession(error);
      setNote(form.note, error.message);
      return false;
    }
  };
  const done = await sheet({
    title: t("New portrait: %(name)s", { name: row.name }),
    wide: true,
    content: [...form.content, make("div", { class: "field" }, make("label", { for: "portrait-reason" }, t("Reason (kept in the journal)")), reason)],
    actions: [{ value: null, text: t("Cancel") }, { value: "done", text: t("Use as the portrait"), kind: "primary", check: send }],
  });
  form.close();
  return done;
}

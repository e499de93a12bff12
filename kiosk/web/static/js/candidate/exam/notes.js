// The notes pad of this attempt; see ../tools/notes-pad.js.

import { findById } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { data } from "../../common/page.js";
import { NotesPad } from "../tools/notes-pad.js";

/**
 * Fill the pad with what was saved and what could not be; null where the programme has none.
 * @param {{ text: string, number: number, most: number } | null} saved
 * @param {import("./paper-position.js").Kept} kept
 * @param {import("../answers/answer-buffer.js").AnswerBuffer} buffer
 */
export function openNotes(saved, kept, buffer) {
  if (!saved || !findById("notes")) return null;
  return new NotesPad(saved, kept, {
    send: (save) => post(`/api/attempts/${data.attempt_id}/notes`, save, { timeout: 8000, background: true }),
    keep: (unsent) => buffer.update({ notes: unsent }),
    keeps: () => buffer.keeps,
  });
}

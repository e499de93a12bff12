// A terminal that lost its cookie waits on the first pages until staff take it back; then the page
// goes where the candidate was.

import { sleep } from "../../common/dom.js";
import { postAsTerminal } from "../devices/terminal.js";

const ASK_MS = 3000;

for (;;) {
  await sleep(ASK_MS + Math.random() * 500);
  const reply = await postAsTerminal("/api/terminal/resume").catch(() => ({ resumed: false }));
  if (reply.resumed) location.assign("/");
}

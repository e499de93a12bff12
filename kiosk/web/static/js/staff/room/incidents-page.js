// The incidents; those of one seat are acknowledged with one click, then the board is back.

import "../static-page.js";
import { byId, findById, setNote } from "../../common/dom.js";
import { post } from "../../common/api.js";
import { checkSession } from "../session.js";

/** Say that what the page shows has been seen: no incident that came after it was loaded. */
async function acknowledge() {
  const { attempt, incidents, leaves } = byId("seen").dataset;
  try {
    await post(`/staff/api/attempts/${attempt}/incidents/seen`, { incidents: incidents?.split(" ").filter(Boolean) ?? [], leaves: Number(leaves) });
    location.reload();
  } catch (error) {
    checkSession(error);
    setNote(byId("seen-error"), error.message);
  }
}

findById("acknowledge")?.addEventListener("click", acknowledge);

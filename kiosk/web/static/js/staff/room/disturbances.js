// Spans in which frames were missing or late for the whole room: no candidate's doing.

import { byId, make, setText, show } from "../../common/dom.js";
import { duration, label, t, timeOfDay } from "../../common/page.js";

function line(span, now) {
  const seconds = ((span.ended_at ? Date.parse(span.ended_at) : now) - Date.parse(span.started_at)) / 1000;
  const until = span.ended_at ? timeOfDay(span.ended_at) : t("Still going on");
  return make(
    "p", {}, make("strong", {}, label("disturbances", span.kind)),
    make("span", { class: "num soft" }, ` ${timeOfDay(span.started_at)} – ${until} (${duration(seconds)}) ${span.terminals.join(" ")}`),
  );
}

/** Show the room's latest spans. */
export function showDisturbances(room) {
  const { disturbances } = room;
  const key = JSON.stringify(disturbances);
  const box = byId("disturbances");
  show(box, disturbances.length > 0);
  if (box.dataset.shown === key && disturbances.every((span) => span.ended_at)) return;
  box.dataset.shown = key;
  box.dataset.state = disturbances.some((span) => !span.ended_at) ? "found" : "fine";
  setText(byId("disturbances-summary"), t("Disturbances of the room: %(n)s", { n: disturbances.length }));
  const now = Date.parse(room.server_time);
  byId("disturbances-list").replaceChildren(
    make("p", { class: "soft small" }, t("These spans are no candidate's doing; no camera counts as lost because of them.")),
    ...disturbances.map((span) => line(span, now)),
  );
}

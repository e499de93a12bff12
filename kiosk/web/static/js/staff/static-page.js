// Pages that do not change by themselves: incidents and event log.

import { get } from "../common/api.js";
import { checkSession, showState } from "./session.js";

const id = decodeURIComponent(location.pathname.split("/")[3]);
try {
  const { sittings } = await get("/staff/api/sittings");
  showState(sittings.find((sitting) => sitting.id === id)?.state);
} catch (error) {
  checkSession(error);
}

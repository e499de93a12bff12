// The receipt: what this browser kept of the answers is wiped.

import { byId, setText } from "../common/dom.js";
import { t } from "../common/page.js";
import { wipeAll } from "./journal.js";

await wipeAll();
setText(byId("wiped"), t("What this terminal had kept of your answers has been wiped."));

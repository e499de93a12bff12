// The seat plan: a list for each room, to be printed.

import "./static-page.js";
import { byId } from "../common/dom.js";

byId("print").addEventListener("click", () => print());

import assert from "node:assert/strict";
import test from "node:test";

import { newId } from "../../../kiosk/web/static/js/common/new-id.js";

test("an id is what the server takes, and another one each time", () => {
  assert.match(newId(), /^[0-9a-f]{32}$/);
  assert.notEqual(newId(), newId());
});

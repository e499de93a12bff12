// Staff sign-in.

import { byId, setNote } from "../common/dom.js";
import { post } from "../common/api.js";

const form = byId("staff-sign-in");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  setNote(byId("staff-error"), "");
  try {
    await post("/staff/api/sign-in", { username: byId("username").value, password: byId("password").value });
    location.assign(form.dataset.next);
  } catch (error) {
    setNote(byId("staff-error"), error.message);
    button.disabled = false;
    byId("password").select();
  }
});

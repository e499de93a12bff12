// Staff sign-in.

import { byId, setNote } from "../common/dom.js";
import { post } from "../common/api.js";

const password = byId("password", HTMLInputElement);
const form = byId("staff-sign-in", HTMLFormElement);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = byId("sign-in-submit", HTMLButtonElement);
  button.disabled = true;
  setNote(byId("staff-error"), "");
  try {
    await post("/staff/api/sign-in", { username: byId("username", HTMLInputElement).value, password: password.value });
    location.assign(form.dataset.next ?? "/staff");
  } catch (error) {
    setNote(byId("staff-error"), error.message);
    button.disabled = false;
    password.select();
  }
});

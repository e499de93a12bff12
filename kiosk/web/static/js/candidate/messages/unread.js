// Which messages are shown: what the server names, less what the candidate confirmed a moment ago.

/** @typedef {{ id: string, text: string, at: string }} Message */

export class Unread {
  /** @type {Message[]} */
  shown = [];
  /** @type {Set<string>} confirmed here; a look that began before may still name them */
  #confirmed = new Set();
  /** @type {Set<string>} */
  #announced = new Set();

  /**
   * Take what the server names; returns the messages that are new here.
   * @param {Message[]} messages
   */
  hear(messages) {
    this.shown = messages.filter(({ id }) => !this.#confirmed.has(id));
    const fresh = this.shown.filter(({ id }) => !this.#announced.has(id));
    for (const { id } of fresh) this.#announced.add(id);
    return fresh;
  }

  /** @param {string} id */
  confirm(id) {
    this.#confirmed.add(id);
    this.shown = this.shown.filter((message) => message.id !== id);
  }
}

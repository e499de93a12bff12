// How the sync with headquarters stands, in words. "Everything" is said only if headquarters said so.

import { dayAndTime, sentences, t, timeOfDay } from "../../common/page.js";

const AGREE_S = 2;
const MINUTES_FROM_S = 120;
const HOURS_FROM_S = 7200;

/** From so many seconds on, somebody has to set the clock. */
export const CLOCK_WRONG_S = 60;

/** Whether headquarters said that it holds all that was sealed, and nothing is still to be sealed. */
function everything(sync) {
  return sync.complete && !sync.unsealed;
}

/** Whether more may still come, which headquarters cannot have. */
function unfinished(sync) {
  return sync.running > 0 || sync.undecided > 0;
}

/** What is still to come. */
function running(sync) {
  if (!sync.running) return t("Answers that wait for your decision: %(n)s.", { n: sync.undecided });
  if (sync.writing === 0) return t("The sitting is not closed yet.");
  return sync.writing === 1 ? t("1 candidate is still writing.") : t("%(n)s candidates are still writing.", { n: sync.writing });
}

function notArrived(n) {
  return n === 1 ? t("1 file has not arrived yet") : t("%(n)s files have not arrived yet", { n });
}

function kept(sync) {
  if (sync.waiting === 0) return t("Nothing is waiting here.");
  return sync.waiting === 1
    ? t("Nothing is lost: 1 file is stored safely here.")
    : t("Nothing is lost: %(n)s files are stored safely here.", { n: sync.waiting });
}

/** Errors in one line, each in the reader's language and only once. */
export function errorTexts(errors) {
  return [...new Set(errors.map((error) => error.message))].join("; ");
}

/** What headquarters says of itself when it can store nothing. */
const TROUBLE = {
  hq_storage_full: t("Headquarters answers, but its disk is full"),
  hq_database_unreachable: t("Headquarters answers, but its database is unavailable"),
  hq_blobs_unreachable: t("Headquarters answers, but its file storage is unavailable"),
};

function unreached(sync) {
  if (sync.trouble) return TROUBLE[sync.trouble] || t("Headquarters answers, but cannot store anything now");
  return sync.last_contact
    ? t("Headquarters has not been reached since %(at)s", { at: dayAndTime(sync.last_contact) })
    : t("Headquarters has not been reached yet");
}

function away(sync) {
  const next = sync.next_try ? [t("Next try at %(at)s.", { at: timeOfDay(sync.next_try) })] : [];
  return { tone: "warn", head: unreached(sync), rest: sentences(kept(sync), ...next) };
}

/** The one statement: `head`, `rest` and its `tone`. */
export function statement(sync) {
  if (everything(sync) && unfinished(sync)) {
    return { tone: "info", head: t("Everything sealed so far is at headquarters"), rest: running(sync) };
  }
  if (everything(sync)) {
    const rest = t("Confirmed by headquarters on %(at)s.", { at: dayAndTime(sync.confirmed.at) });
    return { tone: "good", head: t("Everything is at headquarters"), rest };
  }
  if (sync.state === "off") {
    return { tone: "info", head: t("This centre works offline"), rest: sentences(t("It has no address of headquarters."), kept(sync)) };
  }
  if (sync.state === "offline") return away(sync);
  if (sync.state === "never") {
    return { tone: "info", head: t("Headquarters has not been reached yet"), rest: kept(sync) };
  }
  if (sync.waiting === 0) {
    return { tone: "info", head: t("Headquarters has not yet confirmed that it has everything"), rest: t("Nothing is waiting here. This happens automatically, within minutes.") };
  }
  const rest = sync.problems.length
    ? t("They are safe here. Some of them need your attention: see below.")
    : t("They are safe here and will be sent automatically.");
  return { tone: sync.problems.length ? "warn" : "info", head: notArrived(sync.waiting), rest };
}

/** The same in a few words for the small panel. */
export function inShort(sync) {
  const words = [];
  if (everything(sync) && unfinished(sync)) {
    words.push(t("everything so far confirmed"), sync.writing ? t("still writing: %(n)s", { n: sync.writing }) : running(sync));
  } else if (everything(sync)) words.push(t("everything confirmed %(at)s", { at: dayAndTime(sync.confirmed.at) }));
  else if (sync.waiting === 0) words.push(t("nothing waiting, not confirmed yet"));
  else words.push(t("waiting: %(n)s", { n: sync.waiting }));
  if (sync.last_contact) words.push(t("last contact %(at)s", { at: dayAndTime(sync.last_contact) }));
  if (sync.state === "offline" && sync.next_try) words.push(t("next try %(at)s", { at: timeOfDay(sync.next_try) }));
  return words.join(" · ");
}

function howLong(seconds) {
  if (seconds < MINUTES_FROM_S) return t("%(n)s seconds", { n: Math.round(seconds) });
  if (seconds < HOURS_FROM_S) return t("%(n)s minutes", { n: Math.round(seconds / 60) });
  return t("%(n)s hours", { n: Math.round(seconds / 3600) });
}

/** The clock here beside that of headquarters; `offset` is theirs minus ours, in seconds. */
export function clocks(offset) {
  if (offset === null) return t("not compared yet");
  const seconds = Math.abs(offset);
  if (seconds < AGREE_S) return t("The clock here matches headquarters.");
  const time = howLong(seconds);
  return offset > 0 ? t("The clock here is %(time)s behind.", { time }) : t("The clock here is %(time)s ahead.", { time });
}

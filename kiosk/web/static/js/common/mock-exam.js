// Keeps a mock exam's pages apart from those of the real exam, which have the same address.
//
// The browser's storage outlives both. So a mock exam has an answer buffer of its own, and every request
// says which exam its page belongs to: no answer of one can reach the other's server.

/** Id of this page's mock exam; "" on pages of the real exam. */
export const mockExam = globalThis.document?.documentElement?.dataset.mockExam || "";

const PREFIX = "exam-answer-buffer-mock-";

/** Name of the database that keeps this page's answers. */
export const bufferName = mockExam ? PREFIX + mockExam : "exam-answer-buffer";

/** @type {Record<string, string>} The header by which the server tells the pages of both apart. */
export const mockHeader = mockExam ? { "X-Mock-Exam": mockExam } : {};

/** Delete the answer buffers of mock exams that are over. */
export async function forgetMockExams() {
  if (!indexedDB.databases) return;
  for (const { name } of await indexedDB.databases()) {
    if (name?.startsWith(PREFIX) && name !== bufferName) indexedDB.deleteDatabase(name);
  }
}

/**
 * Leave a page whose exam is not the server's any more. A page of a real attempt stays: it may hold
 * answers, and goes on when the real server is back.
 * @param {boolean} holdsAttempt
 */
export function leaveOtherExam(holdsAttempt) {
  if (holdsAttempt && !mockExam) return;
  location.assign(location.pathname.startsWith("/staff") ? "/staff/" : "/");
}

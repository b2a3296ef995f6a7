/**
 * The one error that both doors (socket and HTTP) answer with.
 * @module errors
 */

/**
 * @typedef {object} Problem
 * @property {string} code stable, documented name, for example `chat_closed`
 * @property {string} [message] a sentence for people
 * @property {string} [field] the field that is wrong
 * @property {boolean} [retry] the same command may be sent again
 * @property {number} [retry_in_ms] not before this time
 * @property {number} [status] HTTP status, when it came over HTTP
 * @property {Record<string, any>} [extra] further facts, for example `ticket` for `chat_open`
 */

/** A refused or unanswered command. `retry` says whether the same `client_id` may be tried again. */
export class ApiError extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message || problem.code);
    this.name = "ApiError";
    this.code = problem.code;
    this.field = problem.field || "";
    this.retry = problem.retry === true;
    this.retry_in_ms = problem.retry_in_ms || 0;
    this.status = problem.status || 0;
    /** @type {Record<string, any>} */
    this.extra = problem.extra || {};
  }
}

/** The answer did not come: nobody knows whether the command was done, so the same id is sent again. */
export function unanswered(code = "unreachable") {
  return new ApiError({ code, message: "No answer from the server.", retry: true });
}

const KNOWN = new Set([
  "type",
  "id",
  "client_id",
  "code",
  "message",
  "detail",
  "title",
  "status",
  "field",
  "retry",
  "retry_in_ms",
]);

/**
 * Reads a socket `error` frame or a problem+json body.
 * @param {Record<string, any>} body
 * @param {number} [status]
 * @returns {ApiError}
 */
export function readProblem(body, status = 0) {
  const extra = Object.fromEntries(Object.entries(body).filter(([name]) => !KNOWN.has(name)));
  const code = typeof body.code === "string" ? body.code : "unavailable";
  const retry = typeof body.retry === "boolean" ? body.retry : status === 429 || status >= 500;
  return new ApiError({
    code,
    message: body.message || body.detail || body.title,
    field: body.field,
    retry,
    retry_in_ms: body.retry_in_ms,
    status,
    extra,
  });
}

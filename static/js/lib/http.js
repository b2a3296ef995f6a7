/**
 * JSON over HTTP with one kind of error.
 * @module http
 */

import { ApiError, readProblem, unanswered } from "./errors.js";

export { ApiError };

/**
 * @typedef {object} RequestOptions
 * @property {string} [method] default: POST with a body, GET without
 * @property {unknown} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {number} [timeout_ms] default 10 000
 * @property {AbortSignal} [signal]
 * @property {RequestCredentials} [credentials] default `same-origin`; the widget uses `omit`
 * @property {boolean} [keepalive] let it finish while the page is left
 */

/**
 * Sends and reads JSON; null for 204. Every failure is an `ApiError`: refused, or unanswered (`retry`).
 * @param {string} url
 * @param {RequestOptions} [options]
 * @returns {Promise<any>}
 */
export async function request(url, options = {}) {
  const { timeout_ms = 10_000, signal } = options;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeout_ms);
  const abort = () => stop.abort();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await readAnswer(await fetch(url, initFor(options, stop.signal)));
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw signal?.aborted ? new ApiError({ code: "aborted" }) : unanswered();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

/** @param {RequestOptions} options @param {AbortSignal} signal @returns {RequestInit} */
function initFor({ method, body, headers, credentials = "same-origin", keepalive = false }, signal) {
  const json = body === undefined ? undefined : JSON.stringify(body);
  return {
    method: method || (json === undefined ? "GET" : "POST"),
    body: json,
    headers: {
      Accept: "application/json",
      ...(json !== undefined && { "Content-Type": "application/json" }),
      ...headers,
    },
    credentials,
    keepalive,
    signal,
  };
}

/** @param {Response} response */
async function readAnswer(response) {
  if (response.ok) return response.status === 204 ? null : response.json();
  // A proxy in front may answer in HTML: that is still an error with a code, not a crash.
  const body = await response.json().catch(() => ({}));
  throw readProblem(body && typeof body === "object" ? body : {}, response.status);
}

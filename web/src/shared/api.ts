// SPDX-License-Identifier: MIT
// One way to the server. Paths, bodies and answers have the types of the server's own description, which `./dev test`
// generates: a route that changes breaks the check of types.

import type { paths } from "api-types";

type Path = keyof paths;
type Method<P extends Path> = keyof paths[P] & ("get" | "post" | "put" | "delete");
type Json<R> = R extends { content: { "application/json": infer J } } ? J : never;
export type Answer<P extends Path, M extends Method<P>> =
  paths[P][M] extends { responses: infer R } ? Json<R[keyof R & (200 | 201)]> : never;
type Input<P extends Path, M extends Method<P>> =
  paths[P][M] extends { requestBody?: { content: { "application/json": infer J } } } ? J : undefined;

export interface FieldProblem { field: string; message: string }
export interface CellProblem { row: number; column: string; message: string }

/** What the server refused, or that it could not be reached (`code` "offline"). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors: FieldProblem[] = [],
    readonly retryAfter = 0, // seconds
    readonly rowErrors: CellProblem[] = [], // of a spreadsheet
    readonly keptAsLate = 0, // answers that came after the end and are kept for the staff
    readonly details: Record<string, unknown> = {}, // the whole body
  ) {
    super(message);
  }
}

const SILENCE = 10_000; // ms after which a request counts as lost, of which nothing was heard
const LONGEST_BODY = 60_000; // ms: a long paper on a slow line
const SLOWEST_UPLOAD = 5; // bytes a ms: a body is given that time to leave
const LONGEST_REST = 30_000; // ms

let ahead = 0; // ms: how far the server's clock is before this device's, by the Date of its last answer

/** What the server's clock says, to the second: that of the device may be wrong. */
export const serverNow = () => Date.now() + ahead;

let renew: (() => Promise<void>) | undefined;
let waiting = 0; // requests, for a session

let failures = 0; // in a row: nobody was reached, or had time
let restUntil = 0; // performance.now()

/** Nothing is asked for by itself meanwhile: without a session all of it would be sent at once afterwards, and a server without
    time is not helped by more of the same. */
export const isResting = () => waiting > 0 || performance.now() < restUntil;

function noteWhetherReached(status: number, retryAfter = 0): void {
  failures = status === 0 || status === 429 || status === 503 ? failures + 1 : 0;
  const rest = failures === 0 ? 0 : Math.max(retryAfter * 1000, Math.min(LONGEST_REST, 500 * 2 ** failures) * (0.5 + Math.random() / 2));
  restUntil = performance.now() + rest;
}

/** From now on a request that meets an ended session waits until `renewal` has come about, and is sent again. */
export function onEndedSession(renewal: () => Promise<void>): void {
  renew = renewal;
}

interface Options<B> {
  params?: Record<string, string>;
  query?: Record<string, string | number | undefined>;
  body?: B;
  /** The same of two requests is done once. */
  once?: string;
  onTiming?: (sent: number, received: number) => void;
}

const ME = "/api/profile/me";

/** A 401 may also be about a password in the request: then there is a session all the same. */
async function hasEnded(path: Path, problem: unknown): Promise<boolean> {
  if (!renew || path.startsWith("/api/auth/log") || path === ME || !(problem instanceof Problem && problem.status === 401)) return false;
  return send("get", ME).then(() => false, (answer) => answer instanceof Problem && answer.status === 401);
}

export async function call<P extends Path, M extends Method<P>>(method: M, path: P, options: Options<Input<P, M>> = {}): Promise<Answer<P, M>> {
  try {
    return await send(method, path, options);
  } catch (problem) {
    if (!await hasEnded(path, problem)) throw problem;
    waiting++;
    await renew!().finally(() => waiting--);
    return send(method, path, options);
  }
}

async function send<P extends Path, M extends Method<P>>(
  method: M, path: P, { params, query, body, once, onTiming }: Options<Input<P, M>> = {}): Promise<Answer<P, M>> {
  const asked = Object.entries(query ?? {}).flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, String(value)]]));
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params?.[name] ?? ""))
    + (asked.length > 0 ? `?${new URLSearchParams(asked)}` : "");
  const stop = new AbortController();
  const json = body !== undefined ? JSON.stringify(body) : undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const giveUpAfter = (ms: number) => { clearTimeout(timer); timer = setTimeout(() => stop.abort(), ms); };
  giveUpAfter(SILENCE + (json?.length ?? 0) / SLOWEST_UPLOAD);
  const sent = performance.now();
  try {
    const response = await fetch(address, {
      method: method.toUpperCase(),
      signal: stop.signal,
      cache: "no-store",
      headers: { ...(json !== undefined && { "Content-Type": "application/json" }), ...(once && { "Idempotency-Key": once }) },
      ...(json !== undefined && { body: json }),
    });
    giveUpAfter(LONGEST_BODY);
    const retryAfter = Number(response.headers.get("Retry-After") ?? 0);
    ahead = (Date.parse(response.headers.get("Date") ?? "") || Date.now()) - Date.now();
    noteWhetherReached(response.status, retryAfter);
    const answer = response.status === 204 ? {} : await response.json();
    onTiming?.(sent, performance.now());
    if (response.ok && response.status !== 202) return answer;
    throw new Problem(response.status, response.status === 202 ? "not_ready" : answer.code, answer.message, answer.errors ?? [],
      retryAfter, answer.rowErrors ?? [], Number(answer.keptAsLate ?? 0), answer);
  } catch (error) {
    // A network that answers for the server (a portal, a broken proxy) sends no JSON: nobody was reached then, either.
    if (error instanceof Problem) throw error;
    noteWhetherReached(0);
    throw new Problem(0, "offline", "The server does not answer");
  } finally {
    clearTimeout(timer);
  }
}

/** Of an act that the server does in its own time: that it has begun (202) is all that is asked for. */
export async function begun(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (problem) {
    if (!(problem instanceof Problem && problem.status === 202)) throw problem;
  }
}

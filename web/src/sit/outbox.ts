// SPDX-License-Identifier: MIT
// The answers on their way to the server. A change is kept on this computer before it is sent, and the copy goes only when the
// server has said that it is saved. One request at a time carries all that waits, the newest value of each.

import { Problem, type Answer as Reply } from "../shared/api";
import { get, keys, put, remove, UNSENT } from "../shared/storage";
import { errorText } from "../shared/texts";

export interface Answer { selectedOptionIds: string[]; numericalAnswer: number | null; flagged: boolean }
export type Outcome = Reply<"/api/exam-attempt/{examId}/saves", "post">["outcomes"][number];
export type Stored = NonNullable<Outcome["stored"]>;
export type Save = { questionId: string; revision: number } & Answer;

interface Waiting {
  answer: Answer;
  revision: number; // that was seen when it was given
  sent?: Answer[]; // on their way, or lost with the answer to them
  stored?: Stored; // what another page saved: the candidate decides
  refusal?: string;
}

export type SaveState = "none" | "saved" | "waiting" | "conflict" | "refused";

export const ENDS = ["already_submitted", "time_over", "no_active_attempt"]; // how a save is refused for good
const MOST = 100; // answers in one request
const SLOWEST = 30_000; // ms between two tries
const HURRIED = 2_000; // the same when time is short

const isSame = (a: Omit<Answer, "flagged">, b: Omit<Answer, "flagged">) =>
  a.numericalAnswer === b.numericalAnswer && [...a.selectedOptionIds].sort().join() === [...b.selectedOptionIds].sort().join();

export class Outbox {
  readonly saved = new Map<string, { answer: Answer; revision: number }>();
  private readonly waiting = new Map<string, Waiting>();
  private tries = 0;
  private most = MOST;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  isOpen = true; // false: sends nothing any more
  late = 0; // so many came after the end, and the server keeps them apart
  brokenSince: number | undefined; // performance.now() of the first failure in a row
  refusedBy: Problem | undefined; // that the server gives for it, if it was reached

  constructor(
    private readonly attempt: string,
    private readonly send: (saves: Save[]) => Promise<Outcome[]>,
    private readonly onChange: (error?: unknown) => void,
    private readonly isUrgent: () => boolean,
  ) {
    for (const key of keys(this.prefix)) {
      const kept = JSON.parse(get(key) ?? "null") as Waiting | null;
      if (kept) this.waiting.set(key.slice(this.prefix.length), kept);
    }
  }

  private get prefix() { return `${UNSENT}${this.attempt}:`; }

  private keep(id: string, waiting: Waiting): void {
    this.waiting.set(id, waiting);
    put(this.prefix + id, JSON.stringify(waiting));
  }

  private drop(id: string): void {
    this.waiting.delete(id);
    remove(this.prefix + id);
  }

  answer(id: string): Answer {
    return this.waiting.get(id)?.answer ?? this.saved.get(id)?.answer ?? { selectedOptionIds: [], numericalAnswer: null, flagged: false };
  }

  conflict(id: string): Stored | undefined { return this.waiting.get(id)?.stored; }
  refusal(id: string): string | undefined { return this.waiting.get(id)?.refusal; }
  get isSending() { return this.running !== undefined; }
  get unsaved(): string[] { return [...this.waiting.keys()]; }
  /** Those that wait for the candidate, and not for the server. */
  get undecided(): string[] { return this.unsaved.filter((id) => this.state(id) !== "waiting"); }

  state(id: string): SaveState {
    const waiting = this.waiting.get(id);
    if (waiting) return waiting.stored ? "conflict" : waiting.refusal ? "refused" : "waiting";
    return this.saved.has(id) ? "saved" : "none";
  }

  change(id: string, answer: Answer): void {
    const before = this.waiting.get(id);
    this.keep(id, { answer, revision: before?.revision ?? this.saved.get(id)?.revision ?? 0, sent: before?.sent });
    void this.flush();
  }

  /** The candidate's choice between two answers to one question. */
  resolve(id: string, keepMine: boolean): void {
    const waiting = this.waiting.get(id);
    if (!waiting?.stored) return;
    const { stored, answer } = waiting;
    if (keepMine) {
      this.keep(id, { answer, revision: stored.revision });
    } else {
      this.saved.set(id, { answer: stored, revision: stored.revision });
      this.drop(id);
    }
    void this.flush();
  }

  /** Sends what waits. Ends when nothing is on its way any more, whether it arrived or not. */
  flush(): Promise<void> {
    this.running ??= this.sendAll().finally(() => { this.running = undefined; this.onChange(); });
    this.onChange();
    return this.running;
  }

  private get sendable() {
    return [...this.waiting].filter(([, entry]) => !entry.stored && !entry.refusal).slice(0, this.most);
  }

  private async sendAll(): Promise<void> {
    clearTimeout(this.timer);
    for (let batch = this.sendable; this.isOpen && batch.length > 0; batch = this.sendable) {
      for (const [id, entry] of batch) this.keep(id, { ...entry, sent: [...(entry.sent ?? []), entry.answer].slice(-5) });
      try {
        const outcomes = await this.send(batch.map(([questionId, { answer, revision }]) => ({ questionId, revision, ...answer })));
        this.tries = 0;
        this.brokenSince = this.refusedBy = undefined;
        const given = new Map(batch.map(([id, entry]) => [id, entry.answer]));
        for (const outcome of outcomes) this.settle(outcome, given.get(outcome.questionId)!);
        this.onChange();
      } catch (error) {
        if (!(error instanceof Problem && this.isSettledBy(error, batch))) {
          this.onFailure(error);
          return;
        }
      }
    }
    this.most = MOST;
  }

  /** Of a refusal after which the rest can be sent. */
  private isSettledBy(problem: Problem, batch: [string, Waiting][]): boolean {
    if (problem.keptAsLate > 0) {
      this.late += problem.keptAsLate;
      for (const [id] of batch) this.drop(id);
      this.onChange(problem);
    } else if (problem.status !== 400) {
      return false;
    } else if (batch.length > 1) {
      this.most = 1; // one of them is no answer, and must not hold up the others
    } else {
      this.keep(batch[0]![0], { ...batch[0]![1], refusal: problem.errors[0]?.message ?? errorText(problem) });
    }
    return true;
  }

  private settle({ questionId: id, outcome, revision, stored, code, message }: Outcome, given: Answer): void {
    const entry = this.waiting.get(id);
    if (!entry) return;
    if (outcome === "saved") {
      this.saved.set(id, { answer: given, revision: revision ?? 0 });
      if (isSame(entry.answer, given) && entry.answer.flagged === given.flagged) this.drop(id);
      else this.keep(id, { answer: entry.answer, revision: revision ?? 0 });
    } else if (stored) {
      // What is stored may be our own, of a request whose answer was lost; or just what we were about to save.
      const isOurs = [given, ...(entry.sent ?? [])].some((answer) => isSame(stored, answer));
      this.keep(id, isOurs ? { answer: entry.answer, revision: stored.revision } : { ...entry, stored });
    } else {
      this.keep(id, { ...entry, refusal: errorText(new Problem(400, code ?? outcome, message ?? outcome)) });
    }
  }

  private onFailure(error: unknown): void {
    const refusal = error instanceof Problem ? error : undefined;
    if (refusal?.status !== 401 && !ENDS.includes(refusal?.code ?? "")) { // after a log-in it is sent again, after the end never
      this.brokenSince ??= performance.now();
      this.refusedBy = refusal && refusal.status >= 400 && refusal.status < 500 && refusal.status !== 429 ? refusal : undefined;
      const asked = (refusal?.retryAfter ?? 0) * 1000;
      const longest = Math.min(this.isUrgent() ? HURRIED : SLOWEST, 1000 * 2 ** this.tries++);
      this.timer = setTimeout(() => void this.flush(), asked + longest * (0.5 + Math.random() / 2));
    }
    this.onChange(error);
  }

  /** Takes nothing from anybody any more; what waits stays on this computer. */
  close(): void {
    this.isOpen = false;
    clearTimeout(this.timer);
  }
}

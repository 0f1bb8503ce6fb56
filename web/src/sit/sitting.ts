// SPDX-License-Identifier: MIT
// One candidate at one exam: the paper, the answers on their way, the clock, and how it ends. Pages draw it; `onChange` tells
// them when.

import { call, Problem, type Answer as Reply } from "../shared/api";
import { dropNote, writeNote } from "../shared/exam_notes";
import { SESSIONS } from "../shared/session";
import { clientId, randomName } from "../shared/storage";
import { ServerClock } from "./clock";
import { ENDS, Outbox, type Outcome, type Save } from "./outbox";
import { leaveShelter, seekShelter } from "./shelter";

export type Paper = Reply<"/api/exam-attempt/{examId}/attempt", "get">["exam"];
export type Question = Paper["questions"][number];
type Status = Reply<"/api/exam-attempt/{examId}/status", "get">;
type Times = Pick<Status, "serverTime" | "deadline" | "deadlineReason" | "extraMinutes">;
type Notice = NonNullable<Status["notices"]>[number];
type Ended = "SUBMITTED" | "AUTO_SUBMITTED" | "VOIDED";

/** unreached: there is no paper, for the server does not answer; elsewhere: another tab writes; over: the time is, and the
    server is closing the attempt. */
export type Phase = "loading" | "unreached" | "open" | "elsewhere" | "over" | "ended" | "failed";

const POLL = 30_000, POLL_LATE = 10_000, LATE = 120_000; // ms; the last two minutes are late
const SPREAD = 2000, POLL_OVER = 1000, POLL_OVER_SLOWEST = 8000; // ms: everybody's time is over at once
const TICK = 250;
const RELEASE = 1000; // ms for which a tab that is closed or loaded anew may still seem to write
const SLOWEST = 30_000; // ms between two tries to fetch the paper

export class Sitting {
  phase: Phase = "loading";
  paper: Paper | undefined;
  attempt = "";
  deadline = 0; // ms since 1970, by the server's clock
  deadlineReason: Times["deadlineReason"] = "duration";
  extraMinutes = 0;
  hasMoved = false; // the deadline, since the page was opened
  savedAt: number | undefined;
  needsLogin = false; // until then nothing is sent
  isStranger = false; // whoever is logged in, and has to make room
  isHandingIn = false;
  failure: unknown;
  ended: Ended | undefined;
  endedAt = 0;
  notices: Notice[] = []; // of the staff, oldest first
  readonly typed = new Map<string, string>(); // by question: what was written for a number and is none
  private seen = 0; // the number of the last notice that was on the screen
  readonly clock = new ServerClock();
  outbox: Outbox | undefined;
  private owner = ""; // the account whose exam this is, once it is known
  private nextPoll = 0; // performance.now()
  private lookedAtEnd = 0; // the deadline at which the server was asked whether it has moved
  private overPolls = 0;
  private handIns = randomName(); // the same until one has succeeded, so that a lost answer comes again
  private isPolling = false;
  private isHeld = false; // the lock of the tab that writes
  private opening: Promise<void> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private readonly tabs = "BroadcastChannel" in window ? new BroadcastChannel("tripos.sit") : undefined;
  private readonly logIns = "BroadcastChannel" in window ? new BroadcastChannel(SESSIONS) : undefined;
  private readonly tab = Math.random();

  constructor(readonly exam: string, private readonly onChange: () => void) {
    this.tabs?.addEventListener("message", ({ data }) => {
      if (data.exam !== this.exam || data.tab === this.tab || !["open", "elsewhere"].includes(this.phase)) return;
      this.enter("elsewhere");
      if (data.isOver) void this.poll();
    });
    this.logIns?.addEventListener("message", () => ["open", "over"].includes(this.phase) && void this.isOwn().catch(() => false));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    addEventListener("pageshow", (event) => event.persisted && this.wake());
    addEventListener("online", () => this.wake());
    addEventListener("beforeunload", (event) => {
      if (this.phase === "open" && this.outbox?.unsaved.length) event.preventDefault();
    });
    setInterval(() => this.tick(), TICK);
  }

  /** Fetches the paper; what this computer kept is merged by its revisions, and sent. `takeOver`: also from another tab. */
  open(takeOver = false): Promise<void> {
    this.opening ??= this.fetchPaper(takeOver).finally(() => { this.opening = undefined; });
    return this.opening;
  }

  /** Whether this tab is the one that writes. A browser that cannot tell lets the later one. */
  private hold(takeOver: boolean): Promise<boolean> {
    if (this.isHeld || !("locks" in navigator)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const patience = new AbortController();
      const timer = setTimeout(() => patience.abort(), RELEASE);
      navigator.locks.request(`tripos.sit:${this.exam}`, takeOver ? { steal: true } : { signal: patience.signal }, () => {
        clearTimeout(timer);
        this.isHeld = true;
        resolve(true);
        return new Promise(() => undefined); // as long as the page is there
      }).catch(() => { // another tab has it, or has just taken it
        this.isHeld = false;
        resolve(false);
      });
    });
  }

  private async fetchPaper(takeOver: boolean): Promise<void> {
    clearTimeout(this.retry);
    this.outbox?.close();
    const held = this.hold(takeOver);
    if (this.phase !== "unreached") this.enter("loading");
    try {
      const answer = await call("get", "/api/exam-attempt/{examId}/attempt", { params: { examId: this.exam }, onTiming: (sent, received) => { this.timing = { sent, received }; } });
      if (answer.attemptId !== this.attempt) this.owner = "";
      this.attempt = answer.attemptId;
      this.learn(answer);
      this.nextPoll = performance.now() + POLL; // but for the one below
      this.hasMoved = false;
      this.paper = answer.exam;
      this.outbox = this.outboxOf(answer.attemptId);
      const versions = new Map(answer.answerVersions.map((version) => [version.questionId, version]));
      for (const question of answer.exam.questions) {
        const version = versions.get(question.id);
        const stored = question.studentAnswer ?? { selectedOptionIds: [], numericalAnswer: null };
        if (version) this.outbox.saved.set(question.id, { answer: { ...stored, flagged: version.flagged }, revision: version.revision });
      }
      this.tries = 0;
      if (!(await held)) return this.enter("elsewhere");
      this.tabs?.postMessage({ exam: this.exam, tab: this.tab });
      this.enter("open");
      void this.outbox.flush();
      void seekShelter();
      setTimeout(() => { void this.poll(); void this.isOwn().catch(() => false); }, 2000); // for the notices that there are; the paper comes first
    } catch (error) {
      await this.onRefusedPaper(error);
    }
  }

  private outboxOf(attempt: string): Outbox {
    return new Outbox(attempt, (saves) => this.send(saves), (error) => this.onOutbox(error), () => !this.ended && this.left < LATE);
  }

  private async onRefusedPaper(error: unknown): Promise<void> {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) { this.needsLogin = true; this.onChange(); return; }
    if (error.code === "no_active_attempt") { location.replace(`/exams/${this.exam}`); return; }
    if (error.code === "already_submitted" || error.code === "time_over") { this.enter("over"); await this.poll(); return; }
    if (error.status === 0 || error.status >= 500) {
      this.enter("unreached");
      this.retry = setTimeout(() => void this.open(), Math.min(SLOWEST, 1000 * 2 ** this.tries++) * (0.5 + Math.random() / 2));
      return;
    }
    this.failure = error;
    this.enter("failed");
  }

  get left(): number { return this.deadline - this.clock.now(); }
  get questions(): Question[] { return this.paper?.questions ?? []; }
  get canWrite(): boolean { return this.phase === "open" && this.left > 0; }

  isAnswered(id: string): boolean {
    const answer = this.outbox!.answer(id);
    return answer.selectedOptionIds.length > 0 || answer.numericalAnswer !== null;
  }

  /** "done", or why not: an error, or the number of answers that have not arrived. */
  async handIn(): Promise<"done" | number | Problem> {
    await this.outbox!.flush();
    if (this.outbox!.undecided.length > 0) return new Problem(409, "answers_undecided", "");
    if (this.outbox!.unsaved.length > 0) return this.outbox!.unsaved.length;
    try {
      if (!(await this.isOwn())) return new Problem(401, "unauthorized", "");
      await call("post", "/api/exam-attempt/{examId}/submit", { params: { examId: this.exam }, once: this.handIns });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) { this.needsLogin = true; this.onChange(); return error; }
      if (error.code !== "already_submitted" && error.code !== "time_over") return error;
    }
    this.isHandingIn = true;
    this.enter("over");
    await this.poll();
    return "done";
  }

  async loggedIn(): Promise<void> {
    if (this.paper && !(await this.isOwn())) return;
    this.needsLogin = false;
    if (!this.paper || !["open", "over"].includes(this.phase)) return this.open();
    this.onChange();
    await this.outbox!.flush();
    await this.poll();
  }

  /** On a shared computer somebody else may log in, in another tab or over this page: nothing of this exam is sent in their name. */
  private async isOwn(): Promise<boolean> {
    const { data: { id } } = await call("get", "/api/profile/me");
    this.owner ||= id;
    this.isStranger = id !== this.owner;
    this.needsLogin ||= this.isStranger;
    this.onChange();
    return !this.isStranger;
  }

  private timing = { sent: 0, received: 0 };

  private learn({ serverTime, deadline, deadlineReason, extraMinutes }: Times): void {
    this.clock.learn(serverTime, this.timing.sent, this.timing.received);
    const moved = Date.parse(deadline);
    this.hasMoved ||= this.deadline > 0 && moved > this.deadline;
    this.deadline = moved;
    this.deadlineReason = deadlineReason;
    this.extraMinutes = extraMinutes;
    writeNote(this.exam, { attempt: this.attempt, deadline: moved });
  }

  private hear(notices: Notice[] = []): void {
    const last = this.notices.at(-1)?.number ?? 0;
    this.notices.push(...notices.filter(({ number }) => number > last));
  }

  /** What was on the screen is told with the next question, by which the staff see that it was; the server sends the others again. */
  see(number: number): void {
    this.seen = Math.max(this.seen, number);
    this.onChange();
  }
  get hasUnseen(): boolean { return (this.notices.at(-1)?.number ?? 0) > this.seen; }

  private async send(saves: Save[]): Promise<Outcome[]> {
    if (this.needsLogin) throw new Problem(401, "unauthorized", "");
    const answer = await call("post", "/api/exam-attempt/{examId}/saves", {
      params: { examId: this.exam }, body: { clientId: clientId(), saves, noticesAfter: this.seen },
      onTiming: (sent, received) => { this.timing = { sent, received }; },
    });
    this.learn(answer);
    this.hear(answer.notices);
    this.savedAt = Date.parse(answer.serverTime);
    return answer.outcomes;
  }

  /** Whether answers still wait is asked at the log-out, which goes by the note. */
  private forget(): void {
    if (this.ended === "VOIDED" || (this.ended && !this.outbox?.unsaved.length)) dropNote(this.exam);
  }

  private onOutbox(error?: unknown): void {
    this.forget();
    if (error instanceof Problem && error.status === 401) this.needsLogin = true;
    else if (error instanceof Problem && ENDS.includes(error.code) && !this.ended) this.close(error.code);
    this.onChange();
  }

  /** The server takes nothing any more, for another page may have handed in: nothing is written here, either, until it says why. */
  private close(code: string): void {
    this.isHandingIn = code === "already_submitted";
    this.enter("over");
    void this.poll();
  }

  private wake(): void {
    this.clock.hasSlept();
    if (this.phase === "unreached") void this.open();
    if (this.phase !== "open" && this.phase !== "over") return;
    void this.outbox?.flush();
    void this.poll();
  }

  private tick(): void {
    if (this.phase !== "open" && this.phase !== "over") return;
    if (this.clock.hasSlept()) this.nextPoll = 0;
    if (this.phase === "open" && this.left <= 0 && this.lookedAtEnd !== this.deadline) {
      this.lookedAtEnd = this.deadline;
      this.nextPoll = Math.min(this.nextPoll, performance.now() + Math.random() * SPREAD);
    }
    if (performance.now() >= this.nextPoll) void this.poll();
    this.onChange();
  }

  private get pause(): number {
    if (this.phase === "open" && this.left > 0) return this.left < LATE ? POLL_LATE : POLL + Math.random() * 5000;
    return Math.min(POLL_OVER_SLOWEST, POLL_OVER * 2 ** this.overPolls++) * (0.75 + Math.random() / 2);
  }

  /** Where the attempt stands. At the deadline it is asked once more, since it may have moved. */
  private async poll(): Promise<void> {
    if (this.isPolling || this.needsLogin) return;
    this.isPolling = true;
    let asked = 0; // ms to wait, by the server
    try {
      const answer = await call("get", "/api/exam-attempt/{examId}/status", {
        params: { examId: this.exam }, query: { noticesAfter: this.seen },
        onTiming: (sent, received) => { this.timing = { sent, received }; },
      });
      if (this.attempt && answer.attemptId !== this.attempt && !(await this.isOwn())) return;
      this.hear(answer.notices);
      this.attempt = answer.attemptId;
      this.learn(answer);
      this.outbox ??= this.outboxOf(answer.attemptId); // after a reload behind the end: what this computer kept comes too late
      if (answer.status !== "IN_PROGRESS") this.end(answer.status as Ended);
      else if (this.phase === "open" && this.left <= 0) this.enter("over");
      else if (this.phase === "over" && this.left > 0) this.writeAgain();
    } catch (error) {
      if (error instanceof Problem) asked = error.retryAfter * 1000;
      if (error instanceof Problem && error.status === 401) this.needsLogin = true;
      else if (error instanceof Problem && error.code === "no_active_attempt") {
        if (await this.isOwn().catch(() => false)) this.end("VOIDED");
      } else if (this.phase === "open" && this.left <= 0) this.enter("over");
    } finally {
      this.isPolling = false;
      this.nextPoll = performance.now() + Math.max(asked, this.pause);
      this.onChange();
    }
  }

  private writeAgain(): void {
    this.overPolls = 0;
    if (this.paper) this.enter("open");
    else void this.open();
  }

  private end(status: Ended): void {
    this.ended = status;
    this.endedAt = this.clock.now();
    if (status === "VOIDED") this.outbox?.close();
    else void this.outbox?.flush(); // it came too late: the server keeps it apart
    this.forget();
    void leaveShelter();
    this.enter("ended");
    this.tabs?.postMessage({ exam: this.exam, tab: this.tab, isOver: true });
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    if (phase === "elsewhere") this.outbox?.close();
    this.onChange();
  }
}

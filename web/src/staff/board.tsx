// SPDX-License-Identifier: MIT
// How far everybody is, as of a second ago. Rows keep their places until they are sorted again, so that nothing moves under the
// hand; while somebody pauses, nothing changes at all.

import { Component } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";
import { call, isResting, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Notice, Scroll, useBeat } from "../shared/page";
import { asPerson, may } from "../shared/session";
import { showDeadline, showTime } from "../shared/texts";
import type { PartProps } from "./exam";
import { CloseExam, ExtendAll, ExtendSome, OfOne } from "./interventions";
import { Notices } from "./notices";
import { many, s } from "./texts";

type Whole = Answer<"/api/exam/{examId}/board", "get">;
export type Candidate = Whole["candidates"][number];
const STATES = ["writing", "quiet", "not_started", "handed_in", "closed", "unknown"] as const;
const isWriting = ({ state }: Candidate) => ["writing", "quiet", "unknown"].includes(state);
const BEAT = 1000, OLD = 5000; // ms

/** The newest of each candidate, in the order in which they stood when they were sorted. */
class Rows {
  private readonly known = new Map<string, Candidate>();
  counts: Whole["counts"] | undefined;
  asOf = 0;
  takenAt = 0; // performance.now(): the clock of the device may be wrong
  cursor = "";

  take({ complete, candidates, counts, asOf, cursor }: Whole): void {
    if (complete) {
      const present = new Set(candidates.map(({ userId }) => userId));
      for (const id of this.known.keys()) if (!present.has(id)) this.known.delete(id);
    }
    for (const candidate of candidates) this.known.set(candidate.userId, candidate);
    Object.assign(this, { counts, cursor, asOf: Date.parse(asOf), takenAt: performance.now() });
  }

  sort(): void {
    const all = [...this.known].sort(([, a], [, b]) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || a.fullName.localeCompare(b.fullName));
    this.known.clear();
    for (const [id, candidate] of all) this.known.set(id, candidate);
  }

  get all(): Candidate[] { return [...this.known.values()]; }
}

function useBoard(examId: string, isPaused: boolean) {
  const rows = useRef(new Rows());
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const [error, setError] = useState<unknown>();
  const isAsking = useRef(false);
  const ask = async () => {
    if (isAsking.current) return draw(0);
    isAsking.current = true;
    try {
      const isFirst = rows.current.counts === undefined;
      rows.current.take(await asPerson(() => call("get", "/api/exam/{examId}/board", { params: { examId }, query: { cursor: rows.current.cursor } })));
      if (isFirst) rows.current.sort();
      setError(undefined);
    } catch (problem) {
      setError(problem);
    }
    isAsking.current = false;
    draw(0);
  };
  useEffect(() => { void ask(); }, [examId]);
  useBeat(BEAT, () => { if (!isPaused && !isResting()) void ask(); else draw(0); });
  return { rows: rows.current, error, isAsking: isAsking.current, ask, sort: () => { rows.current.sort(); draw(0); } };
}

const LOOKS: Record<Candidate["state"], string> = { writing: "busy", quiet: "warn", not_started: "", handed_in: "good", closed: "", unknown: "" };

interface RowProps { candidate: Candidate; total: number; isChosen: boolean; choose: (id: string, is: boolean) => void; done: () => void }

/** Of thousands a few change with each second: the others are not looked at. Nor are those laid out that are out of sight, for which a
    row is a grid of its own (`.rowwise`); the roles say all the same that it is a row of a table. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate({ candidate, isChosen }: RowProps) {
    return candidate !== this.props.candidate || isChosen !== this.props.isChosen;
  }

  override render({ candidate, total, isChosen, choose, done }: RowProps) {
    const { userId, fullName, enrollmentNumber, state, answered, lastSaveAt, deadline, deviceChanges, attemptId } = candidate;
    return (
      <tr role="row">
        <td role="cell"><label class="check"><input type="checkbox" checked={isChosen} aria-label={s("board.choose", { name: fullName })} onChange={(event) => choose(userId, event.currentTarget.checked)} /></label></td>
        <th role="rowheader" scope="row">{attemptId ? <a href={`/staff/attempts/${attemptId}`}>{fullName}</a> : fullName}{enrollmentNumber && <span class="soft"> {enrollmentNumber}</span>}</th>
        <td role="cell"><span class={`tag ${LOOKS[state]}`}>{s(`board.state.${state}`)}</span></td>
        <td role="cell" class="number">{total > 0 ? s("board.of", { n: answered, total }) : answered}</td>
        <td role="cell" class="number">{lastSaveAt ? showTime(Date.parse(lastSaveAt)) : "–"}</td>
        <td role="cell" class="number until">{deadline ? showDeadline(Date.parse(deadline)) : "–"}</td>
        <td role="cell" class="number">{deviceChanges}</td>
        <td role="cell"><OfOne candidate={candidate} done={done} /></td>
      </tr>
    );
  }
}

const COLUMNS = [["name"], ["state"], ["answered", "number"], ["lastSave", "number"], ["deadline", "number"], ["devices", "number"]] as const;

function Counts({ counts }: { counts: Whole["counts"] }) {
  return (
    <ul class="counts">
      {STATES.filter((state) => state !== "unknown" || counts.unknown > 0).map((state) => (
        <li key={state} class={state}><strong>{counts[state]}</strong> {s(`board.state.${state}`)}</li>
      ))}
    </ul>
  );
}

/** Spoken once a minute, not with each second. */
function Summary({ counts }: { counts: Whole["counts"] }) {
  const say = () => s("board.summary", { writing: counts.writing + counts.quiet, quiet: counts.quiet, ended: counts.handed_in + counts.closed });
  const [text, set] = useState("");
  useBeat(60_000, () => set(say()));
  return <p class="spoken" role="status">{text}</p>;
}

export function Board({ exam, phase, who, again }: PartProps) {
  const [isPaused, pause] = useState(false);
  const [chosen, setChosen] = useState(new Set<string>());
  const [search, setSearch] = useState("");
  const { rows, error, isAsking, ask, sort } = useBoard(exam.id, isPaused);
  const done = () => void ask();
  if (!rows.counts) return error === undefined ? <Loading /> : <Failure error={error} retry={done} />;
  const isOld = !isPaused && (isAsking || error !== undefined) && performance.now() - rows.takenAt > OLD;
  const isRunning = phase === "running";
  const writing = rows.all.filter(isWriting); // also past the end: with extra time, or let in again
  const wanted = search.trim().toLowerCase();
  const shown = rows.all.filter(({ fullName, enrollmentNumber }) => `${fullName} ${enrollmentNumber ?? ""}`.toLowerCase().includes(wanted));
  const picked = rows.all.filter(({ userId }) => chosen.has(userId));
  const choose = (id: string, is: boolean) => setChosen((old) => {
    const next = new Set(old);
    if (is) next.add(id); else next.delete(id);
    return next;
  });
  return (
    <>
      <Counts counts={rows.counts} />
      <Summary counts={rows.counts} />
      {isOld && <Notice kind="bad"><p>{s("board.old", { time: showTime(rows.asOf) })}</p></Notice>}
      <div class="row bar">
        <label class="field find">{s("board.find")}<input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} /></label>
        <span class="soft as-of">{s(isPaused ? "board.paused" : "board.asOf", { time: showTime(rows.asOf) })}</span>
        <button type="button" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>{s(isPaused ? "board.resume" : "board.pause")}</button>
        <button type="button" onClick={sort}>{s("board.sort")}</button>
        <ExtendSome exam={exam} candidates={picked} isOffered={picked.length > 0 && (isRunning || writing.length > 0)} done={() => { setChosen(new Set()); done(); }} />
        <ExtendAll exam={exam} isOffered={picked.length === 0 && isRunning} done={() => { again(); done(); }} />
        {!isRunning && writing.length > 0 && picked.length === 0 && <p class="soft">{many("board.after", writing.length)}</p>}
        <CloseExam exam={exam} isOffered={may(who, "publish") && (phase !== "over" || (exam.status === "PUBLISHED" && writing.length > 0))} done={() => { again(); done(); }} />
      </div>
      {rows.all.length === 0 ? <Empty>{s("board.empty")}</Empty> : (
        <Scroll label={s("exam.part.board")} class="card flat">
          <table class="board rowwise" role="table">
            <thead role="rowgroup"><tr role="row">
              <td role="cell" />
              {COLUMNS.map(([key, look]) => <th key={key} role="columnheader" scope="col" class={look}>{s(`board.${key}`)}</th>)}
              <td role="cell" />
            </tr></thead>
            <tbody role="rowgroup">{shown.map((candidate) => (
              <Row key={candidate.userId} candidate={candidate} total={exam.questions.length} isChosen={chosen.has(candidate.userId)}
                choose={choose} done={done} />
            ))}</tbody>
          </table>
        </Scroll>
      )}
      <p class="soft">{many("board.shown", shown.length)}</p>
      <Notices exam={exam} phase={phase} candidates={rows.all} writing={writing} />
    </>
  );
}

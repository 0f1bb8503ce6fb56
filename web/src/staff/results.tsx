// SPDX-License-Identifier: MIT
// Who got what. Sorted by the server: the best first.

import { useState } from "preact/hooks";
import { begun, call, type Answer } from "../shared/api";
import { Empty, Failure, Loading, Notice, Scroll, useResource } from "../shared/page";
import { asPerson } from "../shared/session";
import { showMoment, showNumber, t } from "../shared/texts";
import { Act } from "./dialog";
import type { PartProps } from "./exam";
import { Pager } from "./pager";
import { many, s } from "./texts";

type Whole = Answer<"/api/exam/{examId}/results", "get">;
const LIMIT = 50;
const shown = (score: number | null) => (score === null ? "–" : showNumber(score));

function Figures({ statistics: { participants, inProgress, averageScore, highestScore, lowestScore, totalMarks } }: { statistics: Whole["statistics"] }) {
  const figures: [string, string][] = [
    [String(participants), many("results.participants", participants)],
    ...(inProgress > 0 ? [[String(inProgress), s("results.inProgress")] as [string, string]] : []),
    [shown(averageScore), s("results.average", { total: showNumber(totalMarks) })],
    [shown(highestScore), s("results.highest")],
    [shown(lowestScore), s("results.lowest")],
  ];
  return <ul class="counts">{figures.map(([figure, text]) => <li key={text}><strong>{figure}</strong> {text}</li>)}</ul>;
}

export function Results({ exam, phase }: PartProps) {
  const [page, setPage] = useState(1);
  const [search, setSearch] = useState("");
  const [told, setTold] = useState<number>();
  const { value, error, again } = useResource(
    () => asPerson(() => call("get", "/api/exam/{examId}/results", { params: { examId: exam.id }, query: { search, page, limit: LIMIT } })), `${page} ${search}`);
  if (!value) return error === undefined ? <Loading /> : <Failure error={error} retry={again} />;
  return (
    <>
      <Figures statistics={value.statistics} />
      {error !== undefined && <Failure error={error} retry={again} />}
      {phase === "running" && <Notice><p>{s("results.running")}</p></Notice>}
      {told !== undefined && <Notice kind="good"><p>{many("results.announced", told)}</p></Notice>}
      <p class="actions">
        <a class="button" href={`/api/exam/${exam.id}/results.csv?bom=yes`} download>{s("results.csv")}</a>
        {phase === "over" && (
          <Act label={s("results.announce")} title={s("results.announce.title")} action={s("results.announce.action")}
            onSend={() => begun(call("post", "/api/exam/{examId}/results/announce", { params: { examId: exam.id } })).then(() => setTold(value.statistics.participants))}>
            {() => <p>{many("results.announce.text", value.statistics.participants)}</p>}
          </Act>
        )}
      </p>
      <div class="row bar">
        <label class="field find">{s("users.find")}
          <input type="search" value={search} onChange={(event) => { setSearch(event.currentTarget.value.trim()); setPage(1); }} />
        </label>
      </div>
      {value.data.length === 0 ? <Empty>{s(search ? "users.none" : "results.none")}</Empty> : (
        <Scroll label={s("exam.part.results")} class="card flat">
          <table class="board">
            <thead><tr>
              <th scope="col" class="number">{s("regrade.rank")}</th><th scope="col">{s("board.name")}</th><th scope="col">{t("profile.number")}</th><th scope="col" class="number">{s("results.score")}</th>
              <th scope="col">{s("board.state")}</th><th scope="col">{s("attempt.ended")}</th>
            </tr></thead>
            <tbody>{value.data.map(({ attemptId, rank, candidate, score, status, submittedAt }) => (
              <tr key={attemptId}>
                <td class="number">{rank ?? "–"}</td>
                <th scope="row"><a href={`/staff/attempts/${attemptId}`}>{candidate.name ?? s("results.deleted")}</a> <span class="soft">{candidate.email}</span></th>
                <td>{candidate.enrollmentNumber ?? "–"}</td>
                <td class="number">{t("result.of", { score: shown(score), total: showNumber(value.statistics.totalMarks) })}</td>
                <td class="wraps">{s(`attempt.status.${status}`)}</td>
                <td>{submittedAt ? showMoment(submittedAt) : "–"}</td>
              </tr>
            ))}</tbody>
          </table>
        </Scroll>
      )}
      <Pager pagination={value.pagination} go={setPage} />
    </>
  );
}

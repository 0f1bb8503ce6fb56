// SPDX-License-Identifier: MIT
// The best of the exam that ended last. It is the same for everybody, so the page finds the row of whoever reads by itself.

import { call, Problem } from "../shared/api";
import { Empty, Failure, Loading, Title, useResource } from "../shared/page";
import { person } from "../shared/session";
import { counted, showMoment, showNumber, t } from "../shared/texts";

const initialsOf = (name: string) => name.split(" ").filter(Boolean).map((word) => `${[...word][0]}.`).join(" ");

/** Nothing for visitors, and for whoever did not sit the exam. */
async function readOwn(examId: string) {
  const who = await person();
  if (!who) return undefined;
  const own = (await call("get", "/api/result")).data.find((result) => result.examId === examId && result.score !== null);
  return own && { names: [who.fullName, who.profile?.enrollmentNumber, initialsOf(who.fullName)], score: own.score! };
}

async function readBoard() {
  try {
    const board = await call("get", "/api/leaderboard/top-five");
    return { ...board, own: await readOwn(board.exam.id).catch(() => undefined) };
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

type Board = NonNullable<Awaited<ReturnType<typeof readBoard>>>;

/** Of two with the same name and score it cannot tell which is whose. */
function ownRow({ own, data }: Board) {
  const rows = data.filter(({ name, score }) => name !== null && own?.names.includes(name) && own.score === score);
  return rows.length === 1 ? rows[0] : undefined;
}

export function Leaderboard() {
  const { value, error, again } = useResource(readBoard);
  const own = value ? ownRow(value) : undefined;
  return (
    <>
      <Title>{t("board.title")}</Title>
      {error !== undefined && <Failure error={error} retry={again} />}
      {value === undefined && error === undefined && <Loading />}
      {value === null && <><h2>{t("board.empty")}</h2><Empty>{t("board.empty.text")}</Empty></>}
      {value && (
        <>
          <p class="lead">{t("board.of", { exam: value.exam.title, date: showMoment(value.exam.endTime) })}</p>
          <div class="card scroll" tabIndex={0} role="region" aria-label={t("board.title")}>
            <table>
              <thead><tr><th scope="col">{t("board.rank")}</th><th scope="col">{t("board.name")}</th><th scope="col" class="number">{t("board.score")}</th></tr></thead>
              <tbody>
                {value.data.map((place, index) => (
                  <tr key={index} class={place === own ? "own" : undefined}>
                    <td><span class={`rank rank-${place.rank}`}>{place.rank}</span></td>
                    <th scope="row">{place.name ?? t("board.hidden")}{place.department && <span class="soft"> {place.department}</span>}
                      {place === own && <> <span class="tag good">{t("board.you")}</span></>}</th>
                    <td class="number">{t("result.of", { score: showNumber(place.score), total: showNumber(value.exam.totalMarks) })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="soft">{counted("board.count", value.totalParticipants)}
            {value.own && ` ${t("board.own", { score: t("result.of", { score: showNumber(value.own.score), total: showNumber(value.exam.totalMarks) }) })}`}</p>
        </>
      )}
    </>
  );
}

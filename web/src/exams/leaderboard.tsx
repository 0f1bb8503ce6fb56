// SPDX-License-Identifier: MIT

import { call, Problem } from "../shared/api";
import { Empty, Failure, Loading, Title, useResource } from "../shared/page";
import { counted, showMoment, showNumber, t } from "../shared/texts";

async function readBoard() {
  try {
    return await call("get", "/api/leaderboard/top-five");
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

export function Leaderboard() {
  const { value, error, again } = useResource(readBoard);
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
                  <tr key={index}>
                    <td><span class={`rank rank-${place.rank}`}>{place.rank}</span></td>
                    <th scope="row">{place.name ?? t("board.hidden")}{place.department && <span class="soft"> {place.department}</span>}</th>
                    <td class="number">{t("result.of", { score: showNumber(place.score), total: showNumber(value.exam.totalMarks) })}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <p class="soft">{counted("board.count", value.totalParticipants)}</p>
        </>
      )}
    </>
  );
}

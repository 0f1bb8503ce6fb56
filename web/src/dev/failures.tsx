// SPDX-License-Identifier: MIT
// The failures that the dev inbox makes, as rules of a line each.

import { call, Problem, type Answer } from "../shared/api";
import { useResource } from "../shared/page";
import { Act } from "../staff/dialog";
import { Area } from "../staff/fields";
import { d } from "./texts";

type Failure = Answer<"/dev/api/failures", "get">["failures"][number];

const writeRule = ({ stage, probability, reply }: Failure) => `${stage} ${Math.round(probability * 100)}% ${reply}`;

function readRule(line: string): Failure {
  const parts = /^(\S+)\s+(\d+)%\s+(.+)$/.exec(line);
  if (!parts) throw new Problem(400, "rule", d("inbox.failures.wrong"));
  return { stage: parts[1] as Failure["stage"], probability: Number(parts[2]) / 100, reply: parts[3]! };
}

export function Failures() {
  const { value, again } = useResource(() => call("get", "/dev/api/failures"));
  const failures = value?.failures ?? [];
  const use = async (rules: string) => {
    const lines = rules.split("\n").map((line) => line.trim()).filter(Boolean);
    await call("put", "/dev/api/failures", { body: { failures: lines.map(readRule) } });
    again();
  };
  const label = failures.length > 0 ? d("inbox.failures.on", { n: failures.length }) : d("inbox.failures");
  return (
    <Act label={label} title={d("inbox.failures")} action={d("inbox.failures.use")} onSend={({ rules = "" }) => use(rules)}>
      {(form) => (
        <>
          <p>{d("inbox.failures.text")}</p>
          <Area form={form} name="rules" label={d("inbox.failures.rules")} rows={5} required={false} value={failures.map(writeRule).join("\n")} />
        </>
      )}
    </Act>
  );
}

// SPDX-License-Identifier: MIT
// The hour that the server remembers. Only what is new is fetched.

import { useRef } from "preact/hooks";
import { call, type Answer } from "../shared/api";
import { usePolled } from "./polled";

type Told = Answer<"/api/admin/history", "get">["data"];
export type Sample = Told["samples"][number];
export type FigureKey = Exclude<keyof Sample, "at">;

const HOUR = 3600_000; // ms

export function useHistory() {
  const kept = useRef<Told | undefined>(undefined);
  return usePolled(async () => {
    const newest = kept.current?.samples.at(-1)?.at;
    const { data } = await call("get", "/api/admin/history", { query: { after: newest } });
    const isSame = kept.current?.since === data.since;
    const samples = isSame || newest === undefined ? [...(kept.current?.samples ?? []), ...data.samples] : data.samples;
    kept.current = { ...data, samples: samples.filter(({ at }) => Date.parse(at) > Date.now() - HOUR) };
    return kept.current;
  }, 10_000);
}

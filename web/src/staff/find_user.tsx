// SPDX-License-Identifier: MIT

import { useState } from "preact/hooks";
import { call } from "../shared/api";
import { Failure, useResource } from "../shared/page";
import { s } from "./texts";
import type { User } from "./users";

/** A few accounts by name, address or number, each with a button that chooses it. */
export function FindUser({ label, action, onChoose }: { label: string; action: string; onChoose: (user: User) => void }) {
  const [search, setSearch] = useState("");
  const { value, error, again } = useResource(async () =>
    search.length < 2 ? [] : (await call("get", "/api/admin/users", { query: { search, limit: 8 } })).data, search);
  return (
    <div>
      <label class="field">{label}<input type="search" value={search} autocomplete="off" onInput={(event) => setSearch(event.currentTarget.value.trim())} /></label>
      {error !== undefined && <Failure error={error} retry={again} />}
      <div role="status">{search.length >= 2 && value?.length === 0 && <p class="soft">{s("users.none")}</p>}</div>
      <ul class="rows">{value?.map((user) => (
        <li key={user.id}>
          <div class="grow"><p>{user.fullName}</p><p class="soft">{user.email}</p></div>
          <button type="button" aria-label={`${action}: ${user.fullName}`} onClick={() => { setSearch(""); onChoose(user); }}>{action}</button>
        </li>
      ))}</ul>
    </div>
  );
}

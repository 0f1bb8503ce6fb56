// SPDX-License-Identifier: MIT

import { many, s } from "./texts";

interface PagerProps { pagination: Pagination; go: (page: number) => void; label?: string }
interface Pagination { totalItems: number; totalPages: number; currentPage: number }

/** Where one is in a long list, and the way on. */
export function Pager({ pagination: { totalItems, totalPages, currentPage }, go, label = s("pager") }: PagerProps) {
  return (
    <nav class="row pager" aria-label={label}>
      <span class="soft">{many("pager.items", totalItems)}{totalPages > 1 && ` · ${s("pager.page", { n: currentPage, total: totalPages })}`}</span>
      {totalPages > 1 && (
        <span class="row">
          <button type="button" disabled={currentPage <= 1} onClick={() => go(currentPage - 1)}>{s("pager.previous")}</button>
          <button type="button" disabled={currentPage >= totalPages} onClick={() => go(currentPage + 1)}>{s("pager.next")}</button>
        </span>
      )}
    </nav>
  );
}

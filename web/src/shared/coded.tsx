// SPDX-License-Identifier: MIT

/** What the server says of itself, with what stands between two backticks as code. It is no Markdown: names keep their underscores. */
export function Coded({ text }: { text: string }) {
  const parts = text.split(/`([^`]+)`/); // every second one was between two
  return <>{parts.map((part, n) => (n % 2 === 0 ? part : <code key={n}>{part}</code>))}</>;
}

// SPDX-License-Identifier: MIT
// A spreadsheet that is taken as a whole or not at all: first what would be wrong with it, cell by cell, then for good.

import { useRef, useState } from "preact/hooks";
import { Problem } from "../shared/api";
import { Notice, Scroll } from "../shared/page";
import { errorText, t } from "../shared/texts";
import { many, s } from "./texts";

interface Cell { row: number; column: string; message: string }
export interface Checked { rowErrors: Cell[]; warnings: Cell[]; count: number }
interface SheetProps {
  columns: string;
  example: string;
  /** One for the whole sheet, for the trail of audit. */
  hasReason?: boolean;
  send: (csv: string, dryRun: boolean, reason: string) => Promise<Checked>;
  done: () => void;
}

function Cells({ title, cells }: { title: string; cells: Cell[] }) {
  return (
    <Scroll label={title}>
      <table>
        <caption>{title}</caption>
        <thead><tr><th scope="col">{s("sheet.row")}</th><th scope="col">{s("sheet.column")}</th><th scope="col">{s("sheet.what")}</th></tr></thead>
        <tbody>{cells.map(({ row, column, message }, n) => <tr key={n}><td>{row}</td><td>{column}</td><td>{message}</td></tr>)}</tbody>
      </table>
    </Scroll>
  );
}

export function Sheet({ columns, example, hasReason = false, send, done }: SheetProps) {
  const [csv, setCsv] = useState("");
  const [reason, setReason] = useState("");
  const [checked, setChecked] = useState<Checked>();
  const [error, setError] = useState<unknown>();
  const [isUnreadable, setUnreadable] = useState(false); // the file
  const [stored, setStored] = useState<number>();
  const [isBusy, setBusy] = useState(false);
  const texts = useRef(0); // what is under way for another text than the one that is shown is forgotten
  const take = (text: string) => { texts.current++; setCsv(text); setChecked(undefined); setError(undefined); setUnreadable(false); setStored(undefined); };
  async function read(chosen: File) {
    take(""); // nobody checks the sheet before it while this one is read
    const mine = texts.current;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(await chosen.arrayBuffer());
      if (texts.current === mine) take(text);
    } catch {
      if (texts.current === mine) setUnreadable(true);
    }
  }
  const isRight = checked?.rowErrors.length === 0;

  async function run(dryRun: boolean) {
    if (isBusy) return;
    setBusy(true);
    setError(undefined);
    const mine = texts.current;
    try {
      const answer = await send(csv, dryRun, reason);
      if (dryRun) {
        if (texts.current === mine) setChecked(answer);
      } else {
        if (texts.current === mine) take("");
        setStored(answer.count);
        done();
      }
    } catch (problem) {
      if (!dryRun || texts.current === mine) setError(problem);
    }
    setBusy(false);
  }
  return (
    <>
      <p>{s("sheet.columns", { columns })}</p>
      <label class="field">{s("sheet.file")}
        <input type="file" accept=".csv,.tsv,.txt,text/csv" onChange={async (event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = ""; // the same name again is another file, once it was mended
          if (chosen) await read(chosen);
        }} />
      </label>
      <label class="field">{s("sheet.text")}
        <textarea rows={5} class="code" value={csv} placeholder={example} onInput={(event) => take(event.currentTarget.value)} />
      </label>
      {hasReason && (
        <label class="field">{s("reason")}
          <input value={reason} maxLength={1000} onInput={(event) => setReason(event.currentTarget.value)} />
        </label>
      )}
      {isUnreadable && <Notice kind="bad"><p>{s("sheet.notUtf8")}</p></Notice>}
      {error !== undefined && <Notice kind="bad"><p>{error instanceof Problem && error.errors.length > 0 ? error.errors.map(({ message }) => message).join("; ") : errorText(error)}</p></Notice>}
      {checked && checked.rowErrors.length > 0 && <Notice kind="bad"><Cells title={many("sheet.errors", checked.rowErrors.length)} cells={checked.rowErrors} /></Notice>}
      {checked && checked.warnings.length > 0 && <Notice><Cells title={many("sheet.warnings", checked.warnings.length)} cells={checked.warnings} /></Notice>}
      {isRight && <Notice kind="good"><p>{many("sheet.fits", checked!.count)}</p></Notice>}
      {stored !== undefined && <Notice kind="good"><p>{many("sheet.stored", stored)}</p></Notice>}
      {isBusy && <p role="status">{t("site.loading")}</p>}
      <p class="actions" aria-busy={isBusy}>
        <button type="button" aria-disabled={isBusy} disabled={csv.trim() === ""} onClick={() => void run(true)}>{s("sheet.check")}</button>
        <button type="button" class="main" aria-disabled={isBusy} disabled={!isRight || (hasReason && reason.trim() === "")} onClick={() => void run(false)}>{s("sheet.import")}</button>
      </p>
    </>
  );
}

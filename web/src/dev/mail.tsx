// SPDX-License-Identifier: MIT
// One mail in its four forms. Its HTML goes into a sandboxed frame, where scripts do not run; all else is set as text.

import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../shared/api";
import { Loading, useResource } from "../shared/page";
import { showMoment } from "../shared/texts";
import { d } from "./texts";

const FORMS = ["html", "text", "headers", "source"] as const;
type Form = (typeof FORMS)[number];

/** The language that a mail is in, as `lang` has it. */
export const UNKNOWN = "";

async function readMail(id: string) {
  const [{ mail }, source] = await Promise.all([
    call("get", "/dev/api/mails/{id}", { params: { id } }),
    fetch(`/dev/api/mails/${encodeURIComponent(id)}/source`).then((response) => response.text()),
  ]);
  return { mail, source };
}

/** On plain HTTP there is no clipboard; the text can be selected. */
function Copy({ text, label }: { text: string; label: string }) {
  const [isDone, setDone] = useState(false);
  if (!navigator.clipboard) return null;
  return <button type="button" aria-label={label} onClick={() => navigator.clipboard.writeText(text).then(() => setDone(true))}>{d(isDone ? "inbox.copied" : "inbox.copy")}</button>;
}

function Tabs({ form, choose }: { form: Form; choose: (form: Form) => void }) {
  const bar = useRef<HTMLDivElement>(null);
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: FORMS.length - 1 }[event.key];
    if (!step) return;
    const next = (FORMS.indexOf(form) + step) % FORMS.length;
    choose(FORMS[next]!);
    bar.current!.querySelectorAll("button")[next]!.focus();
  };
  return (
    <div class="row" role="tablist" aria-label={d("inbox.form")} ref={bar} onKeyDown={onKey}>
      {FORMS.map((one) => (
        <button key={one} type="button" role="tab" id={`tab-${one}`} aria-controls="body" aria-selected={one === form} tabIndex={one === form ? 0 : -1}
          onClick={() => choose(one)}>{d(`inbox.form.${one}`)}</button>
      ))}
    </div>
  );
}

/** No style tells that the focus is in a frame, but the window that loses it can be asked. */
function HtmlFrame({ id }: { id: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [hasFocus, setFocus] = useState(false);
  useEffect(() => {
    const onBlur = () => setFocus(document.activeElement === frame.current), onFocus = () => setFocus(false);
    addEventListener("blur", onBlur);
    addEventListener("focus", onFocus);
    return () => { removeEventListener("blur", onBlur); removeEventListener("focus", onFocus); };
  }, []);
  return <iframe ref={frame} class={hasFocus ? "focused" : ""} title={d("inbox.frame")} sandbox="allow-popups allow-popups-to-escape-sandbox" src={`/dev/api/mails/${encodeURIComponent(id)}/html`} />;
}

interface MailProps { id: string; close: () => void; onDeleted: () => void }

export function MailView({ id, close, onDeleted }: MailProps) {
  const { value, error } = useResource(() => readMail(id));
  const [form, choose] = useState<Form>("html");
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { heading.current?.focus({ preventScroll: true }); }, [value !== undefined]);
  if (!value) return error === undefined ? <Loading /> : <><p>{d("inbox.gone")}</p><button type="button" onClick={close}>{d("inbox.back")}</button></>;
  const { mail, source } = value;
  const panel = { id: "body", role: "tabpanel" as const, "aria-labelledby": `tab-${form}` };
  return (
    <>
      <button type="button" class="back" onClick={close}>{d("inbox.back")}</button>
      <h2 ref={heading} tabIndex={-1} lang={mail.subject ? UNKNOWN : undefined}>{mail.subject || d("inbox.noSubject")}</h2>
      <dl>
        <dt>{d("inbox.from")}</dt><dd>{mail.from}</dd>
        <dt>{d("inbox.to")}</dt><dd>{mail.to}</dd>
        <dt>{d("inbox.received")}</dt><dd>{showMoment(mail.receivedAt)}</dd>
      </dl>
      <ul class="finds">
        {mail.codes.map((code) => <li key={code}><strong class="digits">{code}</strong><Copy text={code} label={d("inbox.copy.code")} /></li>)}
        {mail.links.map((link) => <li key={link}><a href={link} target="_blank" rel="noopener noreferrer">{link}</a><Copy text={link} label={d("inbox.copy.link")} /></li>)}
      </ul>
      <div class="row head">
        <Tabs form={form} choose={choose} />
        <button type="button" onClick={() => call("delete", "/dev/api/mails/{id}", { params: { id } }).then(onDeleted, onDeleted)}>{d("inbox.delete")}</button>
      </div>
      {form === "html" && <div {...panel}><HtmlFrame id={id} /></div>}
      {form === "headers" && <div {...panel} tabIndex={0}><dl class="headers" lang={UNKNOWN}>{mail.headers.map(({ name, value: text }) => <><dt>{name}</dt><dd>{text}</dd></>)}</dl></div>}
      {(form === "text" || form === "source") && <pre {...panel} class={form} tabIndex={0} lang={UNKNOWN}>{form === "text" ? mail.text : source}</pre>}
    </>
  );
}

// SPDX-License-Identifier: MIT
// Acts that ask first: a button, and behind it a dialog that says what happens, with a reason or a number where one is needed.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../shared/api";
import { Form, type FormState } from "../shared/form";
import { randomName } from "../shared/storage";
import { s } from "./texts";

interface DialogProps {
  title: string;
  action: string;
  kind?: "main" | "danger";
  /** What it will do, and the fields. */
  children?: (form: FormState) => ComponentChildren;
  /** What it throws is shown in the dialog, which stays then. */
  onSend: (values: Record<string, string>) => Promise<unknown>;
  onClose: () => void;
}

/** Open as long as it is drawn. The focus is on the first field, or else on the way out. */
export function Dialog({ title, action, kind, children, onSend, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current!.showModal();
    dialog.current!.querySelector<HTMLElement>("input, textarea, select, button[type=button]")?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      <Form action={action} kind={kind} onSend={async (values) => { await onSend(values); dialog.current?.close(); }}
        beside={<button type="button" onClick={() => dialog.current?.close()}>{s("dialog.cancel")}</button>}>
        {(form) => children?.(form)}
      </Form>
    </dialog>
  );
}

interface ActProps extends Omit<DialogProps, "onClose" | "onSend"> {
  label: string;
  of?: string;
  look?: string;
  /** Whether there is a button for it. A dialog that is open stays: what is typed in it is not lost when the exam ends meanwhile. */
  isOffered?: boolean;
  /** `once` is the same until an answer has come, also in a dialog that is opened again: an order whose answer was lost is not carried
      out twice. */
  onSend: (values: Record<string, string>, once: string) => Promise<unknown>;
}

export function Act({ label, of, look = "", isOffered = true, onSend, ...dialog }: ActProps) {
  const [isOpen, open] = useState(false);
  const once = useRef(randomName());
  const send = async (values: Record<string, string>) => {
    try {
      await onSend(values, once.current);
      once.current = randomName();
    } catch (problem) {
      if (problem instanceof Problem && problem.code === "idempotency_key_reused") once.current = randomName(); // it says what became of the first
      throw problem;
    }
  };
  return (
    <>
      {isOffered && <button type="button" class={look} aria-label={of && `${label}: ${of}`} onClick={() => open(true)}>{label}</button>}
      {isOpen && <Dialog {...dialog} onSend={send} onClose={() => open(false)} />}
    </>
  );
}

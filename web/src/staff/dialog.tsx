// SPDX-License-Identifier: MIT
// Acts that ask first: a button, and behind it a dialog that says what happens, with a reason or a number where one is needed.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Form, type FormState } from "../shared/form";
import { randomName } from "../shared/storage";
import { s } from "./texts";

interface DialogProps {
  title: string;
  action: string;
  kind?: "main" | "danger";
  /** What it will do, and the fields. */
  children?: (form: FormState) => ComponentChildren;
  /** What it throws is shown in the dialog, which stays then. `once` is the same as long as the dialog is open: an order whose answer
      was lost is not carried out again by another press. */
  onSend: (values: Record<string, string>, once: string) => Promise<unknown>;
  onClose: () => void;
}

/** Open as long as it is drawn. The focus is on the first field, or else on the way out. */
export function Dialog({ title, action, kind, children, onSend, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [once] = useState(randomName);
  useEffect(() => {
    dialog.current!.showModal();
    dialog.current!.querySelector<HTMLElement>("input, textarea, select, button[type=button]")?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-label={title} onClose={onClose}>
      <h2>{title}</h2>
      <Form action={action} kind={kind} onSend={async (values) => { await onSend(values, once); dialog.current?.close(); }}
        beside={<button type="button" onClick={() => dialog.current?.close()}>{s("dialog.cancel")}</button>}>
        {(form) => children?.(form)}
      </Form>
    </dialog>
  );
}

export function Act({ label, of, look = "", ...dialog }: Omit<DialogProps, "onClose"> & { label: string; of?: string; look?: string }) {
  const [isOpen, open] = useState(false);
  return (
    <>
      <button type="button" class={look} aria-label={of && `${label}: ${of}`} onClick={() => open(true)}>{label}</button>
      {isOpen && <Dialog {...dialog} onClose={() => open(false)} />}
    </>
  );
}

// SPDX-License-Identifier: MIT
// The sheet of what the pages are made of, each part in all its states, in either theme: for whoever works on them, and for the
// tests. It is served in development alone, and in English.

import type { ComponentChildren } from "preact";
import { Title } from "../shared/page";
import { show } from "../shared/router";
import { Blocks } from "./blocks";
import { Exam } from "./exam";
import { Forms } from "./forms";
import { Marks } from "./marks";

function Group({ id, name, children }: { id: string; name: string; children: ComponentChildren }) {
  return <section aria-labelledby={id}><h2 id={id}>{name}</h2>{children}</section>;
}

function Components() {
  return (
    <>
      <Title>Components</Title>
      <p class="lead">What pages are made of, in all states. The choice of colours is at the foot.</p>
      <Group id="marks" name="Colours, text, buttons, tags"><Marks /></Group>
      <Group id="blocks" name="Notices, blocks, tables"><Blocks /></Group>
      <Group id="forms" name="Forms and dialogs"><Forms /></Group>
      <Group id="exam" name="A running exam"><Exam /></Group>
    </>
  );
}

void show([[/^\/docs\/components$/, Components]], () => [["/docs", "API"], ["/docs/components", "Components"]]);

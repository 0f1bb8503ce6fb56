// SPDX-License-Identifier: MIT
// A door between an agent and Redis that a test can hold shut in either direction or slam. Connections that wait for the
// server (BZPOPMIN, XREAD) always pass: what is held is the conversation of commands.

import { connect, createServer } from 'node:net';

class Passage {
  constructor(client, server, gate) {
    Object.assign(this, { client, server, gate, held: [], isBlocking: false, replied: 0 });
    client.on('data', (chunk) => this.#fromClient(chunk));
    server.on('data', (chunk) => this.#fromServer(chunk));
    for (const side of [client, server]) {
      side.on('error', () => {});
      side.on('close', () => this.close());
    }
  }

  #fromClient(chunk) {
    if (this.isDead) return;
    this.isBlocking ||= /BZPOPMIN|XREAD/.test(chunk.toString('latin1', 0, 100));
    if (this.gate.holdsRequests && !this.isBlocking) this.held.push([this.server, chunk]);
    else this.server.write(chunk);
  }

  #fromServer(chunk) {
    if (this.isDead) return;
    if (this.gate.holdsReplies && !this.isBlocking) {
      this.held.push([this.client, chunk]);
      return;
    }
    this.replied += chunk.length;
    const excess = this.replied - this.gate.cutsAfter;
    if (excess <= 0) {
      this.client.write(chunk);
    } else {
      // In the middle of a reply, as a network would.
      this.client.end(chunk.subarray(0, Math.max(chunk.length - excess, 0)), () => this.close());
    }
  }

  release() {
    for (const [side, chunk] of this.held.splice(0)) side.write(chunk);
  }

  close() {
    this.client.destroy();
    this.server.destroy();
    this.gate.passages.delete(this);
  }
}

export class Gate {
  passages = new Set();
  holdsReplies = false;
  holdsRequests = false;
  /** Each new connection is cut after so many bytes of replies. */
  cutsAfter = Infinity;

  /** Listens at `path` for a server at `upstream`; both are Unix sockets. */
  static async open(path, upstream) {
    const gate = new Gate();
    gate.path = path;
    gate.listener = createServer((client) => gate.passages.add(new Passage(client, connect(upstream), gate)));
    await new Promise((resolve) => gate.listener.listen(path, resolve));
    return gate;
  }

  /** What was held arrives, and nothing is held any more. */
  release() {
    this.holdsReplies = this.holdsRequests = false;
    for (const passage of this.passages) passage.release();
  }

  /** The connections stay open, but nothing passes any more, as when the other machine has lost its power. */
  deaden() {
    for (const passage of this.passages) passage.isDead = true;
  }

  /** What was held is lost, with the connections. */
  cut() {
    for (const passage of [...this.passages]) passage.close();
  }

  async close() {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }
}

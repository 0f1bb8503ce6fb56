// SPDX-License-Identifier: MIT
// A line to the server that a test can cut, and on which it can put something else in the place of a file.

import { createServer, request } from "node:http";

export async function startProxy(base) {
  const { hostname, port } = new URL(base);
  const instead = new Map();
  let isCut = false;
  const line = createServer((asked, answer) => {
    if (isCut) return asked.socket.destroy();
    if (instead.has(asked.url)) return answer.writeHead(200, { "Content-Type": "text/javascript", "Cache-Control": "no-cache" }).end(instead.get(asked.url));
    const passed = request({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers }, (given) => {
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
    });
    passed.on("error", () => answer.destroy());
    return asked.pipe(passed);
  });
  await new Promise((resolve) => line.listen(0, "127.0.0.1", resolve));
  return {
    base: `http://localhost:${line.address().port}`,
    /** What runs breaks off, and nothing comes through. */
    cut() {
      isCut = true;
      line.closeAllConnections();
    },
    mend() { isCut = false; },
    replace(path, content) { instead.set(path, content); },
    stop() {
      line.closeAllConnections();
      line.close();
    },
  };
}

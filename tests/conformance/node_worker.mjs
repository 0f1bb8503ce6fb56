// SPDX-License-Identifier: MIT
// A BullMQ worker in a process of its own, so that a suite can kill it in mid-job: node_worker.mjs <package> <socket>
// <queue> <options>.

const [packageName, socket, name, options] = process.argv.slice(2);
const { Worker } = await import(packageName);
const worker = new Worker(name, () => new Promise(() => {}), {
  connection: { path: socket, maxRetriesPerRequest: null },
  ...JSON.parse(options),
});
worker.on('error', () => {});
process.stdin.on('end', () => process.exit(0));
process.stdin.resume();

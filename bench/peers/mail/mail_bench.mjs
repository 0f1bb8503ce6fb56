// SPDX-License-Identifier: MIT
// node mail_bench.mjs <socket> <smtp port> <mails> <connections> <concurrency>: the peer of `./dev bench mail`, doing the same
// job: mails of 2 KB from a BullMQ queue through Nodemailer's pool; the jobs are there when the clock starts. Prints one JSON object.
import { Queue, Worker } from "bullmq";
import IORedis from "ioredis";
import nodemailer from "nodemailer";

const [socket, port, mails, connections, concurrency] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const connect = () => new IORedis({ path: socket, maxRetriesPerRequest: null });
const html = "<h1>Results</h1>" + "<p>Your result is there.</p>".repeat(30);
const text = "Results\n\n" + "Your result is there.\n\n".repeat(30);

const queue = new Queue("node-email", { connection: connect() });
await queue.pause();
for (let done = 0; done < mails; done += 500) {
  await queue.addBulk(Array.from({ length: Math.min(500, mails - done) }, (_, i) => ({
    name: "send-email",
    data: { to: "somebody@example.com", subject: "Results", html, text },
    opts: { jobId: `mail-${done + i}`, priority: 6, attempts: 3, backoff: { type: "exponential", delay: 2000 },
            removeOnComplete: { age: 86400, count: 100000 } },
  })));
}

const transport = nodemailer.createTransport({
  pool: true, host: "127.0.0.1", port, ignoreTLS: true, maxConnections: connections, maxMessages: 100,
});
let sent = 0;
const tenths = [];
let begin;
let cpu;
const finished = new Promise((resolve, reject) => {
  const worker = new Worker("node-email", async (job) => {
    const info = await transport.sendMail({
      from: "Tripos <no-reply@tripos.localhost>", to: job.data.to, subject: job.data.subject, html: job.data.html,
      text: job.data.text, messageId: `<${job.id}@tripos.localhost>`, headers: { "Auto-Submitted": "auto-generated" },
    });
    if (++sent % (mails / 10) === 0) {
      tenths.push((performance.now() - begin) / 1000);
    }
    if (sent === mails) {
      resolve();
    }
    return { success: true, messageId: info.messageId };
  }, { connection: connect(), concurrency });
  worker.on("failed", (_, error) => reject(error));
});
begin = performance.now();
cpu = process.cpuUsage();
await queue.resume();
await finished;
const used = process.cpuUsage(cpu);
console.log(JSON.stringify({
  mails, seconds: (performance.now() - begin) / 1000, cpu: (used.user + used.system) / 1e6, tenths,
  memory: [Math.round(process.memoryUsage().rss / 1024)],
}));
process.exit(0);

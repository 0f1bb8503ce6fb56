// SPDX-License-Identifier: MIT
// As little as Express can do for an authenticated, cached read: verify the token, one Redis GET, send the bytes.
//   node express_minimal.mjs PORT REDIS_URL PAPER_FILE SEED_FILE

import { readFileSync, writeFileSync } from 'node:fs';
import express from 'express';
import jwt from 'jsonwebtoken';
import { createClient } from 'redis';

const [port, redisUrl, paperFile, seedFile] = process.argv.slice(2);
const secret = 'for this run only';
const redis = await createClient({ url: redisUrl }).connect();
await redis.set('paper', readFileSync(paperFile, 'utf8'));
const tokens = Array.from({ length: 100 }, (_, id) => jwt.sign({ id, role: 'USER' }, secret, { expiresIn: '1d' }));
writeFileSync(seedFile, JSON.stringify({ examId: 'any', questions: [{ id: 'any', optionIds: ['any'] }], tokens }));

const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.get('/api/exam-attempt/:examId/attempt', async (req, res) => {
  try {
    jwt.verify((req.headers.authorization ?? '').slice('Bearer '.length), secret);
  } catch {
    return res.status(401).json({ success: false });
  }
  return res.type('application/json').send(await redis.get('paper'));
});
app.listen(Number(port), '127.0.0.1', () => console.log('ready'));

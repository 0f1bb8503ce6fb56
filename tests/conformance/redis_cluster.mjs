// SPDX-License-Identifier: MIT
// A Cluster of real redis-servers on loopback.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import Redis, { Cluster } from 'ioredis';
import { eventually } from './support.mjs';
import { atTheEnd, child, deadPort, temporaryFolder } from './tripos_site.mjs';

function redisCli(port, ...words) {
  const done = spawnSync('redis-cli', ['-p', port, ...words], { encoding: 'utf8' });
  return done.stdout.trim();
}

async function startNode() {
  const [port, bus] = [await deadPort(), await deadPort()];
  const server = child('redis-server', ['--port', port, '--bind', '127.0.0.1', '--dir', temporaryFolder('cluster'), '--save', '', '--appendonly', 'yes',
    '--cluster-enabled', 'yes', '--cluster-port', bus, '--cluster-node-timeout', 2000, '--cluster-allow-replica-migration', 'no',
    '--repl-diskless-sync-delay', 0].map(String));
  await eventually('a node answers', () => redisCli(port, 'PING') === 'PONG');
  return { port, server };
}

/** Three masters with so many replicas each. */
export async function startCluster(replicas = 0) {
  const nodes = [];
  while (nodes.length < 3 * (1 + replicas)) nodes.push(await startNode());
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const made = spawnSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', String(replicas), '--cluster-yes'],
    { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stdout + made.stderr);
  await eventually('the Cluster is whole', () => nodes.every(({ port }) => redisCli(port, 'CLUSTER', 'INFO').includes('cluster_state:ok')), 20_000);
  const follows = ({ port }) => redisCli(port, 'INFO', 'replication').includes('master_link_status:up');
  await eventually('the replicas have what their masters have', () => nodes.filter(follows).length === 3 * replicas, 20_000);
  return {
    url: `redis+cluster://${addresses.slice(0, 3).join(',')}`,
    /** A connection as BullMQ takes it. */
    connect() {
      const places = nodes.map(({ port }) => ({ host: '127.0.0.1', port }));
      const cluster = new Cluster(places, { redisOptions: { maxRetriesPerRequest: null } });
      cluster.on('error', () => {});
      atTheEnd(() => cluster.disconnect());
      return cluster;
    },
    /** The node that serves the key, and a connection to it alone. */
    ownerOf(key) {
      const { port, server } = nodes.find((node) => /^[01]$/.test(redisCli(node.port, 'EXISTS', key)));
      return {
        async ask(question) {
          const redis = new Redis(port, '127.0.0.1');
          try {
            return await question(redis);
          } finally {
            redis.disconnect();
          }
        },
        kill: () => server.kill('SIGKILL'),
      };
    },
  };
}

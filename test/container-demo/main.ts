/**
 * `npm run demo -- --container`: the image, built by docker or podman and run on a read-only file system, some traffic, and what the
 * documented diagnostics then show. The first time the image is built, which takes minutes.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';

import { Client } from '../../packages/example-service/src/demo/client.ts';
import { startPostgres } from '../../packages/example-service/src/demo/postgres.ts';
import { newVisit, trafficSteps } from '../../packages/example-service/src/demo/traffic.ts';
import { buildServiceImage, startContainer } from '../containers/service-image.ts';
import { runDemo, type Stage } from '../demo/run-demo.ts';

const directory = '/var/log/sentrikat';
const workers = 4;
const settleMillis = 10_000;

await runDemo(async (stage) => {
  parseArgs({ options: { container: { type: 'boolean' }, once: { type: 'boolean' } } });
  await demonstrate(stage);
});

async function demonstrate({ screen, signal, onEnd }: Stage): Promise<void> {
  const steps = 4;
  screen.progress(1, steps, 'The image and a Postgres (the first time takes minutes)');
  const image = await buildServiceImage((text) => screen.progress(1, steps, text));
  signal.throwIfAborted();
  const postgres = await startPostgres({ signal });
  onEnd(() => postgres.stop());

  screen.progress(2, steps, `The service starts in a container of ${image.engine.name}, with ${workers} workers`);
  const adminPassword = randomBytes(12).toString('base64url');
  const env = { ADMIN_PASSWORD: adminPassword, WORKERS: String(workers) };
  const container = await startContainer(image, { databaseUrl: postgres.url, env });
  onEnd(() => container.remove());
  signal.throwIfAborted();
  const count = () => container.exec('sh', '-c', `wc -l ${directory}/*.log`);
  const before = await count();

  screen.progress(3, steps, 'Traffic');
  const client = new Client(container.url, signal);
  const visit = newVisit(client, adminPassword);
  for (const step of trafficSteps) await step.run(visit);
  const after = await settled(count, client.sent);

  const list = ['ls', '-la', directory];
  const workerLines = ['grep', 're-initialized DB pool + logging', `${directory}/application.log`];
  screen.heading(`# ${list.join(' ')}`);
  screen.line((await container.exec(...list)).trim());
  screen.heading(`# wc -l ${directory}/*.log, before the traffic`);
  screen.line(before.trimEnd());
  screen.heading(`# wc -l ${directory}/*.log, after ${client.sent} requests`);
  screen.line(after.trimEnd());
  screen.heading(`# grep "${workerLines[1]}" ${directory}/application.log`);
  const started = (await container.exec(...workerLines)).trim();
  screen.line(started);
  if (started.split('\n').length !== workers) throw new Error(`${workers} workers were to be seen there`);

  screen.progress(4, steps, 'The container is stopped');
  const exitStatus = await container.stop();
  if (exitStatus !== 0) throw new Error(`the service ended with ${exitStatus}: ${await container.output()}`);
  screen.line(`\nIt ended with exit status ${exitStatus}.`);
}

/** What `wc` says when access.log has a line for every request; rejects when that takes too long. */
async function settled(count: () => Promise<string>, sent: number): Promise<string> {
  const deadline = performance.now() + settleMillis;
  for (;;) {
    const counted = await count();
    const lines = Number(/^ *(\d+) \S+\/access\.log$/m.exec(counted)?.[1]);
    if (lines === sent) return counted;
    if (performance.now() > deadline) throw new Error(`${sent} requests were sent, and access.log has ${lines} lines`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

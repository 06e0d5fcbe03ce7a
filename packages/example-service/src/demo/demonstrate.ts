/**
 * The demo itself: a real Postgres, the service with four workers under the preload, real traffic, and the seven files.
 * However it ends, it leaves no process behind.
 */
import { randomBytes } from 'node:crypto';

import { Client } from './client.ts';
import { invitation } from './invitation.ts';
import { accessLinesOf, reportLogs, shortcomingOf, sizesOf, type FileReport, type Sizes } from './log-report.ts';
import { startPostgres } from './postgres.ts';
import type { Screen } from './screen.ts';
import { startService } from './service.ts';
import { newVisit, trafficSteps } from './traffic.ts';

const workers = 4;
/** How long the last lines may take from memory to the files. */
const settleMillis = 3000;

export interface DemonstrationOptions {
  /** Writable, absolute. */
  readonly directory: string;
  readonly screen: Screen;
  /** Someone is there to try the service, and ends the demo with `signal`; else it ends after the traffic. */
  readonly isWatched: boolean;
  /** Ends the demo at any moment; its reason is then what this rejects with. */
  readonly signal: AbortSignal;
}

/** Resolves when the files have been shown and, if watched, `signal` has come; rejects if anything is not as it should be. */
export async function demonstrate({ directory, screen, isWatched, signal }: DemonstrationOptions): Promise<void> {
  const steps = trafficSteps.length;
  const releases: (() => Promise<void>)[] = [];
  try {
    screen.progress(0, steps, 'Postgres starts (the first time takes some seconds longer)');
    const postgres = await startPostgres({ signal });
    releases.unshift(() => postgres.stop());

    screen.progress(0, steps, `The service starts, with ${workers} workers`);
    const before = await sizesOf(directory);
    const adminPassword = randomBytes(12).toString('base64url');
    const start = { databaseUrl: postgres.url, logDirectory: directory, workers, adminPassword, signal };
    const service = await startService(start);
    releases.unshift(() => service.stop());
    const serviceEnded = service.ended.then(() => {
      throw new Error(`the service ended by itself:\n${service.complaints()}`.trimEnd());
    });
    // Whether anyone waits for it or not.
    serviceEnded.catch(() => {});

    const client = new Client(service.url, signal);
    const visit = newVisit(client, adminPassword);
    for (const [index, step] of trafficSteps.entries()) {
      screen.progress(index + 1, steps, step.title);
      await Promise.race([step.run(visit), serviceEnded]);
    }
    if (!isWatched) await service.stop();

    const reports = await settledReports(directory, before, client.sent);
    signal.throwIfAborted();
    screen.heading(`Seven files in ${directory}`);
    screen.reports(reports);
    const lines = accessLinesOf(reports);
    const others = lines > client.sent ? '; someone else writes to these files, too' : '';
    screen.line(`\n${client.sent} requests were sent, and access.log has ${lines} lines${others}.`);
    if (service.complaints() !== '') screen.line(`\nThe service wrote to its standard error:\n${service.complaints()}`);
    const shortcoming = shortcomingOf(reports, client.sent);
    if (shortcoming !== undefined) throw shortcoming;

    screen.heading('Try next');
    const running = isWatched ? { url: service.url, token: visit.token ?? '' } : undefined;
    screen.commands(invitation({ directory, workingDirectory: process.cwd(), running }));
    if (!isWatched) return;
    screen.line('\nThe service runs until you press Ctrl-C.');
    await Promise.race([new Promise((resolve) => signal.addEventListener('abort', resolve)), serviceEnded]);
  } finally {
    if (signal.aborted) screen.line(`\nThe service and Postgres stop; the files stay in ${directory}`);
    for (const release of releases) await release();
  }
}

/** The reports once nothing is missing, or when it is no use to wait longer. */
async function settledReports(directory: string, before: Sizes, requestsSent: number): Promise<FileReport[]> {
  const deadline = performance.now() + settleMillis;
  for (;;) {
    const reports = await reportLogs(directory, before);
    if (shortcomingOf(reports, requestsSent) === undefined || performance.now() > deadline) return reports;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

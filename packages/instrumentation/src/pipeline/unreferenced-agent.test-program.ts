/**
 * Sends requests and then has nothing else to do: `node unreferenced-agent.test-program.ts URL response,response,socket` waits
 * for two answers and leaves the third request without.
 */
import http from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';

import { unreferencedAgent } from './unreferenced-agent.ts';

const [url = '', events = ''] = process.argv.slice(2);
const { protocol } = new URL(url);
const agent = await unreferencedAgent({ rejectUnauthorized: false })(protocol);
const { request } = protocol === 'https:' ? https : http;

// What is unreferenced does not wait for answers: this does, as the application would.
const application = setInterval(() => {}, 1000);
for (const event of events.split(',')) await send(event);
clearInterval(application);

/** Until `event`, and a moment more: the connection is given back to the agent, or the request is on its way. */
async function send(event: string): Promise<void> {
  const sent = request(url, { agent, method: 'POST' }, (response) => response.resume());
  await new Promise((resolve, reject) => {
    sent.on(event, resolve).on('error', reject).end('body');
  });
  await wait(100);
  console.log(sent.reusedSocket ? 'again' : 'new');
}

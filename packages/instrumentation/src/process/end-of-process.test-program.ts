/**
 * A process that ends in a named way: `node end-of-process.test-program.ts bare|watched BEHAVIOUR SIGNAL SENDING`. Says on
 * standard output what happens to it, past Node's streams, so that all is out whenever it dies.
 */
import { execFileSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

import { watchEndOfProcess } from './end-of-process.ts';

const [mode, behaviour = '', signal, sending = 'nothing'] = process.argv.slice(2) as [string, string, NodeJS.Signals];

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

const flushes: Readonly<Record<string, (() => Promise<void>) | undefined>> = {
  nothing: undefined,
  'at once': async () => say('sent'),
  slowly: async () => {
    await wait(100);
    say('sent');
  },
  never: () => new Promise(() => say('sending')),
  'in vain': async () => {
    throw new Error('cannot be sent');
  },
};

if (mode === 'watched') {
  // The files' own.
  process.on('exit', () => {});
  watchEndOfProcess({
    emit: ({ body, severityNumber }) => say(`record ${severityNumber} ${body}`),
    closeOpenRequests: () => say('requests closed'),
    setWriteThrough: (isWriteThrough) => say(isWriteThrough ? 'written' : 'writing on'),
    endFiles: () => say('files ended'),
    flushExporters: flushes[sending],
  });
}

/** Long enough for whatever should happen before it; the code says that it did not. */
function stayAlive(): void {
  setTimeout(() => process.exit(99), 8_000);
}

/** As signal-exit does it: https://github.com/tapjs/signal-exit/blob/v4.1.0/src/index.ts */
function dieIfAlone(): void {
  if (process.listeners(signal).length !== 1) return;
  process.off(signal, dieIfAlone);
  say('listener');
  process.kill(process.pid, signal);
  say('survived itself');
}

const behaviours: Readonly<Record<string, () => void>> = {
  'no listener': stayAlive,
  'exits in its own time': () => {
    stayAlive();
    process.on(signal, () => {
      say('listener');
      setTimeout(() => process.exit(7), 50);
    });
  },
  'exits at once': () => {
    stayAlive();
    process.on(signal, () => {
      say('listener');
      process.exit(8);
    });
  },
  'ends by itself': () => {
    const timer = setInterval(() => {}, 1000);
    process.on(signal, () => {
      say('listener');
      clearInterval(timer);
    });
  },
  'listens once, then is alone': () => {
    stayAlive();
    process.once(signal, () => {
      say('listener');
      setTimeout(() => execFileSync('kill', [`-${signal.slice(3)}`, String(process.pid)]), 50);
    });
  },
  'listens once and kills itself later': () => {
    stayAlive();
    process.once(signal, () => {
      say('listener');
      setTimeout(() => {
        process.kill(process.pid, signal);
        process.exit(1);
      }, 50);
    });
  },
  'comes first and listens once': () => {
    stayAlive();
    process.prependOnceListener(signal, () => {
      say('listener');
      setTimeout(() => process.exit(9), 50);
    });
  },
  'listens twice': () => {
    stayAlive();
    process.on(signal, (...args) => say(`listener ${args.join(' ')}`));
    process.on(signal, () => {
      say(`listener, of ${process.listenerCount(signal)}`);
      setTimeout(() => process.exit(9), 50);
    });
  },
  'dies if it is alone': () => {
    stayAlive();
    process.on(signal, dieIfAlone);
  },
  'dies if it is alone, with another': () => {
    stayAlive();
    process.on(signal, dieIfAlone);
    process.on(signal, () => setTimeout(() => process.exit(10), 50));
  },
  throws: () => {
    stayAlive();
    process.on(signal, () => {
      throw new Error('thrown by a listener');
    });
  },
  'takes all listeners away': () => {
    stayAlive();
    process.removeAllListeners(signal);
  },
  'listens as often as it may': () => {
    const names = ['exit', 'beforeExit', 'uncaughtExceptionMonitor', signal];
    for (const name of names) for (let count = 0; count < 10; count += 1) process.on(name, () => {});
    // Node warns in a tick of its own.
    setTimeout(() => process.exit(15), 50);
  },
  'begins to listen late': () => {
    stayAlive();
    setTimeout(() => process.on(signal, () => process.exit(11)), 200);
  },
  'kills itself': () => {
    process.kill(process.pid, signal);
    say('survived itself');
    process.exit(1);
  },
  'kills itself, and waits': () => {
    process.kill(process.pid, signal);
    stayAlive();
  },
  'kills itself by number': () => {
    process.kill(process.pid, 15);
    process.exit(1);
  },
  'asks whether it lives': () => process.kill(process.pid, 0),
  'emits the signal itself': () => {
    process.emit(signal);
    process.emit(signal, signal);
    setTimeout(() => process.exit(12), 50);
  },
  'emits the signal itself, and listens': () => {
    process.on(signal, () => {
      say(`listener, of ${process.listenerCount(signal)}`);
      setTimeout(() => process.exit(13), 50);
    });
    process.emit(signal);
  },
  'is the first process': () => {
    process.kill(1, signal);
    setTimeout(() => process.exit(14), 100);
  },
  'drains its loop': () => {
    process.on('beforeExit', () => say('beforeExit'));
  },
  'throws at once': () => {
    throw new Error('thrown');
  },
  'throws, and an exit listener as well': () => {
    process.prependListener('exit', () => {
      throw new Error('thrown at exit');
    });
    throw new Error('thrown');
  },
  'throws, and listens': () => {
    process.on('uncaughtException', () => {});
    throw new Error('thrown');
  },
  'throws, and captures': () => {
    process.setUncaughtExceptionCaptureCallback(() => {});
    throw new Error('thrown');
  },
  rejects: () => void Promise.reject(new Error('rejected')),
  'rejects, and listens': () => {
    process.on('unhandledRejection', () => {});
    void Promise.reject(new Error('rejected'));
  },
  'rejects, and listens once': () => {
    process.once('unhandledRejection', () => void Promise.reject(new Error('rejected again')));
    void Promise.reject(new Error('rejected'));
  },
  'rejects, and listens no longer': () => {
    for (let count = 0; count < 2; count++) process.on('unhandledRejection', heard);
    for (let count = 0; count < 2; count++) process.off('unhandledRejection', heard);
    void Promise.reject(new Error('rejected'));
  },
  'rejects, and has removed all who listen': () => {
    process.on('unhandledRejection', () => {});
    process.removeAllListeners('unhandledRejection');
    void Promise.reject(new Error('rejected'));
  },
};

function heard(): void {}

// What a module throws while it is loaded counts as a rejection: behave as programs do later.
setImmediate(() => {
  setImmediate(() => say('ready'));
  behaviours[behaviour]!();
});

/** The smallest program that can say what it took: its peak memory, in KiB, as its last act. */
'use strict';

process.on('exit', () => require('node:fs').writeSync(1, String(process.resourceUsage().maxRSS)));

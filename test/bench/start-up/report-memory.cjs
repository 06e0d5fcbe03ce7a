/** The smallest program that can say what it took: its peak memory, in KiB, as its last act. */
'use strict';

const { writeSync } = require('node:fs');

const { peakRssKiB } = require('../peak-rss.cjs');

process.on('exit', () => writeSync(1, String(peakRssKiB())));

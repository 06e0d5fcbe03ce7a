/**
 * The most memory this process has had resident, in KiB. `maxRSS` begins with what the parent had when it forked, which on
 * Linux the kernel's own count does not: that one is of the program that was started.
 */
'use strict';

const { readFileSync } = require('node:fs');

exports.peakRssKiB = function peakRssKiB() {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
};

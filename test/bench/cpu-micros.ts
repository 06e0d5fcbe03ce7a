/** User and system time of all threads of this process so far, in microseconds. */
export function cpuMicros(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return userCPUTime + systemCPUTime;
}

// Whether the service answers, and its database with it: what HEALTHCHECK asks.
const response = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health`, {
  signal: AbortSignal.timeout(2000),
});
if (!response.ok) throw new Error(`HTTP ${response.status}`);

// `npm run demo`: with --forward the one that has destinations of the collector beside it.
await import(
  process.argv.includes('--forward')
    ? '../test/forwarding-demo/main.ts'
    : '../packages/example-service/src/demo/main.ts'
);

// `npm run demo`: with --forward the one that has destinations of the collector beside it, with --container the one of the image.
const demos = {
  '--forward': '../test/forwarding-demo/main.ts',
  '--container': '../test/container-demo/main.ts',
};
const [, demo] = Object.entries(demos).find(([option]) => process.argv.includes(option)) ?? [];
await import(demo ?? '../packages/example-service/src/demo/main.ts');

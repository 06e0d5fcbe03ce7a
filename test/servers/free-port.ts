/** A port for a server of a test. The demo finds its own in the same way. */
export { freePort } from '@sentrikat/example-service/free-port';

/**
 * Requests no honest client sends. A row says how many lines they deserve: one for each request or attempt at one,
 * whatever became of it, and none where a connection said nothing at all.
 */
import type { Leaving } from './raw-connection.ts';

export interface HostileRequest {
  readonly name: string;
  /** A string stands for its latin1 bytes. */
  readonly bytes: string | Uint8Array | readonly string[];
  /** Lines in access.log. */
  readonly lines: number;
  /** Expected where the client sees no answer, so that nothing on the wire says it. */
  readonly statuses?: readonly RegExp[];
  /** How the client leaves, where that matters; it ends its side when all is sent otherwise. */
  readonly leaves?: Leaving;
  /** What must stand in each line. */
  readonly path?: RegExp;
  readonly userAgent?: RegExp;
  readonly method?: RegExp;
}

const get = (path: string, headers: string = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${headers}\r\n`;
const utf8 = (text: string) => Buffer.from(text).toString('latin1');
const KiB = 1024;
const forgedLine = '[2026-01-01 00:00:00] INFO: GET /forged 200 1.00ms user:root ip:6.6.6.6 ua:"-"';

/** The first bytes of a TLS 1.2 handshake, as a browser that expected https sends them. */
const tlsClientHello = Buffer.from('16030100c8010000c40303' + '5a'.repeat(32) + '00'.repeat(160), 'hex');

export const hostileRequests: readonly HostileRequest[] = [
  {
    name: 'an honest request',
    bytes: get('/honest?token=secret', 'User-Agent: curl/8\r\n'),
    lines: 1,
    path: /^\/honest$/,
    userAgent: /^curl\/8$/,
  },

  // What would break a line, in the path.
  {
    name: 'an encoded CR LF and a forged line in the path',
    bytes: get(`/a%0d%0a${encodeURI(forgedLine)}`),
    lines: 1,
    path: /^\/a%0d%0a/i,
  },
  { name: 'a raw CR in the path', bytes: get('/a\rb'), lines: 1 },
  { name: 'a raw LF in the path', bytes: get(`/a\n${forgedLine}`), lines: 1 },
  { name: 'a raw NUL in the path', bytes: get('/a\0b'), lines: 1 },
  { name: 'an encoded NUL in the path', bytes: get('/a%00b'), lines: 1, path: /^\/a%00b$/ },
  { name: 'a raw ANSI escape in the path', bytes: get('/a\x1b[2J\x1b[31mred'), lines: 1 },
  { name: 'an encoded ANSI escape in the path', bytes: get('/a%1b%5b2J'), lines: 1, path: /^\/a%1b%5b2J$/ },
  { name: 'a raw C1 control in the path', bytes: get('/a\x9b2Jb'), lines: 1 },
  { name: 'U+2028 and U+2029 as UTF-8 in the path', bytes: get(utf8('/a\u2028b\u2029c')), lines: 1 },
  { name: 'bidi controls as UTF-8 in the path', bytes: get(utf8('/a\u202egpj.exe')), lines: 1 },
  { name: 'latin1 in the path', bytes: get('/caf\xe9'), lines: 1 },
  { name: 'invalid UTF-8 in the path', bytes: get('/a\xff\xfe\xc0\xaf'), lines: 1 },
  { name: 'quotes and backslashes in the path', bytes: get('/a"b\\"c'), lines: 1 },
  { name: 'a space in the path', bytes: get('/a b 200 1.00ms user:root'), lines: 1 },
  { name: 'a broken percent escape in the path', bytes: get('/%zz%'), lines: 1 },
  { name: '15 KiB of path', bytes: get(`/${'a'.repeat(15 * KiB)}`), lines: 1, path: /^\/a{1023}\\\+14337$/ },
  { name: '64 KiB of path', bytes: get(`/${'a'.repeat(64 * KiB)}`), lines: 1 },
  { name: 'a path of dots', bytes: get('/../../../../etc/passwd'), lines: 1 },
  {
    name: '__proto__ as path and query',
    bytes: get('/__proto__?__proto__[polluted]=1&constructor[prototype][x]=1'),
    lines: 1,
    path: /^\/__proto__$/,
  },
  { name: 'a secret in the query', bytes: get('/x?password=hunter2#frag'), lines: 1, path: /^\/x$/ },
  {
    name: 'a path that begins a header whose value goes on to the end of the line',
    bytes: get('/authorization:x', 'User-Agent: curl/8\r\n'),
    lines: 1,
    path: /^\/authorization:\[redacted\]$/,
    userAgent: /^curl\/8$/,
  },
  {
    name: 'a path with a secret whose quote nothing closes',
    bytes: get("/token='a", 'User-Agent: curl/8\r\n'),
    lines: 1,
    path: /^\/token='\[redacted\]$/,
    userAgent: /^curl\/8$/,
  },
  {
    name: 'a token in the path',
    bytes: get('/x/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'),
    lines: 1,
    path: /^\/x\/\[redacted:jwt\]$/,
  },
  { name: 'an absolute URL with a password', bytes: get('http://user:hunter2@evil.example/p'), lines: 1 },
  {
    name: 'an asterisk',
    bytes: 'OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    lines: 1,
    method: /^OPTIONS$/,
  },
  { name: 'no path', bytes: 'GET  HTTP/1.1\r\nHost: a\r\n\r\n', lines: 1 },

  // What would break a line, in the user agent.
  {
    name: 'a quote that would end the field',
    bytes: get('/', `User-Agent: a" user:root ip:6.6.6.6 ua:"b\r\n`),
    lines: 1,
    userAgent: /^a\\x22 user:root ip:6\.6\.6\.6 ua:\\x22b$/,
  },
  { name: 'a backslash at the end', bytes: get('/', `User-Agent: a\\\r\n`), lines: 1 },
  { name: 'a folded header', bytes: get('/', `User-Agent: a\r\n ${forgedLine}\r\n`), lines: 1 },
  { name: 'a bare CR in a header', bytes: get('/', `User-Agent: a\r${forgedLine}\r\n`), lines: 1 },
  { name: 'a bare LF in a header', bytes: get('/', `User-Agent: a\n${forgedLine}\r\n`), lines: 1 },
  { name: 'an ANSI escape in the user agent', bytes: get('/', 'User-Agent: \x1b[31mred\r\n'), lines: 1 },
  { name: 'a NUL in the user agent', bytes: get('/', 'User-Agent: a\0b\r\n'), lines: 1 },
  { name: 'C1 controls in the user agent', bytes: get('/', 'User-Agent: a\x85b\x9b31mc\r\n'), lines: 1 },
  { name: 'U+2028 and bidi in the user agent', bytes: get('/', utf8('User-Agent: a\u2028b\u202ec\r\n')), lines: 1 },
  { name: 'invalid UTF-8 in the user agent', bytes: get('/', 'User-Agent: \xff\xfe\xc0\xaf\r\n'), lines: 1 },
  {
    name: '15 KiB of user agent',
    bytes: get('/', `User-Agent: ${'a'.repeat(15 * KiB)}\r\n`),
    lines: 1,
    userAgent: /^a{1024}\\\+14336$/,
  },
  { name: '64 KiB of user agent', bytes: get('/', `User-Agent: ${'a'.repeat(64 * KiB)}\r\n`), lines: 1 },
  { name: 'two user agents', bytes: get('/', 'User-Agent: a\r\nUser-Agent: b\r\n'), lines: 1 },
  { name: 'an empty user agent', bytes: get('/', 'User-Agent:\r\n'), lines: 1 },

  // Other headers.
  { name: '__proto__ as a header', bytes: get('/', '__proto__: x\r\nconstructor: y\r\n'), lines: 1 },
  {
    name: 'a forged address',
    bytes: get('/', 'X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\n'),
    lines: 1,
  },
  {
    name: 'a trace context that says "do not record"',
    bytes: get('/', `traceparent: 00-${'1'.repeat(32)}-${'2'.repeat(16)}-00\r\n`),
    lines: 1,
  },
  {
    name: 'a broken trace context',
    bytes: get(
      '/',
      `traceparent: ${'\xff'.repeat(200)}\r\ntracestate: ${'a=b,'.repeat(200)}\r\nbaggage: ${'k=v,'.repeat(1000)}\r\n`,
    ),
    lines: 1,
  },
  {
    name: 'five hundred headers',
    bytes: get('/', Array.from({ length: 500 }, (...[, index]) => `h${index}: v\r\n`).join('')),
    lines: 1,
  },
  { name: 'no host', bytes: 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', lines: 1 },
  { name: 'two hosts', bytes: get('/', 'Host: b\r\n'), lines: 1 },
  { name: 'an expectation nobody meets', bytes: get('/', 'Expect: miracles\r\n'), lines: 1 },
  {
    name: 'an expectation to go on',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx',
    lines: 1,
    method: /^POST$/,
  },
  { name: 'an upgrade nobody takes', bytes: get('/', 'Upgrade: websocket\r\n').replace('close', 'Upgrade'), lines: 1 },

  // Methods.
  { name: 'an unusual method', bytes: get('/').replace('GET', 'PROPFIND'), lines: 1, method: /^PROPFIND$/ },
  { name: 'an unknown method', bytes: get('/').replace('GET', 'FORGE'), lines: 1 },
  { name: 'a method in lower case', bytes: get('/').replace('GET', 'get'), lines: 1 },
  { name: 'a method with a control character', bytes: get('/').replace('GET', 'G\x1bT'), lines: 1 },
  { name: '64 KiB of method', bytes: get('/').replace('GET', 'A'.repeat(64 * KiB)), lines: 1 },
  {
    name: 'CONNECT where nobody listens for it',
    bytes: 'CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n',
    lines: 1,
    method: /^CONNECT$/,
    statuses: [/./],
  },

  // Framing: what one reads as a body, another reads as the next request.
  {
    name: 'both a length and chunks',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX',
    lines: 1,
  },
  {
    name: 'two lengths',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello',
    lines: 1,
  },
  {
    name: 'a space before the colon',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello',
    lines: 1,
  },
  { name: 'a negative length', bytes: 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n', lines: 1 },
  {
    name: 'an unknown coding',
    bytes: 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\n\r\nabcd',
    lines: 1,
  },
  {
    name: 'a request hidden behind a body',
    bytes:
      'POST /front HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    lines: 2,
    leaves: 'last',
  },
  {
    name: 'three requests at once',
    bytes: get('/1').replace('Connection: close\r\n', '') + get('/2').replace('Connection: close\r\n', '') + get('/3'),
    lines: 3,
    leaves: 'last',
  },
  {
    name: 'three requests at once from a client that is gone',
    bytes: get('/1').replace('Connection: close\r\n', '') + get('/2').replace('Connection: close\r\n', '') + get('/3'),
    lines: 3,
    statuses: [/./, /./, /./],
  },
  {
    name: 'an honest request, answered, and then garbage',
    bytes: [get('/first').replace('Connection: close\r\n', ''), '\x01\x02\x03 garbage\r\n\r\n'],
    lines: 2,
    leaves: 'last',
  },
  { name: 'a request in many small pieces', bytes: [...get('/slowly')], lines: 1, path: /^\/slowly$/ },
  {
    name: 'a body that never comes',
    bytes: 'POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf',
    lines: 1,
    leaves: 'with a reset',
    method: /^POST$/,
    statuses: [/./],
  },

  // Not HTTP.
  {
    name: 'garbage',
    bytes: Buffer.from(Array.from({ length: 512 }, (...[, index]) => (index * 37 + 11) % 256)),
    lines: 1,
  },
  { name: 'a line of text', bytes: 'hello\r\n\r\n', lines: 1 },
  { name: 'HTTP/0.9', bytes: 'GET /\r\n\r\n', lines: 1 },
  { name: 'HTTP/9.9', bytes: 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', lines: 1 },
  { name: 'an HTTP/2 preface', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', lines: 1 },
  { name: 'a TLS handshake', bytes: tlsClientHello, lines: 1 },
  { name: 'half a request line', bytes: 'GET /half', lines: 1 },
  { name: 'only newlines', bytes: '\r\n\r\n', lines: 0 },
  { name: 'nothing at all', bytes: '', lines: 0 },
];

/** Texts with secrets in every notation that is known, what has to become of them, and texts in which nothing is one. */

const jwt =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkphbmUifQ.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';
const jwe = `eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..${'x7'.repeat(8)}.${'Zq_-'.repeat(20)}.${'9a'.repeat(11)}`;
const letters = 'abcDEF123ghiJKL456mnoPQR789stuVWX012';
const pem = (label: string) => `-----BEGIN ${label}-----\nMIIEpAIBAAKCAQEA7Zq\n+/abc=\n-----END ${label}-----`;

export const textsWithSecrets: readonly (readonly [text: string, redacted: string])[] = [
  // JSON Web Tokens.
  [jwt, '[redacted:jwt]'],
  [`a ${jwt}, b`, 'a [redacted:jwt], b'],
  [`jwt/${jwt}/x`, 'jwt/[redacted:jwt]/x'],
  [`"${jwt}"`, '"[redacted:jwt]"'],
  [jwe, '[redacted:jwt]'],
  ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJqYW5lIn0.', '[redacted:jwt]'],
  ['eyJhbGciOiJub25lIn0.eyJzdWIiOiJqYW5lIn0', '[redacted:jwt]'],
  [`${jwt} ${jwt}`, '[redacted:jwt] [redacted:jwt]'],
  [`eyJ eyJhbGci ${jwt}`, 'eyJ eyJhbGci [redacted:jwt]'],

  // Credentials behind their scheme.
  ['Bearer abc.def', 'Bearer [redacted:credentials]'],
  ['bearer s3cr3t', 'bearer [redacted:credentials]'],
  ['BEARER   0123456789', 'BEARER   [redacted:credentials]'],
  ['Bearer dG9rZW4=', 'Bearer [redacted:credentials]'],
  ['Bearer abcdefghijklm', 'Bearer [redacted:credentials]'],
  ['Bearer AbCdEf', 'Bearer [redacted:credentials]'],
  ['Bearer%20a1b2c3', 'Bearer%20[redacted:credentials]'],
  ['Bearer+a1b2c3', 'Bearer+[redacted:credentials]'],
  ['got Bearer a1b2c3.', 'got Bearer [redacted:credentials]'],
  [`Bearer ${jwt}`, 'Bearer [redacted:credentials]'],
  ['Basic dXNlcjpwYXNz', 'Basic [redacted:credentials]'],
  ['basic dXNlcjpwYXNzd29yZA==', 'basic [redacted:credentials]'],
  [String.raw`{"a":"Basic dXNlcjpw\/YXNz"}`, '{"a":"Basic [redacted:credentials]"}'],

  // Keys and tokens with a prefix.
  ['AKIAIOSFODNN7EXAMPLE', '[redacted:aws-key]'],
  ['id=ASIAIOSFODNN7EXAMPLE;', 'id=[redacted:aws-key];'],
  [`AIza${letters}`, '[redacted:google-key]'],
  ['ya29.a0AfH6SMBx-7y_9Qabcdefgh', '[redacted:google-token]'],
  [`GOCSPX-${letters}`, '[redacted:google-token]'],
  ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((kind) => [`x${kind}_${letters}`, 'x[redacted:github-token]'] as const),
  [`github_pat_11ABCDEFG0_${letters}`, '[redacted:github-token]'],
  ['glpat-abcDEF123_-ghiJKL456', '[redacted:gitlab-token]'],
  ...['xoxb', 'xoxp', 'xoxa', 'xoxr', 'xoxs', 'xoxe', 'xapp'].map(
    (kind) => [`${kind}-1234567890-abcdef`, '[redacted:slack-token]'] as const,
  ),
  ...['sk_live', 'sk_test', 'rk_live', 'rk_test', 'whsec'].map(
    (kind) => [`(${kind}_4eC39HqLyjWDarjtT1zdp7dc)`, '([redacted:stripe-key])'] as const,
  ),
  [`npm_${letters}`, '[redacted:npm-token]'],
  [`SG.${letters}.${letters}`, '[redacted:sendgrid-key]'],
  [`sk-proj-${letters}_-`, '[redacted:openai-key]'],
  [`sk-${letters}`, '[redacted:openai-key]'],
  [`sk-ant-api03-${letters}`, '[redacted:anthropic-key]'],
  [`hf_${letters}`, '[redacted:hugging-face-token]'],
  [`hvs.${letters}`, '[redacted:vault-token]'],
  [`dckr_pat_${letters}`, '[redacted:docker-token]'],
  [`dop_v1_${'0a'.repeat(32)}`, '[redacted:digitalocean-token]'],
  [`shpat_${'0a'.repeat(16)}`, '[redacted:shopify-token]'],
  [
    'POST https://hooks.slack.com/services/T0123ABCD/B0123ABCD/abcDEF123ghiJKL456mnoPQ failed',
    'POST https://[redacted:slack-webhook] failed',
  ],
  [
    'https://discord.com/api/webhooks/112233445566778899/abcDEF123_-ghiJKL456mnoPQR789?wait=true',
    'https://[redacted:discord-webhook]?wait=true',
  ],
  [`pypi-AgEIcHlwaS5vcmc${letters}${letters}`, '[redacted:pypi-token]'],

  // Private keys.
  ...['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'OPENSSH PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'].map(
    (label) => [`key: ${pem(label)}.`, 'key: [redacted:private-key].'] as const,
  ),
  [pem('PGP PRIVATE KEY BLOCK'), '[redacted:private-key]'],
  [JSON.stringify({ a: pem('PRIVATE KEY'), b: 1 }), '{"a":"[redacted:private-key]","b":1}'],

  // Payment cards.
  ...['4111111111111111', '4012888888881881', '5555555555554444', '2223003122003222', '378282246310005'].map(
    (number) => [`paid with ${number}.`, 'paid with [redacted:card-number].'] as const,
  ),
  ...['6011111111111117', '3530111333300000', '30569309025904', '4222222222222', '6304000000000000'].map(
    (number) => [number, '[redacted:card-number]'] as const,
  ),
  ['4111 1111 1111 1111 12/26', '[redacted:card-number] 12/26'],
  ['4111-1111-1111-1111', '[redacted:card-number]'],
  ['4111.1111.1111.1111', '[redacted:card-number]'],
  ['3782 822463 10005', '[redacted:card-number]'],
  ['3056-930902-5904', '[redacted:card-number]'],
  ['pan:4111111111111111,', 'pan:[redacted],'],
  ['n=4111111111111111&', 'n=[redacted:card-number]&'],
  ['c%3D4111111111111111', 'c%3D[redacted:card-number]'],
  ['c%204111111111111111', 'c%20[redacted:card-number]'],
  [String.raw`"a\n4111111111111111\n"`, String.raw`"a\n[redacted:card-number]\n"`],
  ['1234 4111 1111 1111 1111', '1234 [redacted:card-number]'],
  ['order_4111111111111111_x', 'order_[redacted:card-number]_x'],

  // Passwords in URLs.
  ['postgres://bob:hunter2@db:5432/shop', 'postgres://bob:[redacted:password]@db:5432/shop'],
  ['redis://:hunter2@cache', 'redis://:[redacted:password]@cache'],
  ['https://bob:p@ss@host/', 'https://bob:[redacted:password]@host/'],
  ['amqp://a:b1@h1,amqp://a:b2@h2', 'amqp://a:[redacted:password]@h1,amqp://a:[redacted:password]@h2'],
  ['mongodb://bob:pa/ss?w#rd@h1,h2/db', 'mongodb://bob:[redacted:password]@h1,h2/db'],
  ['smtp://bob:pä世ss@mail', 'smtp://bob:[redacted:password]@mail'],
  ['https://0123456789abcdef0123@host/a', 'https://[redacted:password]@host/a'],
  ['https://0123456789abcdef0123:x-oauth-basic@host', 'https://[redacted:password]@host'],
  [String.raw`"https:\/\/bob:hunter2@host\/"`, String.raw`"https:\/\/bob:[redacted:password]@host\/"`],
  [
    'connect ECONNREFUSED mysql://root:r00t@[::1]:3306',
    'connect ECONNREFUSED mysql://root:[redacted:password]@[::1]:3306',
  ],

  // Values behind a name.
  ['password=hunter2', 'password=[redacted]'],
  ['password = hunter2', 'password = [redacted]'],
  ['password: hunter2', 'password: [redacted]'],
  ['Password:hunter2', 'Password:[redacted]'],
  ['PASSWORD2=hunter2', 'PASSWORD2=[redacted]'],
  ['passwords[0]=hunter2', 'passwords[0]=[redacted]'],
  ['passwords[]=hunter2', 'passwords[]=[redacted]'],
  ['user[password]=hunter2&a=1', 'user[password]=[redacted]&a=1'],
  ['DB_PASSWORD=hunter2 node a.js', 'DB_PASSWORD=[redacted] node a.js'],
  ['spring.datasource.password=hunter2', 'spring.datasource.password=[redacted]'],
  ['aws.secret.key=hunter2', 'aws.secret.key=[redacted]'],
  ['[password] => hunter2', '[password] => [redacted]'],
  [':password=>"hunter2", :a=>1', ':password=>"[redacted]", :a=>1'],
  ["{'password': 'hunter2', 'a': 1}", "{'password': '[redacted]', 'a': 1}"],
  ['{ password: `hunter2` }', '{ password: `[redacted]` }'],
  ['User(name=bob, password=hunter2, age=3)', 'User(name=bob, password=[redacted], age=3)'],
  ['{password=hunter2}', '{password=[redacted]}'],
  ['(password=hunter2) failed', '(password=[redacted]) failed'],
  ['password=hunter2,user=bob', 'password=[redacted],user=bob'],
  ["password=it's ip=::1", 'password=[redacted] ip=::1'],
  ["{'a': 'password=hunter2'}", "{'a': 'password=[redacted]'}"],
  ['password=hun,=ter2 a', 'password=[redacted] a'],
  ['password=hun,ter2,user=bob', 'password=[redacted],user=bob'],
  ['Server=db;Password=hun;ter2;Database=x', 'Server=db;Password=[redacted];Database=x'],
  ['password=é世界 a', 'password=[redacted] a'],
  ['api-key: a api_key: b apiKey: c', 'api-key: [redacted] api_key: [redacted] apiKey: [redacted]'],
  ['pin=1234', 'pin=[redacted]'],
  ['cvv: 123', 'cvv: [redacted]'],
  ['otp := 123456', 'otp := [redacted]'],
  ["UPDATE u SET password = 'it''s', a = 1", "UPDATE u SET password = '[redacted]', a = 1"],
  ["password == 'hunter2'", "password == '[redacted]'"],
  ['<password>hunter2</password>', '<password>[redacted]</password>'],
  ['<wsse:Password>hun ter2</wsse:Password>', '<wsse:Password>[redacted]</wsse:Password>'],
  ['<user password="hunter2"/>', '<user password="[redacted]"/>'],
  ['mysql --password hunter2 -u root', 'mysql --password [redacted] -u root'],
  ['curl --api-key="a b" x', 'curl --api-key="[redacted]" x'],

  // In JSON, and in JSON in JSON.
  [String.raw`{"a":"login with password=hun\"ter2 b"}`, '{"a":"login with password=[redacted] b"}'],
  [String.raw`{"a":"[\"password=a\",\"b\"]"}`, String.raw`{"a":"[\"password=[redacted]\",\"b\"]"}`],
  ['{"password":"hunter2"}', '{"password":"[redacted]"}'],
  ['{"password" : "hunter2"}', '{"password" : "[redacted]"}'],
  [String.raw`{"password":"hun\"ter2\\","a":1}`, '{"password":"[redacted]","a":1}'],
  ['{"pin":1234,"ip":"192.0.2.1"}', '{"pin":"[redacted]","ip":"192.0.2.1"}'],
  ['[{"pin":1234},{"ip":"192.0.2.1"}]', '[{"pin":"[redacted]"},{"ip":"192.0.2.1"}]'],
  ['{"credentials":{"user":"a","pass":["}"]},"ip":"::1"}', '{"credentials":"[redacted]","ip":"::1"}'],
  [`{"credentials":{"a":don't},"ip":"::1"}`, '{"credentials":"[redacted]","ip":"::1"}'],
  [String.raw`["{\"password\":\"abc","ip"]`, String.raw`["{\"password\":\"[redacted]","ip"]`],
  ['{"tokens":["a","b]"],"ip":"::1"}', '{"tokens":"[redacted]","ip":"::1"}'],
  [
    JSON.stringify({ a: JSON.stringify({ password: 'hun"ter2\\', b: 1 }), c: 2 }),
    JSON.stringify({ a: JSON.stringify({ password: '[redacted]', b: 1 }), c: 2 }),
  ],
  [
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ pin: 1, password: '"\\"' }) }), c: 2 }),
    JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ pin: '[redacted]', password: '[redacted]' }) }), c: 2 }),
  ],

  // Headers, to the end of their line.
  ['authorization: Custom abc def\nHost: a', 'authorization: [redacted]\nHost: a'],
  ['Authorization: Digest username="a", response="b"\r\nHost: a', 'Authorization: [redacted]\r\nHost: a'],
  [String.raw`"Authorization: Basic abc\r\nHost: a"`, String.raw`"Authorization: [redacted]\r\nHost: a"`],
  ['Cookie: a=b; sid="q r"; c=d\nHost: a', 'Cookie: [redacted]\nHost: a'],
  ['X-Api-Key: abc ip: 192.0.2.1', 'X-Api-Key: [redacted] ip: 192.0.2.1'],
  ['authorization=Bearer abc ip=192.0.2.1', 'authorization=[redacted] ip=192.0.2.1'],
  ['x-auth-token: Token abc', 'x-auth-token: [redacted]'],
  ['cookie=abc ip=192.0.2.1', 'cookie=[redacted] ip=192.0.2.1'],
  ['passphrase: correct horse battery\nnext', 'passphrase: [redacted]\nnext'],
  ['connection_string=Data Source=a;Password=b\nnext', 'connection_string=[redacted]\nnext'],

  // Parameters of URLs.
  ['/cb?token=abc', '/cb?token=[redacted]'],
  ['GET /cb?code=abc&state=x HTTP/1.1', 'GET /cb?code=[redacted]&state=x HTTP/1.1'],
  ['/a?x=1&sig=abc&y=2', '/a?x=1&sig=[redacted]&y=2'],
  ['/a#access_token=abc&token_type=bearer', '/a#access_token=[redacted]&token_type=bearer'],
  ['https://h/a?X-Amz-Signature=abc&b=1', 'https://h/a?X-Amz-Signature=[redacted]&b=1'],
  [
    '/login?next=https%3A%2F%2Fh%2F%3Ftoken%3Dabc%26b%3D1&c=2',
    '/login?next=https%3A%2F%2Fh%2F%3Ftoken%3D[redacted]%26b%3D1&c=2',
  ],
  ['?f=%7B%22password%22%3A%22abc%22%2C%22a%22%3A1%7D', '?f=%7B%22password%22%3A%22[redacted]%22%2C%22a%22%3A1%7D'],
  // Encoded once more, or several times.
  [
    '/x?state=%7B%22password%22%3A%22hunter2%20x%22%2C%22a%22%3A1%7D',
    '/x?state=%7B%22password%22%3A%22[redacted]%22%2C%22a%22%3A1%7D',
  ],
  ['%22pin%22%3A%201234%2C%22a%22%3A1', '%22pin%22%3A%20%22[redacted]%22%2C%22a%22%3A1'],
  ['%2522password%2522%253A%2522a%2520b%2522%252C', '%2522password%2522%253A%2522[redacted]%2522%252C'],
  ['%22password%22%3A+%22a+%5C%22+b%22%2C', '%22password%22%3A+%22[redacted]%22%2C'],
  [
    '%7B%22authorization%22%3A%20%22Basic%20dXNlcjpwYXNz%22%2C%22a%22%3A1',
    '%7B%22authorization%22%3A%20%22[redacted]%22%2C%22a%22%3A1',
  ],
  ['Mozilla/5.0 %3Cpassword%3Ea b%3C/password%3E', 'Mozilla/5.0 %3Cpassword%3E[redacted]%3C/password%3E'],
  ['redirect=https%3A%2F%2Fuser%3Apa%24s%40host', 'redirect=https%3A%2F%2Fuser%3A[redacted:password]%40host'],
  ['?state=password+%3D+a%2Cb&c=d', '?state=password+%3D+[redacted]&c=d'],
  ['-----BEGIN+PRIVATE+KEY-----%0AMIIE%0A-----END+PRIVATE+KEY-----&a=b', '[redacted:private-key]&a=b'],
  ['mysql+--password+hunter2', 'mysql+--password+[redacted]'],
  ['pin=1%0D%0Apin=2', 'pin=[redacted]'],
  ['a%0D%0Apin=2', 'a%0D%0Apin=[redacted]'],
  [
    String.raw`{"a":"b\npin=1 c\tBearer a1b2c3"}`,
    String.raw`{"a":"b\npin=[redacted] c\tBearer [redacted:credentials]"}`,
  ],
  [String.raw`"a\\nsession: b \r\n--pin 1 c"`, String.raw`"a\\nsession: [redacted] \r\n--pin [redacted] c"`],
  [String.raw`a\x0acsrf = b \u0009otp=1`, String.raw`a\x0acsrf = [redacted] \u0009otp=[redacted]`],
  ['%70assword=a%20b c', '%70assword=[redacted] c'],
  ['user%5Bpassword%5D=a%20b+%22%26c&d=e', 'user%5Bpassword%5D=[redacted]&d=e'],
  ['?a=%zz%22&token=b%', '?a=%zz%22&token=[redacted]'],
  [
    String.raw`got {"\u0070assword":"a","pass\u0077ord":"b\u0022c","n\u0061me":"d"} e`,
    String.raw`got {"\u0070assword":"[redacted]","pass\u0077ord":"[redacted]","n\u0061me":"d"} e`,
  ],
  [
    String.raw`{"a":"{\u0022pin\u0022:1234,\u0022b\u0022:1}"}`,
    String.raw`{"a":"{\u0022pin\u0022:\u0022[redacted]\u0022,\u0022b\u0022:1}"}`,
  ],
  [String.raw`"https://h/?a=1\u0026code=abc"`, String.raw`"https://h/?a=1\u0026code=[redacted]"`],
  [String.raw`{\x22password\x22:\x22a b\x22}`, String.raw`{\x22password\x22:\x22[redacted]\x22}`],
  [String.raw`"smtp://bob:p\u00e4ss@mail"`, '"smtp://bob:[redacted:password]@mail"'],
  [String.raw`"{\"a\":\"https:\\\/\\\/bob:x@h\"}"`, String.raw`"{\"a\":\"https:\\\/\\\/bob:[redacted:password]@h\"}"`],

  // An apostrophe in a password, and around a URL.
  ["postgres://bob:it's@db:5432/shop", 'postgres://bob:[redacted:password]@db:5432/shop'],
  ["https://bob:it's/@host/x", 'https://bob:[redacted:password]@host/x'],
  ["postgres%3A%2F%2Fbob%3Ait's%40db%2Fx", 'postgres%3A%2F%2Fbob%3A[redacted:password]%40db%2Fx'],
  ["['smtp://a:b@c','d@e']", "['smtp://a:[redacted:password]@c','d@e']"],

  // A header in JSON in JSON.
  [
    JSON.stringify({ a: JSON.stringify({ h: 'Cookie: a=b\nHost: a' }) }),
    JSON.stringify({ a: JSON.stringify({ h: 'Cookie: [redacted]\nHost: a' }) }),
  ],

  // What is behind a bracket.
  ['userPassword: {SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGdmUac3', 'userPassword: [redacted]'],
  ['password={bcrypt}$2a$10$abc a', 'password=[redacted] a'],
  ['password=[abc]hunter2,user=bob', 'password=[redacted],user=bob'],
  ['password=[redacted]hunter2', 'password=[redacted]'],

  // Fields in brackets of their own, and between bars.
  ['[session=abc][user=bob][ip=192.0.2.1] GET /', '[session=[redacted]][user=bob][ip=192.0.2.1] GET /'],
  ['CEF:0|a|b|password=hunter2|user=bob|src=192.0.2.1', 'CEF:0|a|b|password=[redacted]|user=bob|src=192.0.2.1'],
  ['(&(userPassword=hunter2)(uid=bob))', '(&(userPassword=[redacted])(uid=bob))'],
  ['password=hun|t)e](r2 a', 'password=[redacted] a'],

  // A text on several lines, as `util.inspect` writes it.
  ["{ secret: 'a\\n' +\n    'hunter2', user: 'bob' }", "{ secret: '[redacted]', user: 'bob' }"],

  // Block scalars of YAML.
  ['password: |\n  hunter2\n  more\nuser: bob', 'password: |\n  [redacted]\nuser: bob'],
  ['a:\n  password: >-\n    hunter2\n\n    more\n  user: bob', 'a:\n  password: >-\n    [redacted]\n  user: bob'],
  ['password: |2\nuser: bob, pin=x', 'password: |2\nuser: bob, pin=[redacted]'],

  // A value in quotes, and a string that ends where one could begin.
  ['{"a":"enter password: ","pin":"x"}', '{"a":"enter password: ","pin":"[redacted]"}'],
  ['{"pin":"}","a":"password=","b":1}', '{"pin":"[redacted]","a":"password=","b":1}'],
  [
    String.raw`{"a":"{\"b\":\"password:\",\"pin\":\"x\"}"}`,
    String.raw`{"a":"{\"b\":\"password:\",\"pin\":\"[redacted]\"}"}`,
  ],

  // Quotes in headers, and around them.
  ...[':', '==', ',', '['].map((end): [string, string] => [
    `{"a":"Cookie: x${end}","b":"c"}`,
    '{"a":"Cookie: [redacted]","b":"c"}',
  ]),
  [
    String.raw`{"m":"authorization=Digest username=\"a\", response=\"hunter2\"","b":"c"}`,
    '{"m":"authorization=[redacted]","b":"c"}',
  ],
  ['Cookie: prefs={"theme":"dark"}; auth=hunter2\nHost: a', 'Cookie: [redacted]\nHost: a'],
  [String.raw`["Cookie: a={\"b\":\"c\"}; d=e","Host: a"]`, '["Cookie: [redacted]","Host: a"]'],
  ["Cookie: name=O'Brien; auth=hunter2\nHost: a", 'Cookie: [redacted]\nHost: a'],
  ['authorization=Digest username="a", response="hunter2"\nnext', 'authorization=[redacted]\nnext'],
  ['{"a":"Cookie: a=b; c=d;","b":"c"}', '{"a":"Cookie: [redacted]","b":"c"}'],
  ["curl -H 'Cookie: a=b' https://x", "curl -H 'Cookie: [redacted]' https://x"],

  // A bracket in a string.
  [
    '{"message":"Unexpected token: {","user":"bob","ip":"192.0.2.1"}',
    '{"message":"Unexpected token: [redacted]","user":"bob","ip":"192.0.2.1"}',
  ],
  ['{"msg":"bad token: [abc","user":"bob"}', '{"msg":"bad token: [redacted]","user":"bob"}'],

  // Three quotes.
  ['password="""hun "hunter2""" a', 'password="""[redacted]""" a'],
  ["password='''hun\nter2''' a", "password='''[redacted]''' a"],

  ['SAMLResponse=PHNhbWw%2B&RelayState=x', 'SAMLResponse=[redacted]&RelayState=x'],
  // Names of two words.
  ['API key: hunter2, a', 'API key: [redacted], a'],
  ['the Session ID: hunter2', 'the Session ID: [redacted]'],
  ['Private key: hunter2', 'Private key: [redacted]'],
  ['{"API key":"hunter2","a":1}', '{"API key":"[redacted]","a":1}'],
  // Forms, and fragments of URLs.
  ['https://h/#code=hunter2&state=x', 'https://h/#code=[redacted]&state=x'],
  ['https://h/a?X-Goog-Signature=abc&b=1', 'https://h/a?X-Goog-Signature=[redacted]&b=1'],
  ['token: user=bob|hunter2, a', 'token: [redacted], a'],
  // Cookies that are called like what becomes of one.
  ['Cookie: ok=1; auth=hunter2\nHost: a', 'Cookie: [redacted]\nHost: a'],
  ['Cookie: valid=1; a=b\nHost: a', 'Cookie: [redacted]\nHost: a'],
  // Behind a name that is beside its value.
  ['{"name":"DB_PASSWORD","value":"hunter2","a":1}', '{"name":"DB_PASSWORD","value":"[redacted]","a":1}'],
  ["{ name: 'DB_PASSWORD', value: 'hunter2' }", "{ name: 'DB_PASSWORD', value: '[redacted]' }"],
  ['{\n  "Name": "x-api-key",\n  "Value": 17\n}', '{\n  "Name": "x-api-key",\n  "Value": "[redacted]"\n}'],
  ['<property name="password" value="hunter2"/>', '<property name="password" value="[redacted]"/>'],
  [
    JSON.stringify({ a: JSON.stringify({ field: 'password', oldValue: 'b', at: 1 }) }),
    JSON.stringify({ a: JSON.stringify({ field: 'password', oldValue: '[redacted]', at: 1 }) }),
  ],
  // LDIF, where what is in base64 stands behind two colons.
  ['userPassword:: e1NTSEF9RkRr\nuid: bob', 'userPassword:: [redacted]\nuid: bob'],
  ['unicodePwd:: IgBuAGUA', 'unicodePwd:: [redacted]'],
  // Tags with attributes, and with what is no markup.
  [
    '<wsse:Password Type="http://docs.oasis-open.org/wss#PasswordText">hunter2</wsse:Password>',
    '<wsse:Password Type="http://docs.oasis-open.org/wss#PasswordText">[redacted]</wsse:Password>',
  ],
  ['<password\n xml:lang="en">hun ter2</password>', '<password\n xml:lang="en">[redacted]</password>'],
  ['<password><![CDATA[hun<ter2]]></password><b>', '<password><![CDATA[[redacted]]]></password><b>'],
  ["<token a='b'><![CDATA[hunter2]]></token>", "<token a='b'><![CDATA[[redacted]]]></token>"],
  ['<password lang=en>hunter2</password>', '<password lang=en>[redacted]</password>'],
  // JSON in a text, with blanks.
  ['got {"m":"bad token: {", "user":"bob"} a', 'got {"m":"bad token: [redacted]", "user":"bob"} a'],
  [
    `got ${JSON.stringify({ m: 'bad token: [', user: 'bob' }, null, 2)} a`,
    `got ${JSON.stringify({ m: 'bad token: [redacted]', user: 'bob' }, null, 2)} a`,
  ],
  // Brackets that are none of a pair.
  ['{ tokens: [a}, hunter2], user: bob }', '{ tokens: [redacted], user: bob }'],
  // Coloured.
  ['\x1b[35mpassword\x1b[39m: "hunter2"\x1b[0m, a', '\x1b[35mpassword\x1b[39m: "[redacted]"\x1b[0m, a'],
  [
    "{ password: \x1b[32m'hunter2'\x1b[39m, a: \x1b[33m1\x1b[39m }",
    "{ password: \x1b[32m'[redacted]'\x1b[39m, a: \x1b[33m1\x1b[39m }",
  ],
  ['{ pin: \x1b[33m1234\x1b[39m, a: 1 }', '{ pin: \x1b[33m[redacted]\x1b[39m, a: 1 }'],
  ['\x1b[36mpassword\x1b[0m=\x1b[1;31mhunter2\x1b[0m a', '\x1b[36mpassword\x1b[0m=\x1b[1;31m[redacted]\x1b[0m a'],
  [
    String.raw`"\u001b[35mpassword\u001b[39m: \"hunter2\"\u001b[0m"`,
    String.raw`"\u001b[35mpassword\u001b[39m: \"[redacted]\"\u001b[0m"`,
  ],
  // A private key without its end, in a string.
  [
    String.raw`got {"key":"-----BEGIN PRIVATE KEY-----\nMIIEpAIBAA","user":"bob"}`,
    'got {"key":"[redacted:private-key]","user":"bob"}',
  ],
  [
    "{ pem: '-----BEGIN PRIVATE KEY-----\\n' +\n    'MIIEpAIBAA\\n' +\n    '-----END PRIVATE KEY-----\\n', a: 1 }",
    "{ pem: '[redacted:private-key]\\n', a: 1 }",
  ],
  // Quotes in the password of a URL that is in quotes itself.
  ["url='postgres://bob:it's@db/shop' a", "url='postgres://bob:[redacted:password]@db/shop' a"],
  ['postgres://bob:a"b@db/shop', 'postgres://bob:[redacted:password]@db/shop'],
  ['"postgres://bob:a`b@db/shop", a', '"postgres://bob:[redacted:password]@db/shop", a'],
  // What a database says of rows.
  ['Key (user_id, token)=(17, hunter2) already exists.', 'Key (user_id, token)=(17, [redacted]) already exists.'],
  ['Key (token, user_id)=(hunter2, 17) already exists.', 'Key (token, user_id)=([redacted]) already exists.'],
  ['Key (token)=(hunter2) already exists.', 'Key (token)=([redacted]) already exists.'],
  [
    'Key (tenant_id, api_key)=(3, a(b), c) is not present in table "keys".',
    'Key (tenant_id, api_key)=(3, [redacted]) is not present in table "keys".',
  ],
  [
    'Key (tenant_id, api_key)=(3, a) conflicts with existing key (tenant_id, api_key)=(3, b).',
    'Key (tenant_id, api_key)=(3, [redacted]) conflicts with existing key (tenant_id, api_key)=(3, [redacted]).',
  ],
  [
    'Schlüssel »(user_id, token)=(17, hunter2)« existiert bereits.',
    'Schlüssel »(user_id, token)=(17, [redacted])« existiert bereits.',
  ],
  ['Key (lower(token), "apiKey")=(a, b) already exists.', 'Key (lower(token), "apiKey")=([redacted]) already exists.'],
  [
    "detail: 'Failing row contains (17, hunter2, (a)., null).',\n  table: 'users'",
    "detail: 'Failing row contains ([redacted]).',\n  table: 'users'",
  ],
  ['DETAIL:  Failing row contains (17, hunter2).\nnext', 'DETAIL:  Failing row contains ([redacted]).\nnext'],
  [
    JSON.stringify({ a: JSON.stringify({ detail: 'Failing row contains (17, hunter2).', b: 1 }) }),
    JSON.stringify({ a: JSON.stringify({ detail: 'Failing row contains ([redacted]).', b: 1 }) }),
  ],
  // Forms of several parts.
  [
    '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
    '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\n[redacted]\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
  ],
  [
    String.raw`"form-data; name=\"token\"\r\nContent-Type: text/plain\r\n\r\nhun\r\nter2\r\n--x--"`,
    String.raw`"form-data; name=\"token\"\r\nContent-Type: text/plain\r\n\r\n[redacted]\r\n--x--"`,
  ],
  // Block scalars in JSON.
  [String.raw`"password: |\n  hunter2\n  more\nuser: bob"`, String.raw`"password: |\n  [redacted]\nuser: bob"`],
  [
    String.raw`{"a":"b:\n  password: >-\n    hunter2","c":1}`,
    String.raw`{"a":"b:\n  password: >-\n    [redacted]","c":1}`,
  ],
  // A scheme that nobody knows, and that is called like an outcome.
  ['Authorization: Valid abc\nHost: a', 'Authorization: [redacted]\nHost: a'],
];

/** Secrets of which nothing says where they end, but the end of the line or of the text. */
export const openTexts: typeof textsWithSecrets = [
  ["password='hunter2", "password='[redacted]"],
  ['{"password":"hunter2', '{"password":"[redacted]'],
  ['{"token":{"a":1', '{"token":"[redacted]"'],
  ['{"message":"Unexpected token: {"}', '{"message":"Unexpected token: [redacted]"}'],
  ['Authorization: Bearer abc', 'Authorization: [redacted]'],
  ['authorization: Custom abc def', 'authorization: [redacted]'],
  ['authorization: a="b', 'authorization: [redacted]'],
  ['Set-Cookie: sid=abc; Path=/; HttpOnly', 'Set-Cookie: [redacted]'],
  ['proxy-authorization: x', 'proxy-authorization: [redacted]'],
  ['mnemonic: abandon abandon about', 'mnemonic: [redacted]'],
  ['-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQ', '[redacted:private-key]'],
];

export const ordinaryTexts: readonly string[] = [
  '',
  ' ',
  'order placed',
  // What an investigation needs.
  'user:17 ip:192.0.2.1 auth_type:ldap session_hash:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'GET /api/users/17 200 12.34ms user:17 ip:2001:db8::1 ua:"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"',
  'trace 0af7651916cd43dd8448eb211c80319c span b7ad6b7169203331',
  'b2f7c1de-9a3e-4c61-8f0d-2d1f5f0a9c11',
  '12345678-1234-1234-1234-123456789012',
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  'sha256:4111111111111111a665a45920422f9d417e4867efdc4fb8a04a1f3fff1fa07e',
  '2026-11-27T22:57:56.123Z',
  '2026-11-27 22:57:56,123 1732748276123 1732748276123456 1732748276123456789',
  'jane@example.com, bob@example.org',
  // Security prose.
  'Invalid password for user bob (attempt 3 of 5)',
  'Password changed: user 17',
  'password expired: bob',
  'invalid token: expired',
  'Invalid/expired reset token from 192.0.2.1',
  'authorization: denied for user bob from 192.0.2.1',
  'session: expired',
  '2FA code invalid: user 17',
  'LDAP bind failed (49: invalidCredentials) for cn=bob,ou=people,dc=example,dc=com',
  'basic auth is required, bearer tokens are not accepted; see Basic Authentication and Bearer authentication',
  'the bearer of bad news',
  'cupbearer 1a2b3c',
  'basic understanding of algebra, basic validation',
  'WWW-Authenticate: Bearer realm="shop", error="invalid_token", error_description="expired"',
  'WWW-Authenticate: Basic realm="shop"',
  'token_type=bearer grant_type=password',
  'password_expires_at=2026-01-01 passwordChangedAt: 5 tokenCount=3 keyboard: de compass=n spin: 2',
  'input_tokens=512 output_tokens: 17 maxTokens: 4096',
  '{"password":null,"token":"","secret":false,"pin": true}',
  'password=, token: ',
  "select * from u where password = ? and token = $1 and pin = %s and secret = ''",
  'Session::create, Token::parse',
  'secret://vault/path, token//x',
  'see https://hooks.slack.com/services/ and https://discord.com/api/webhooks/',
  'key=value code=E42 sig=1 state=x',
  // Errors.
  "TypeError: Cannot read properties of undefined (reading 'token')",
  '    at Object.<anonymous> (file:///srv/app/node_modules/@scope/pkg/dist/index.js:123:45)',
  '    at async handle (node:internal/process/task_queues:105:5)',
  '    at app.ts:12:34',
  "Error: connect ECONNREFUSED 127.0.0.1:5432 code: 'ENOENT', errno: -2",
  'https://www.npmjs.com/package/@scope/name',
  'http://localhost:3000/@user',
  'http://[::1]:8080/@x',
  'https://bob@example.com/ ssh://git@github.com/x.git https://bob:@h/',
  'npm_config_cache npm_lifecycle_event sk-button glpat- xoxb-short hf_short',
  '--- a/b.ts\n+++ b/b.ts\n----------------',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----',
  '--port 80 --verbose --name bob',
  'a--password b',
  '<password></password>',
  '--password --verbose a',
  '--show-me-the PRIVATE KEY of bob',
  // Numbers that are none of a card.
  '4111111111111112',
  '1111111111111117',
  '41111111111111111111111',
  '0004111111111111111',
  '4111 1111 1111 1112',
  '4111 1111 1111',
  '411111111111108',
  '2000000000000006',
  '+49 30 1234567, 5500 rows, 4096 8192 1024',
  'eyJhbGciOiJIUzI1NiJ9',
  'eyJ.eyJ.x',
  'a.b.c',
  'monkeyJungle.eyJ',
  '/files/My%20Document%20(1).pdf /caf%C3%A9?q=a%26b%3Dc%20100%25 /%7Euser/ 85% %zz',
  '?q=how%20to%20reset%20a%20password%3F',
  String.raw`{"name":"caf\u00e9","html":"\u003cb\u003e\u0026amp;"} C:\x64\users \x1b[31m`,
  `url='http://a:80' and b@c {'a': 'b http://a:80','c':'d@e'}`,
  '[{"a":"http://a:80/","x":"b@c"}]',
  '[redacted] [redacted:jwt] password=[redacted] "token":"[redacted]"',
  // Fractions.
  'took 0.4111111111111111 s',
  '{"score":0.4111111111111111}',
  'v=-73.4111111111111111',
  'the key: value, primary key: 5, user id: 17, exit code: 1, type=auth code=500, kind:session id=3',
  'code=E42 & retried',
  'key: a&b=c',
  'Invalid password: user=bob ip=192.0.2.1',
  // What has become of an authorization.
  'Authorization: Denied for user bob from 192.0.2.1',
  'authorization: success for user bob',
  'authorization: allowed user=bob ip=192.0.2.1',
  'authorization: forbidden, user bob',
  'authorization: not required for GET /health',
  'Authorization: valid, expires in 3600 s',
  'authorization: granted to bob',
  'authorization: skipped (public route)',
  // The hosts of a cluster.
  'mongodb://h1:27017,h2:27017/shop?note=a@b',
  'Key (user_id, email)=(17, bob@example.com) already exists.',
  '{"name":"Host","value":"a"}, {"type":"password","value":"b"}, name="c" value="d", value=1 default_value: 2',
  'std::token::x, token::, Session::\n',
  '{"a":"b">password c',
  // Tags.
  '<input type="password" name="a">b<p class="token">c</p><passwords-left a="1">2</passwords-left>',
];

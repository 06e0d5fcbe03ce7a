/**
 * Which event of ours stands for what the product says, or claims to say, that this one takes the place of
 * (https://github.com/sbr0nch/SentriKat at e6949c8), and which scene of `coverage-scenes.ts` brings it about.
 *
 * docs/coverage.md is made out of this table, and `coverage.test.ts` looks for the line of each row while its scene runs.
 */
import type { EventConcern, EventNameOf } from '../../packages/instrumentation/src/vocabulary/events.ts';
import type { SceneName } from './coverage-scenes.ts';

/** Lines that nobody writes by hand: operations of the directory's client. */
type OperationName = 'BIND' | 'SEARCH';

/** Whom a line names. A name is what somebody claims who is not known yet. */
export type Actor = 'administrator' | 'a user' | 'a name' | 'nobody' | 'the system';

interface SeenIn<Concern extends EventConcern, Name> {
  readonly original: string;
  readonly file: Concern;
  readonly event: Name;
  readonly by: Actor;
  /** A part of the line: a reason; in audit.log the action and the kind of resource. Default: the event says it all. */
  readonly says?: string;
  readonly scene: SceneName;
}

export type SeenRow =
  | SeenIn<'security', EventNameOf<'security'>>
  | SeenIn<'audit', EventNameOf<'audit'>>
  | SeenIn<'ldap', EventNameOf<'ldap'> | OperationName>;

/** What cannot happen here, and why; or what another row says already. */
export interface AbsentRow {
  readonly original: string;
  readonly because: string;
}

export interface CoverageGroup {
  readonly title: string;
  readonly rows: readonly (SeenRow | AbsentRow)[];
}

const otherThings = 'there is no such thing here; whatever it is done to, the events are those of';
const otherVerbs = 'a verb that no row claims is an `entity.updated`, as is';
const noSaml = 'the example service has no SAML';
const ownFailure =
  'a failure of the service itself: the whole of it is in error.log, see "a failure on our side" in `test/example-service/example-service.test.ts`';

export const coverage: readonly CoverageGroup[] = [
  {
    title: 'Audit actions and what they are done to',
    rows: [
      audited('ACKNOWLEDGE_CVE vulnerability_matches', 'entity.updated', 'ACKNOWLEDGE_CVE products', 'products'),
      audited('UNACKNOWLEDGE_CVE vulnerability_matches', 'entity.updated', 'UNACKNOWLEDGE_CVE products', 'products'),
      audited('CREATE products', 'entity.created', 'CREATE products', 'products'),
      audited('UPDATE products', 'entity.updated', 'UPDATE products', 'products'),
      audited('DELETE products', 'entity.deleted', 'DELETE products', 'products'),
      audited('delete products', 'entity.deleted', 'DELETE products', 'products'),
      audited('BATCH_DELETE products', 'entity.bulk_deleted', 'BATCH_DELETE products', 'products'),
      {
        original: 'REMOVE_ORG products',
        because: `products belong to no organisation here; ${otherVerbs} ACKNOWLEDGE_CVE`,
      },
      { original: 'CREATE, DELETE product_exclusions', because: `${otherThings} CREATE, DELETE products` },
      { original: 'CREATE, UPDATE, DELETE risk_exceptions', because: `${otherThings} CREATE, UPDATE, DELETE products` },
      { original: 'CREATE shared_views', because: `${otherThings} CREATE products` },
      {
        original: 'CPE_REJECTED, CPE_FORCE_APPLIED cpe_mapping',
        because: `${otherVerbs} ACKNOWLEDGE_CVE`,
      },
      {
        original: 'VENDOR_ADVISORY_SYNC vendor_fix_overrides',
        because: `${otherVerbs} ACKNOWLEDGE_CVE`,
      },
      audited('UPDATE license (activated)', 'config.changed', 'CREATE license', 'documents'),
      audited('UPDATE license (activated online)', 'config.changed', 'UPDATE license', 'documents'),
      audited('UPDATE license (removed)', 'config.changed', 'DELETE license', 'documents'),
      audited('UPDATE branding', 'config.changed', 'UPDATE branding', 'documents'),
      audited('DELETE branding', 'config.changed', 'DELETE branding', 'documents'),
      audited('UPDATE settings', 'config.changed', 'UPDATE settings', 'settings'),
      audited('INVITE users', 'user.invited', 'INVITE users', 'invitations'),
      { ...audited('REACTIVATE users', 'user.reactivated', 'USER_REACTIVATE users', 'directory'), by: 'the system' },
      audited('ROLE_CHANGE users', 'user.role.changed', 'ROLE_CHANGE users', 'accounts'),
      audited('UPDATE_ROLE users', 'user.role.changed', 'ROLE_CHANGE users', 'accounts'),
      audited('UPDATE_ORG_ROLE users', 'user.role.changed', 'UPDATE_ORG_ROLE users', 'teams'),
      audited('ADD_ORG_MEMBERSHIP users', 'user.membership.added', 'ADD_ORG_MEMBERSHIP users', 'teams'),
      audited('REMOVE_ORG_MEMBERSHIP users', 'user.membership.removed', 'REMOVE_ORG_MEMBERSHIP users', 'teams'),
      audited('USER_DELETE users', 'user.deleted', 'DELETE users', 'accounts'),
      audited('BLOCK users', 'user.disabled', 'BLOCK users', 'accounts'),
      audited('UNBLOCK users', 'user.enabled', 'UNBLOCK users', 'accounts'),
      audited('UNLOCK users', 'authn.account.unlocked', 'UNLOCK users', 'lockout'),
      audited('RESET_2FA users', 'authn.mfa.reset', 'RESET_2FA users', 'second factors'),
      audited('REQUIRE_2FA users', 'authn.mfa.required', 'REQUIRE_2FA users', 'second factors'),
      audited(
        'FORCE_PASSWORD_CHANGE users',
        'authn.password.change_forced',
        'FORCE_PASSWORD_CHANGE users',
        'passwords',
      ),
    ],
  },
  {
    title: 'Security lines that it writes',
    rows: [
      claimed('missing credentials', 'authn.login.failure', 'reason:missing_credentials', 'logins'),
      { original: 'duplicate usernames', because: 'a name is there once, which the database sees to' },
      claimed('inactive user', 'authn.login.failure', 'reason:inactive', 'accounts'),
      claimed('unknown user', 'authn.login.failure', 'reason:unknown_user', 'logins'),
      claimed('account locked (attempt while locked)', 'authn.login.failure', 'reason:locked', 'lockout'),
      claimed('organization disabled', 'authn.login.failure', 'reason:org_disabled', 'teams'),
      claimed('invalid password with attempt number', 'authn.login.failure', 'reason:bad_password - 1 of 5', 'logins'),
      claimed('account locked after N attempts', 'authn.account.locked', undefined, 'lockout'),
      claimed('LDAP auth exception', 'authn.error', 'reason:directory_unreachable', 'a directory that is away'),
      { original: 'unknown auth_type', because: 'users are local or of the directory, which the database sees to' },
      said('invalid 2FA code', 'authn.mfa.failure', 'reason:wrong_code', 'second factors'),
      said('2FA policy check failed', 'authz.denied', '/users 403', 'second factors'),
      said('wrong current password', 'authn.password.change_failed', 'reason:bad_password', 'passwords'),
      claimed('reset mail failed', 'authn.password.reset_failed', 'reason:mail_failed', 'resets'),
      { original: 'reset request error', because: ownFailure },
      unknown('invalid reset token', 'authn.password.reset_failed', 'reason:invalid_token', 'resets'),
      said('expired reset token', 'authn.password.reset_failed', 'reason:expired_token', 'resets'),
      said('reset token race', 'authn.token.reused', undefined, 'resets'),
      { original: 'reset DB error, reset error', because: ownFailure },
      said('2FA disable failed', 'authn.mfa.failure', 'reason:bad_password', 'second factors'),
      claimed('LDAP user not found', 'authn.directory.user_not_found', undefined, 'directory'),
      claimed('multiple LDAP entries', 'authn.directory.ambiguous', undefined, 'directory'),
      claimed('LDAP bind failed', 'authn.directory.bind_failed', 'reason:invalid_credentials', 'directory'),
      said('403 on manager and org-admin routes', 'authz.denied', 'target:manage-users', 'refusals'),
      unknown('no session on manager and org-admin routes', 'authz.unauthenticated', undefined, 'refusals'),
      {
        original: 'unknown session user',
        because: 'a session goes with its user; the request is `authz.unauthenticated`',
      },
      audited('2FA reset by admin', 'authn.mfa.reset', 'RESET_2FA users', 'second factors'),
      { original: '2FA reset mail failed', because: 'no mail is sent for it here' },
      {
        ...unknown('LDAP auto-provision blocked by license', 'license.rejected', 'reason:no_seat_left', 'licence'),
        by: 'nobody',
      },
      { original: 'SAML auto-provision blocked by license', because: noSaml },
    ],
  },
  {
    title: 'Security lines that it drops, being below the floor of its file',
    rows: [
      { original: 'login attempt, user found', because: 'how it ended is recorded' },
      { original: 'SAML user on password form', because: noSaml },
      said('2FA required', 'authn.mfa.challenge', undefined, 'second factors'),
      said('2FA verified', 'authn.mfa.success', undefined, 'second factors'),
      said('failure counter reset', 'authn.login.success_after_failure', undefined, 'logins'),
      said('2FA setup required', 'authz.denied', '/users 403', 'second factors'),
      said('password expired', 'authz.denied', '/users 403', 'passwords'),
      said('authentication successful', 'authn.login.success', undefined, 'logins'),
      said('last login updated', 'session.start', undefined, 'logins'),
      said('password changed', 'authn.password.changed', undefined, 'passwords'),
      claimed('reset requested for unknown e-mail', 'authn.password.reset_failed', 'reason:unknown_user', 'resets'),
      claimed('reset requested for non-local user', 'authn.password.reset_failed', 'reason:not_local', 'resets'),
      claimed('reset token generated', 'authn.password.reset_requested', undefined, 'resets'),
      { original: 'reset mail sent', because: 'it was requested, and only that it could not be sent is more' },
      said('reset completed', 'authn.password.reset', undefined, 'resets'),
      said('2FA enabled', 'authn.mfa.enabled', undefined, 'second factors'),
      said('2FA disabled', 'authn.mfa.disabled', undefined, 'second factors'),
      { original: 'LDAP start', because: 'the bind of the service is the start' },
      operation('LDAP search, found', 'SEARCH', 'entries:1'),
      operation('LDAP bind attempt', 'BIND', 'FAILED'),
      operation('LDAP bind success', 'BIND', 'SUCCESS'),
    ],
  },
  {
    title: 'LDAP lines, and the types of its LDAP audit table',
    rows: [
      { ...audited('USER_REACTIVATE', 'user.reactivated', 'USER_REACTIVATE users', 'directory'), by: 'the system' },
      synchronised('USER_INVITE success', 'user.provisioned', 'directory'),
      synchronised('USER_INVITE failure', 'user.provision.blocked', 'licence', 'reason:no_seat_left'),
      synchronised('role_changed', 'user.synchronized', 'directory'),
      synchronised('user_updated', 'user.synchronized', 'directory'),
      { ...audited('user_reactivated', 'user.reactivated', 'USER_REACTIVATE users', 'directory'), by: 'the system' },
      synchronised('user_created', 'user.provisioned', 'directory'),
      synchronised('user_deprovisioned', 'user.deprovisioned', 'directory'),
      synchronised('sync_started', 'directory.sync.started', 'directory'),
      synchronised('sync_completed', 'directory.sync.completed', 'directory'),
      synchronised('sync_failed', 'directory.sync.failed', 'a directory that is away', 'reason:unreachable'),
      { ...synchronised('group_mapped', 'directory.group.mapped', 'groups'), by: 'administrator' },
      { ...synchronised('group_mapping_updated', 'directory.group.mapping_updated', 'groups'), by: 'administrator' },
      { ...synchronised('group_unmapped', 'directory.group.unmapped', 'groups'), by: 'administrator' },
      {
        original: 'group_mapping_activated, group_mapping_deactivated, group_mapping_reactivated',
        because: 'a mapping that does not count is not there: `directory.group.mapped` and `.unmapped`',
      },
      { original: 'config_changed', because: 'the directory is configured by the environment' },
    ],
  },
  {
    title: 'Logins of its table of several tenants',
    rows: [
      said('login_ok', 'authn.login.success', undefined, 'logins'),
      claimed('login_failed (missing)', 'authn.login.failure', 'reason:missing_credentials', 'logins'),
      claimed('login_failed', 'authn.login.failure', 'reason:bad_password', 'logins'),
      said('logout', 'session.end', undefined, 'sessions'),
    ],
  },
  {
    title: 'What its documents claim, or a reader expects, and it never wrote',
    rows: [
      said('login success in security.log', 'authn.login.success', undefined, 'logins'),
      unknown('every failure of access control: 401', 'authz.unauthenticated', undefined, 'refusals'),
      said('every failure of access control: 403', 'authz.denied', 'target:manage-users', 'refusals'),
      unknown('429', 'abuse.rate_limited', undefined, 'resets'),
      unknown('CSRF failure', 'abuse.csrf_failure', 'reason:foreign_origin', 'refusals'),
      audited('local user creation', 'user.created', 'CREATE users', 'accounts'),
      audited('change of a user', 'user.updated', 'UPDATE users', 'accounts'),
      said('API key made', 'authn.token.created', undefined, 'tokens'),
      said('API key revoked', 'authn.token.revoked', undefined, 'tokens'),
      unknown('agent API key rejected', 'authn.token.rejected', 'reason:unknown', 'tokens'),
      audited('LDAP settings', 'entity.created', 'CREATE directory_groups', 'groups'),
      audited('log viewing', 'audit.log.viewed', 'READ audit_log', 'trail'),
      audited('log download, audit export', 'audit.log.exported', 'EXPORT audit_log', 'trail'),
      operation('ldap.log: bind', 'BIND', 'SUCCESS'),
      operation('ldap.log: search', 'SEARCH', 'SUCCESS'),
      synchronised('ldap.log: sync', 'directory.sync.completed', 'directory'),
      synchronised('ldap.log: auto-provision', 'user.provisioned', 'directory'),
    ],
  },
  {
    title: 'What it has no word for',
    rows: [
      audited('-', 'role.created', 'CREATE roles', 'roles'),
      audited('-', 'role.updated', 'UPDATE roles', 'roles'),
      audited('-', 'role.deleted', 'DELETE roles', 'roles'),
      audited('-', 'entity.read', 'READ users', 'accounts'),
      audited('-', 'data.exported', 'EXPORT products', 'products'),
      audited('-', 'data.imported', 'IMPORT products', 'products'),
      said('-', 'session.expired', undefined, 'sessions'),
      said('-', 'session.revoked', 'reason:administrator', 'sessions'),
      unknown('-', 'input.validation.failure', 'reason:not_json', 'refusals'),
      unknown('-', 'abuse.attack_detected', 'reason:scanner', 'refusals'),
      said('-', 'crypto.decrypt_failed', 'reason:mfa_secret', 'keys'),
      unknown('-', 'crypto.key_rotated', undefined, 'keys'),
    ],
  },
];

export function isSeen(row: SeenRow | AbsentRow): row is SeenRow {
  return 'event' in row;
}

/** An administrator's doing. */
function audited(original: string, event: EventNameOf<'audit'>, says: string, scene: SceneName): SeenRow {
  return { original, file: 'audit', event, by: 'administrator', says, scene };
}

type Security = EventNameOf<'security'>;

/** Of a user who is known. */
function said(original: string, event: Security, says: string | undefined, scene: SceneName): SeenRow {
  return { original, file: 'security', event, by: 'a user', ...(says !== undefined && { says }), scene };
}

/** Of somebody who has said but a name. */
function claimed(original: string, event: Security, says: string | undefined, scene: SceneName): SeenRow {
  return { original, file: 'security', event, by: 'a name', ...(says !== undefined && { says }), scene };
}

function unknown(original: string, event: Security, says: string | undefined, scene: SceneName): SeenRow {
  return { original, file: 'security', event, by: 'nobody', ...(says !== undefined && { says }), scene };
}

function synchronised(original: string, event: EventNameOf<'ldap'>, scene: SceneName, says?: string): SeenRow {
  return { original, file: 'ldap', event, by: 'the system', ...(says !== undefined && { says }), scene };
}

function operation(original: string, event: OperationName, says: string): SeenRow {
  return { original, file: 'ldap', event, by: 'the system', says, scene: 'directory' };
}

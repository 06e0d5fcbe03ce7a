#!/bin/sh
# Prepares the directories of the service, and then becomes it.
#
# Started as root it makes the directories, gives them to the user "sentrikat", and goes on as that user; started as anybody else, as
# Kubernetes does, it makes what it may. Whatever cannot be made or given is said, and the service starts all the same: a log directory
# that nobody can write must not be what takes a service down. It stays one process from here to the service, so that signals and
# the exit status are the service's own.
set -u

user=sentrikat
# Where the preload too would write what it cannot write elsewhere: "logs" beside the application, which runs in /app.
fallback=$PWD/logs

# CODE: what, why it matters, what to do.
complain() {
  printf '%s\n  why   %s\n  do    %s\n' "$1" "$2" "$3" >&2
}

is_root() {
  [ "$(id -u)" -eq 0 ]
}

as_user() {
  if is_root; then gosu "$user" "$@"; else "$@"; fi
}

# Who has to be able to write, as chown takes it.
if is_root; then owner=$(id -u "$user"):$(id -g "$user"); else owner=$(id -u):$(id -g); fi

# What env runs is no builtin: those of some shells look at the mode alone, which says nothing of a read-only file system.
may_write() {
  as_user env test -d "$1" && as_user env test -w "$1" && as_user env test -x "$1"
}

# Secrets come as files, which only root need be able to read.
read_secret() {
  eval "value=\${$1:-} file=\${${1}_FILE:-}"
  # shellcheck disable=SC2154 # eval has set both
  if [ -n "$value" ] || [ -z "$file" ]; then return; fi
  if value=$(cat -- "$file" 2>&1); then
    eval "$1=\$value; export $1"
  else
    complain "SECRET_NOT_READABLE: ${1}_FILE is \"$file\", which cannot be read ($value)" \
      "the service starts without $1" \
      "mount the file, and let $(id -un) read it"
  fi
}

# Gives the directory to the user, and with it what earlier runs as root have left of ours in it. Nothing else that lies there changes
# hands, and no link is followed: whoever may write there could have laid one to a file of root's.
give() {
  find "$1" -maxdepth 0 ! -user "$user" -exec chown -h "$user:" {} + &&
    find "$1" -mindepth 1 -xdev -type d ! -name .sentrikat -prune -o \
      ! -user "$user" ! \( -type f -links +1 \) \( \
      -name .sentrikat \
      -o -name 'access.log*' -o -name 'performance.log*' -o -name 'error.log*' -o -name 'security.log*' \
      -o -name 'audit.log*' -o -name 'ldap.log*' -o -name 'application.log*' \
      \) -exec chown -h "$user:" {} +
}

# Makes the directory and gives it to the user; sets `reason` to why that was not to be. A link on the way may have been laid just like
# one in the directory, so root makes and gives nothing behind it.
prepare() {
  reason=
  directory=$(realpath -ms -- "$1")
  if is_root && [ "$(realpath -m -- "$1")" != "$directory" ]; then
    reason="a symbolic link leads there, and root follows none"
  else
    # shellcheck disable=SC2174 # the user has to come through those above it
    if [ ! -d "$directory" ]; then reason=$(mkdir -p -m 0750 -- "$directory" 2>&1) || return 0; fi
    is_root || return 0
    reason=$(give "$directory" 2>&1) && return 0
    reason=$(echo "$reason" | head -n 1)
  fi
  # It may belong to somebody else and be open to this user all the same.
  may_write "$1" &&
    complain "DIRECTORY_NOT_GIVEN: cannot give \"$1\" to $user ($reason)" \
      "files of earlier runs that belong to others may not be written to" \
      "chown -R $owner \"$1\" on the host, or start the container with the capability CHOWN"
}

for secret in DATABASE_URL ADMIN_PASSWORD SECRETS_KEY; do read_secret "$secret"; done

# An explicit directory wins over a part of the storage, and that over the default.
if [ -n "${STORAGE_ROOT:-}" ]; then
  root=${STORAGE_ROOT%/}
  : "${LOG_DIR:=$root/logs}" "${DATA_DIR:=$root/data}" "${BACKUP_DIR:=$root/backups}"
else
  : "${LOG_DIR:=/var/log/sentrikat}" "${DATA_DIR:=/var/lib/sentrikat/data}" "${BACKUP_DIR:=/var/lib/sentrikat/backups}"
fi

if is_root && ! reason=$(gosu "$user" true 2>&1); then
  complain "USER_NOT_TAKEN: cannot go on as $user ($reason)" \
    "the service does not run as root" \
    "start the container with the capabilities SETUID and SETGID, or as the user $owner"
  exit 78
fi

for kept in "$DATA_DIR" "$BACKUP_DIR"; do
  prepare "$kept"
  may_write "$kept" ||
    complain "DIRECTORY_NOT_WRITABLE: $owner cannot write to \"$kept\"${reason:+ ($reason)}" \
      "what the service keeps there is not kept" \
      "chown $owner it on the host, or set STORAGE_ROOT, DATA_DIR or BACKUP_DIR to what may be written"
done

prepare "$LOG_DIR"
if ! may_write "$LOG_DIR"; then
  refused="$owner cannot write to \"$LOG_DIR\"${reason:+ ($reason)}"
  prepare "$fallback"
  if may_write "$fallback"; then
    complain "LOG_DIR_NOT_WRITABLE: $refused" \
      "all logs go to \"$fallback\" instead, where nobody may look and a restart may lose them" \
      "chown $owner it on the host, or set LOG_DIR to a directory that may be written"
    LOG_DIR=$fallback
  else
    complain "LOG_DIR_NOT_WRITABLE: $refused, nor to \"$fallback\"" \
      "the logs wait in memory until one of them can be written; what exceeds 8 MiB a file is dropped and counted" \
      "chown $owner one of them on the host, or mount a tmpfs or a volume there"
  fi
fi
export LOG_DIR DATA_DIR BACKUP_DIR

# As process 1 it would have to bury every orphan, and signals without a handler would not reach it: that is what tini is for. It runs
# as the user, since root without the capability KILL could not pass a signal on.
if [ $$ -eq 1 ]; then set -- tini -- "$@"; fi
if is_root; then set -- gosu "$user" "$@"; fi
exec "$@"

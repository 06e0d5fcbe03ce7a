#!/bin/sh
# Draws the secrets of compose.yaml, once: what is there stays. Each file belongs to the user that reads it in its container, and nobody
# else may; so this wants root, as Docker does.
set -eu

folder=$(dirname "$0")/secrets
mkdir -p "$folder"
chmod 711 "$folder"

draw() {
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# The name, the owner, and the secret.
keep() {
  file=$folder/$1
  [ -e "$file" ] && return
  (umask 277 && printf %s "$3" >"$file")
  chown "$2" "$file"
}

keep postgres-password 0 "$(draw)"
keep database-url 0 "postgres://sentrikat:$(cat "$folder/postgres-password")@postgres:5432/sentrikat"
keep admin-password 0 "$(draw)"
# Elasticsearch insists on a file that is its own, and the collector reads the same as its own user.
keep elasticsearch-password 1000 "$(draw)"
keep collector-password 10001 "$(cat "$folder/elasticsearch-password")"

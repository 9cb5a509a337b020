#!/bin/sh
# Starts Redis with the users of users.acl. Each password is the first line of a file named as its place there; a user
# without such a file does not exist. Redis gets digests only.
set -eu

here=$(dirname "$0")
secrets=${SECRETS:-/run/secrets}
users=${ACL_FILE:-/tmp/users.acl}

umask 077
grep -v '^#' "$here/users.acl" >"$users"
for name in REDIS_BOT_PASSWORD REDIS_WORKER_PASSWORD REDIS_READ_PASSWORD REDIS_API_PASSWORD REDIS_OPERATOR_PASSWORD; do
    password=$(head -n 1 "$secrets/$name" 2>/dev/null | tr -d '\r\n' || true)
    if [ -z "$password" ]; then
        sed -i "/{$name}/d" "$users"
        echo "no $name: its user is left out" >&2
        continue
    fi
    digest=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
    sed -i "s/{$name}/$digest/" "$users"
done
exec "${REDIS_SERVER:-redis-server}" --aclfile "$users" "$@"

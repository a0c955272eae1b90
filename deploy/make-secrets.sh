#!/bin/sh
# Draws the secrets of docker-compose.yml into deploy/secrets (ignored by git), once: nothing has a default that is shipped.
#   sh deploy/make-secrets.sh [FOLDER]
# The key file of tokens and vault is not among them: `yujing setup` makes it, in a volume of its own.
set -eu
umask 077
folder=${1:-$(dirname "$0")/secrets}

if [ -e "$folder" ]; then
  echo "$folder is there already; remove it yourself if no data depends on it" >&2
  exit 1
fi

draw() { # random bytes as text that may stand in an address, a file and a command
  head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}
hash() {
  printf %s "$1" | sha256sum | cut -d ' ' -f 1
}

mkdir "$folder"
cd "$folder"
redis=$(draw) backup=$(draw) yujing=$(draw) registry=$(draw)
worker='+evalsha +eval +hmget +hget +hset +hdel +hgetall +hvals +pexpire +time +info'
copier='+evalsha +eval +hmget +hget +hset +hlen +hscan +exists +rename +copy +unlink +scan +time +info +memory|usage'

printf %s "$(draw)" >postgres_password
printf %s "$(draw)" >grafana_password

cat >postgres_roles.sql <<END
CREATE ROLE yujing LOGIN PASSWORD '$yujing';
CREATE ROLE registry LOGIN PASSWORD '$registry';
CREATE DATABASE yujing OWNER yujing;
CREATE DATABASE registry OWNER registry;
REVOKE CONNECT ON DATABASE yujing, registry FROM PUBLIC;
END

# The commands that services/runtime/store/redis uses (its README), on keys of the installation `yujing` only. health asks whether
# anybody is there.
cat >redis_users.acl <<END
user default off
user health on nopass resetkeys resetchannels -@all +ping
user yujing on #$(hash "$redis") resetchannels ~{yujing/* -@all $worker
user yujing-backup on #$(hash "$backup") resetchannels ~{yujing/* -@all $copier
END

cat >registry.properties <<END
apicurio.datasource.password=$registry
END

cat >yujing.yml <<END
redis: redis://yujing:$redis@redis:6379
database: postgres://yujing:$yujing@postgres:5432/yujing
END

cat >store.yml <<END
redis: redis://yujing-backup:$backup@redis:6379
END

# The folder is closed; what is mounted from it is read inside a container, by whatever user that has.
chmod 0644 ./*
echo "secrets drawn in $folder"

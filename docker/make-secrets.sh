#!/bin/sh
# Makes the files that docker-compose.yml gives to the containers as secrets. Run it as often as you like: what is there stays.
#   sh docker/make-secrets.sh [folder]        by default ./secrets
# Compose mounts a file as it is on the host, owner and mode included, and a container's user has another uid. So the
# folder is closed (0700: nobody else on this machine gets in) and the files in it can be read (0644).
set -eu
folder="${1:-$(dirname "$0")/../secrets}"
umask 077
mkdir -p "$folder"
chmod 700 "$folder"
cd "$folder"

random() { od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# name, text
put() {
  printf '%s' "$2" >".$1.new"
  chmod 644 ".$1.new"
  mv -f ".$1.new" "$1"
}
ensure() { [ -e "$1" ] || put "$1" "$2"; }

ensure postgres-password "$(random)"
ensure ari-password "$(random)"
ensure api-auth-key "$(random)"
ensure telegram-webhook-secret "$(random)"
ensure webhook-secret "whsec_$(random)"
# Yours, where you have them; empty is «not set».
ensure trunk-password ''
ensure trunks.json ''
ensure openai-api-key ''
ensure telegram-bot-token ''
ensure webhook-url ''
for gateway in smsc-password smsc-api-key smsru-api-id smsaero-api-key exolve-api-key google-credentials.json; do
  ensure "$gateway" ''
  chmod 644 "$gateway"
done
ensure telephony-api-key ''
ensure telephony.json ''

# The same password once more, as addresses: of the compose network, and of the host's (docker/trunk-host.yml).
password="$(cat postgres-password)"
put database-url "postgres://halo:$password@postgres:5432/halo"
put database-url-host "postgres://halo:$password@127.0.0.1:5433/halo"
chmod 644 postgres-password ari-password api-auth-key trunk-password trunks.json openai-api-key \
  telegram-bot-token telegram-webhook-secret webhook-url webhook-secret \
  telephony-api-key telephony.json

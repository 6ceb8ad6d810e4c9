#!/bin/sh
# Adds what only a running container knows, then becomes the command: signals reach it.
set -eu
cd "$(dirname "$0")/.."
facts="$(node docker/container-facts.mjs)"
eval "$facts"
exec "$@"

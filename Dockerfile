# HALO's app and its Asterisk: one image, two commands (docker-compose.yml). Every step is a script that runs without Docker too.

# By tag, so that a rebuild brings security fixes. A build that must be repeatable names a digest:
#   docker buildx imagetools inspect node:24-bookworm-slim
#   docker build --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:… .
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS base
# The user `node` is the base image's own: uid 1000, with a line in /etc/passwd.
RUN install -d -o node -g node /app && install -d -o node -g node -m 0700 /data /data/recordings
WORKDIR /app
USER node

# Asterisk from Debian's archive. In a stage of its own: it is fetched again only when these scripts change, or by
# `docker compose build --no-cache`.
FROM base AS asterisk
COPY --chown=node:node scripts/asterisk.mjs ./scripts/
COPY --chown=node:node scripts/lib/*.mjs ./scripts/lib/
RUN node scripts/asterisk.mjs get

FROM base AS build
# The dependencies first: they change seldom.
COPY --chown=node:node package.json package-lock.json .npmrc ./
COPY --chown=node:node scripts/setup.mjs ./scripts/
COPY --chown=node:node scripts/lib/*.mjs ./scripts/lib/
RUN node scripts/setup.mjs deps
COPY --chown=node:node . .
COPY --from=asterisk --chown=node:node /app/.asterisk ./.asterisk
RUN node scripts/setup.mjs start
# What only builds, checks, or stands in for a PostgreSQL goes.
RUN node docker/slim.mjs

FROM base
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    HALO_DATA_DIR=/data \
    HALO_ASTERISK_DIR=/app/.asterisk
COPY --from=build --chown=node:node /app ./
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "docker/healthcheck.mjs", "app"]
ENTRYPOINT ["sh", "docker/entrypoint.sh"]
# As `npm start`: one helping thread of V8 leaves the other cores to calls; the heap may triple between major
# collections, which sound would otherwise bring on every second (at 100 calls a tenth of the CPU, for 30 MB).
CMD ["node", "--v8-pool-size=1", "--heap-growing-percent=200", "scripts/run.mjs", "api/main.ts"]

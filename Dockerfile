# Two images. `program`: every program of this checkout; a container's command says which it is (docker-compose.yml).
# `connect`: Kafka Connect with Debezium, and the one class of ours that it needs.
# Tags are exact. Whoever builds for production adds the digests that their registry shows for them.
FROM maven:3.9.9-eclipse-temurin-17 AS exact-text
WORKDIR /build
COPY cdc/debezium ./
RUN mvn --batch-mode --quiet package

FROM quay.io/debezium/connect:3.7.0.Final AS connect
COPY --from=exact-text /build/target/exact-text-1.0.0.jar /kafka/connect/debezium-connector-postgres/

FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app

# Installing comes before the sources: as long as these files stay, its layers are used again.
FROM base AS manifests
COPY package.json package-lock.json ./
COPY core/package.json core/
COPY proxy/package.json proxy/
COPY cdc/package.json cdc/
COPY cli/package.json cli/
COPY legacy/server/package.json legacy/server/
COPY legacy/client/package.json legacy/client/
COPY extracted/patient/package.json extracted/patient/

FROM manifests AS dependencies
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  -w core -w proxy -w cdc -w cli -w legacy/server -w extracted/patient

FROM manifests AS client
RUN npm ci --ignore-scripts --no-audit --no-fund -w legacy/client
COPY tsconfig.json ./
COPY legacy/client legacy/client
RUN npm run build -w legacy/client

FROM base AS program
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY package.json migration.plan.ts migration.planned.ts migration.statements.ts ./
COPY core core
COPY proxy proxy
COPY cdc cdc
COPY cli cli
COPY legacy/server legacy/server
COPY extracted extracted
COPY deploy/compose deploy/compose
COPY --from=client /app/legacy/client/dist legacy/client/dist
# The folder `state`, for Unleash's last answer: the only one that a program writes to.
COPY --chown=node:node deploy/compose/writable ./
USER node
EXPOSE 8080
CMD ["node", "cli/bin/strangler.js", "--help"]

# The preload alone, for services whose image is not to be changed: docker build -f deploy/docker/preload.dockerfile .
# deploy/kubernetes/components/inject-preload copies it beside them.

# Both are the current ones of their kind. A build that must be the same tomorrow names them by digest:
# --build-arg NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim@sha256:…
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim
ARG RUNTIME_IMAGE=docker.io/library/busybox:1.37.0-musl

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY test/package.json test/
COPY packages/file-exporter/package.json packages/file-exporter/
COPY packages/instrumentation-ldapts/package.json packages/instrumentation-ldapts/
COPY packages/instrumentation/package.json packages/instrumentation/
COPY packages/example-service/package.json packages/example-service/

FROM manifests AS build
RUN npm ci --ignore-scripts --no-audit --no-fund --include-workspace-root \
  -w packages/file-exporter -w packages/instrumentation-ldapts -w packages/instrumentation
COPY tsconfig.base.json ./
COPY packages packages
RUN npm run build -w packages/file-exporter -w packages/instrumentation-ldapts -w packages/instrumentation

# What is published, and what it needs, in the versions of the lock: npm also installs what others of these workspaces need.
FROM manifests AS preload
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev -w packages/instrumentation \
  && npm ls --all --parseable --omit=dev -w packages/instrumentation >needed \
  && mkdir /preload \
  && sed -n 's:^/app/\(node_modules/[^@].*\):\1:p' needed | tar -cT - node_modules/@opentelemetry/api | tar -xC /preload
WORKDIR /preload
COPY --from=build /app/packages/file-exporter/package.json node_modules/@sentrikat/file-exporter/
COPY --from=build /app/packages/file-exporter/dist node_modules/@sentrikat/file-exporter/dist
COPY --from=build /app/packages/instrumentation/package.json node_modules/@sentrikat/instrumentation/
COPY --from=build /app/packages/instrumentation/dist node_modules/@sentrikat/instrumentation/dist

# For cp.
FROM ${RUNTIME_IMAGE}
COPY --from=preload /preload /preload

ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="SentriKat preload" \
  org.opencontainers.image.description="Seven log files by concern for a Node service whose image stays as it is" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"

USER 10001:10001

# The collector: docker build -f deploy/docker/collector.dockerfile .

# Both are the current ones of their kind. A build that must be the same tomorrow names them by digest:
# --build-arg GO_IMAGE=docker.io/library/golang:1.26.8-bookworm@sha256:…
ARG GO_IMAGE=docker.io/library/golang:1.26.8-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${GO_IMAGE} AS build
WORKDIR /build
COPY collector .
# Modules, and what was compiled of them, outlive a change of ours: of the minutes that a build takes they are nearly all.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
  CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /program/sentrikat-collector ./entrypoint \
  && go run go.opentelemetry.io/collector/cmd/builder@v0.161.0 --config builder.yaml \
  && mv dist/otelcol-sentrikat /program/ && mv config /program/config \
  && mkdir /state

# No shell, no package: certificate authorities, time zones and two programs.
FROM ${RUNTIME_IMAGE}
COPY --from=build /program /opt/sentrikat-collector
# A volume that is mounted here belongs to whom the folder belongs to.
COPY --from=build --chown=10001:10001 /state /var/lib/sentrikat-collector

ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="SentriKat collector" \
  org.opencontainers.image.description="An OpenTelemetry Collector that brings seven logs to Elasticsearch and syslog" \
  org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}"

# The service's user, so that it may read the service's files.
USER 10001:10001
ENV SENTRIKAT_COLLECTOR_OTLP_ENDPOINT=0.0.0.0:4318
EXPOSE 4318
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["/opt/sentrikat-collector/sentrikat-collector", "health"]
ENTRYPOINT ["/opt/sentrikat-collector/sentrikat-collector"]

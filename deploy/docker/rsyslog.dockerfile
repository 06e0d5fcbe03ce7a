# A receiver of syslog for one host: docker build -f deploy/docker/rsyslog.dockerfile .

# A build that must be the same tomorrow names it by digest: --build-arg RUNTIME_IMAGE=docker.io/library/debian:12.12-slim@sha256:…
ARG RUNTIME_IMAGE=docker.io/library/debian:12.12-slim
FROM ${RUNTIME_IMAGE}
# Debian keeps one version of each in a release, and takes away the one before: there is nothing to pin.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends rsyslog \
  && rm -rf /var/lib/apt/lists /var/cache/apt /var/log/* \
  && groupadd --gid 10002 rsyslog && useradd --uid 10002 --gid rsyslog --home-dir / --no-create-home --shell /usr/sbin/nologin rsyslog \
  && install -d -o rsyslog -g rsyslog -m 0750 /var/log/remote
COPY deploy/docker/rsyslog.conf /etc/rsyslog.conf
USER 10002:10002
EXPOSE 5514/tcp 5514/udp
HEALTHCHECK --interval=10s --timeout=3s CMD ["bash", "-c", "</dev/tcp/127.0.0.1/5514"]
ENTRYPOINT ["rsyslogd", "-n", "-i", "NONE"]

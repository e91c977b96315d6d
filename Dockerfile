# Stagepost for amd64 and arm64. Nothing of Stagepost is compiled for a processor, so the build stage runs on the machine that
# builds, whatever the image is for, and the final stage has no RUN that would need an emulator.

FROM --platform=$BUILDPLATFORM node:24-slim AS build
WORKDIR /src
# The packages come first: a change of the code does not install them again.
COPY package.json package-lock.json .npmrc ./
COPY bin bin
COPY tools tools
RUN npm ci --ignore-scripts
COPY . .
RUN npm pack && mkdir -p /image/app /image/bin /image/data
# The contents of the published package, with the dependencies that package-lock.json pins by their hashes.
RUN tar -xzf stagepost-*.tgz -C /image/app --strip-components=1
RUN cp -R package-lock.json .npmrc tools /image/app && cd /image/app && npm ci --omit=dev --ignore-scripts && rm -r tools
RUN ln -s ../../../app/bin/stagepost.js /image/bin/stagepost

FROM node:24-slim
ARG VERSION=unknown
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Stagepost" \
      org.opencontainers.image.description="Starts Customer.io campaigns from a Kommo pipeline, and shows in Kommo who opened, clicked and unsubscribed." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.source="$SOURCE"
COPY --from=build /image/app /app
# A folder, since COPY follows a link that it is given and copies its target.
COPY --from=build /image/bin /usr/local/bin
# The user "node" of the base image, by number: Kubernetes cannot see that a name is not root.
COPY --from=build --chown=1000:1000 /image/data /data
# Only /data and /tmp are written, so the root file system may be read-only. The compile cache in /data makes restarts faster.
ENV NODE_ENV=production \
    STAGEPOST_HOST=0.0.0.0 \
    STAGEPOST_DATA=/data \
    STAGEPOST_CONFIG=/etc/stagepost/stagepost.yaml \
    STAGEPOST_SUPERVISE=1 \
    XDG_CACHE_HOME=/data/cache \
    XDG_STATE_HOME=/data/state
USER 1000:1000
WORKDIR /data
VOLUME /data
EXPOSE 4400
HEALTHCHECK --interval=10s --timeout=5s --start-period=10m \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.STAGEPOST_PORT || 4400) + '/health/live').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["stagepost"]
CMD ["serve"]

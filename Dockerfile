# An image with nothing but the program, the C library that it was built with, and root certificates.
#
# Both stages are Debian 12: the program is linked against the C library of the stage that builds it, and
# runs on the same or a newer one only. The last stage has no shell and no package manager.
ARG RUST=1.95
ARG NODE=24

FROM node:${NODE}-bookworm-slim AS node

FROM rust:${RUST}-bookworm AS build
# Debian 12's own Node is too old for the bundle's tools.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
# What was fetched, and Trunk, which takes ten minutes to build, are kept from one build to the next.
# target/ is not: cargo judges by the time of files, and a checkout may hold older files with other text.
ARG TARGETARCH
RUN --mount=type=cache,id=latchkey-crates,target=/usr/local/cargo/registry \
    --mount=type=cache,id=latchkey-tools-${TARGETARCH},target=/root/.cache/latchkey \
    mkdir -p -m 0700 /out/data && packaging/build.sh /out/latchkey

FROM gcr.io/distroless/cc-debian12:nonroot
LABEL org.opencontainers.image.title="Latchkey" \
      org.opencontainers.image.description="A sign-in server that you run yourself" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
COPY --from=build /out/latchkey /usr/local/bin/latchkey
# A new volume takes over the owner of the folder that it covers.
COPY --from=build --chown=65532:65532 /out/data /data
ENV LATCHKEY_DATA__FOLDER=/data \
    LATCHKEY_LISTEN__ADDRESS=0.0.0.0:8080
# By number, so that whoever runs the image can see that it isn't root's.
USER 65532:65532
VOLUME /data
EXPOSE 8080
# /healthz is answered under any name, whatever public_url is.
HEALTHCHECK --interval=10s --timeout=5s CMD ["/usr/local/bin/latchkey", "health"]
ENTRYPOINT ["/usr/local/bin/latchkey"]
CMD ["serve"]

# The server as it runs beside a PostgreSQL. Build: docker build -t guidon .
FROM node:20-bookworm-slim AS build
WORKDIR /guidon
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
COPY migrations migrations
COPY scripts scripts
# The pages that `/errors/{code}` serves.
COPY docs/errors.md docs/errors.md
COPY tsconfig.json tsconfig.base.json ./
RUN npm ci --no-audit --no-fund
RUN node scripts/build.mjs
# What only the build and the tests need goes; the workspaces keep their links.
RUN npm prune --omit=dev --no-audit --no-fund

FROM node:20-bookworm-slim
# The server fetches with git; tini passes signals on, so that a stop is graceful.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git openssh-client tini \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /guidon
COPY --from=build /guidon /guidon
RUN mkdir -p /var/lib/guidon && chown node:node /var/lib/guidon
USER node
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4242 GUIDON_DATA_DIR=/var/lib/guidon
VOLUME /var/lib/guidon
EXPOSE 4242
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4242/readyz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["tini", "--"]
CMD ["node", "apps/server/dist/main.js"]

# Warroom, ready for production: docker build -t warroom . (docker-compose.yml adds Redis and PostgreSQL).

FROM node:20-bookworm-slim AS build
WORKDIR /app
# Dependencies first: this layer is built again only when they change. No package of ours needs its install script.
COPY package.json package-lock.json ./
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:20-bookworm-slim
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY bin ./bin
# The image holds no data: PostgreSQL and Redis do. warroom.yml is mounted here or named by WARROOM_CONFIG.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and gets SIGTERM itself, so a stop is a graceful one.
CMD ["node", "--enable-source-maps", "dist/main.js"]

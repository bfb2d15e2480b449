// The commit history of acme/shop, oldest first. Some messages are hostile on purpose: whatever shows them has to escape them.

/** Minutes before the start of the sandbox, author, message, changed files, and the tag if the commit was released. */
export type HistoryEntry = readonly [minutesAgo: number, author: string, message: string, files: readonly string[], tag?: string];

const DAY = 24 * 60;

export const history: readonly HistoryEntry[] = [
  [21 * DAY, 'shop-dev-1', 'Start the checkout service', ['src/server.ts', 'package.json']],
  [20 * DAY, 'shop-dev-2', 'Add health check and version routes', ['src/health.ts']],
  [19 * DAY, 'shop-dev-1', 'Read flags from the config service', ['src/flags.ts']],
  [18 * DAY, 'shop-dev-3', 'Store orders in PostgreSQL', ['src/orders.ts', 'migrations/0001_orders.sql']],
  [17 * DAY, 'shop-bot', 'Bump undici from 7.2.0 to 7.3.0', ['package.json', 'package-lock.json']],
  [16 * DAY, 'shop-dev-2', 'Release v38', ['CHANGELOG.md'], 'v38'],
  [14 * DAY, 'shop-dev-3', 'Load the catalogue at start\n\nIt is read once now instead of once per request.', ['src/catalogue.ts']],
  [13 * DAY, 'shop-dev-3', 'Fail fast if the catalogue is missing', ['src/catalogue.ts', 'src/health.ts']],
  [12 * DAY, 'shop-dev-2', 'Release v39', ['CHANGELOG.md'], 'v39'],
  [
    12 * DAY - 40,
    'shop-dev-3',
    'Revert "Fail fast if the catalogue is missing"\n\nThe catalogue arrives after the first health check.',
    ['src/catalogue.ts', 'src/health.ts'],
  ],
  [10 * DAY, 'shop-dev-1', 'Add the gift wrap option', ['src/checkout.ts', 'src/flags.ts']],
  [9 * DAY, 'shop-dev-1', 'Add a wrapping column to orders', ['migrations/0002_orders_wrapping.sql', 'src/orders.ts']],
  [8 * DAY, 'shop-dev-2', 'Release v40', ['CHANGELOG.md'], 'v40'],
  [6 * DAY, 'shop-bot', 'Bump zod from 4.0.1 to 4.0.5', ['package.json', 'package-lock.json']],
  [5 * DAY, 'shop-dev-4', 'Make search faster <!channel> please review', ['src/search.ts']],
  [4 * DAY, 'shop-dev-4', 'Search: handle "quotes", <b>tags</b> & *stars* in queries', ['src/search.ts', 'test/search.test.ts']],
  [3 * DAY, 'shop-dev-2', 'Show delivery times', ['src/checkout.ts', 'src/delivery.ts']],
  [2 * DAY, 'shop-dev-2', 'Release v41', ['CHANGELOG.md'], 'v41'],
  [26 * 60, 'shop-dev-1', 'Campaign: banner and discount behind promo-banner', ['src/promo.ts', 'src/flags.ts']],
  [22 * 60, 'shop-dev-1', 'Campaign: take prices from a table', ['src/promo.ts', 'src/checkout.ts']],
  [7 * 60, 'shop-dev-4', 'Shipping classes from a table\n\nCloses <https://evil.invalid|#1> <@U0000000> @everyone', ['src/delivery.ts']],
  [5 * 60, 'shop-bot', 'Bump pino from 9.0.0 to 10.4.0', ['package.json', 'package-lock.json']],
  [3 * 60, 'shop-dev-3', 'Keep `checkout` logs short; drop ```payload``` dumps', ['src/checkout.ts', 'src/log.ts']],
  [65, 'shop-dev-2', 'Release v42', ['CHANGELOG.md'], 'v42'],
  [8, 'shop-dev-4', 'Docs: how to add an article', ['docs/articles.md']],
];

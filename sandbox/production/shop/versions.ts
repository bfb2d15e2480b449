// The releases of the shop. A fault is a real fault in the code of that release, met by the carts that hit it: no dice are thrown.

export interface Cart {
  sku: number;
}

/** What a release does differently. */
export interface Release {
  version: string;
  /** How long a page takes, in milliseconds: between the two. */
  thinkMs: readonly [number, number];
  /** A release that never gets ready fails its deployment. */
  boots: boolean;
  price(cart: Cart, promoBanner: boolean): number;
}

export const SKUS = 100;

const listPrice = ({ sku }: Cart): number => 5 + (sku % 40);
const promoPrice = (cart: Cart, promoBanner: boolean): number => (promoBanner ? Math.round(listPrice(cart) * 0.8) : listPrice(cart));

// v42 moved the campaign's prices and the shipping classes into tables and forgot the articles added last.
const PROMO_TABLE = new Map(Array.from({ length: 70 }, (_, sku) => [sku, { cents: 100 * (5 + (sku % 40)) }]));
const SHIPPING_TABLE = new Map(Array.from({ length: 92 }, (_, sku) => [sku, { feeCents: 300 }]));

function priceFromTables(cart: Cart, promoBanner: boolean): number {
  const shipping = SHIPPING_TABLE.get(cart.sku);
  if (!shipping) throw new TypeError(`no shipping class for article ${cart.sku}`);
  if (!promoBanner) return listPrice(cart) + shipping.feeCents / 100;
  const promo = PROMO_TABLE.get(cart.sku);
  if (!promo) throw new TypeError(`no campaign price for article ${cart.sku}`);
  return (promo.cents + shipping.feeCents) / 100;
}

const good = (version: string): Release => ({ version, thinkMs: [2, 9], boots: true, price: promoPrice });

/** Every release that was ever built, by its tag. */
export const releases: ReadonlyMap<string, Release> = new Map(
  [
    good('v38'),
    { ...good('v39'), boots: false },
    good('v40'),
    good('v41'),
    { version: 'v42', thinkMs: [4, 16] as const, boots: true, price: priceFromTables },
  ].map((release) => [release.version, release]),
);

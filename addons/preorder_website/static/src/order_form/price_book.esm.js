import {ConnectionLostError, rpc} from "@web/core/network/rpc";

/** Variants priced in one request. */
const PAGE = 100;
/** How long requests are collected, in milliseconds. */
const REST = 60;
/** After how long prices are asked for again where the network is gone. */
const RETRY = 5000;

/**
 * Prices of variants, and the figures that come with them, asked for page by page.
 *
 * Products tell their components by `state.priceVersion` that something has arrived.
 */
export class PriceBook {
  /**
   * @param {() => String} getUrl address below which prices are asked
   * @param {(variant: Number) => Object} getProduct the product of a variant
   */
  constructor(getUrl, getProduct) {
    this.getUrl = getUrl;
    this.getProduct = getProduct;
    this.prices = new Map();
    this.wanted = new Set();
    this.timer = null;
  }

  /** Ask for a product's prices: requests of a moment travel together. */
  request(product) {
    for (const variant of product.variants) {
      if (!this.prices.has(variant)) {
        this.wanted.add(variant);
      }
    }
    if (this.wanted.size && !this.timer) {
      this.timer = setTimeout(() => this.fetch(), REST);
    }
  }

  /** A product went out of sight before its prices were asked for. */
  cancel(product) {
    for (const variant of product.variants) {
      this.wanted.delete(variant);
    }
  }

  async fetch() {
    while (this.wanted.size) {
      const page = [...this.wanted].slice(0, PAGE);
      page.forEach((variant) => this.wanted.delete(variant));
      try {
        this.read(
          await rpc(`${this.getUrl()}/prices`, {products: page}, {silent: true})
        );
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) {
          throw error;
        }
        page.forEach((variant) => this.wanted.add(variant));
        this.timer = setTimeout(() => this.fetch(), RETRY);
        return;
      }
    }
    this.timer = null;
  }

  read({product, price, discount, previous = [], average = []}) {
    const touched = new Set();
    product.forEach((variant, i) => {
      this.prices.set(variant, {
        price: price[i],
        discount: discount[i],
        previous: previous[i] || 0,
        average: average[i] || 0,
      });
      touched.add(this.getProduct(variant));
    });
    for (const entry of touched) {
      if (entry) {
        entry.state.priceVersion += 1;
      }
    }
  }

  /**
   * What a product costs, over its variants.
   *
   * @returns {Object|null} `low` and `high` net of discounts, `list` before them where
   *  it is higher; null while unknown
   */
  getRange(product) {
    const prices = product.variants
      .map((variant) => this.prices.get(variant))
      .filter(Boolean);
    if (!prices.length) {
      return null;
    }
    const nets = prices.map(({price, discount}) => price * (1 - discount / 100));
    const list = Math.max(...prices.map(({price}) => price));
    const high = Math.max(...nets);
    return {low: Math.min(...nets), high, list: list - high > 1e-6 ? list : null};
  }

  /** How much of a product was sold lately, over its variants. */
  getPreviousSales(product) {
    return product.variants.reduce(
      (sum, variant) => sum + (this.prices.get(variant)?.previous || 0),
      0
    );
  }

  /** What was sold of a variant, and what colleagues order: zero where not shown. */
  getFigures(variant) {
    const {previous = 0, average = 0} = this.prices.get(variant) || {};
    return {previous, average};
  }
}

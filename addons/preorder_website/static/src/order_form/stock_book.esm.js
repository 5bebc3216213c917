import {ConnectionLostError, rpc} from "@web/core/network/rpc";
import {formatDate, formatQuantity} from "./formatters.esm";
import {_t} from "@web/core/l10n/translation";

/**
 * What the office lets customers know of stock, asked for once.
 *
 * Products tell their components by `state.stockVersion` that it has arrived.
 */
export class StockBook {
  /** @param {(variant: Number) => Object} getProduct the product of a variant */
  constructor(getProduct) {
    this.getProduct = getProduct;
    this.facts = new Map();
  }

  async load(url) {
    try {
      this.read(await rpc(url, {}, {silent: true}));
    } catch (error) {
      // Without it one can order all the same.
      if (!(error instanceof ConnectionLostError)) {
        throw error;
      }
    }
  }

  read({product, quantity, day, coming, lead}) {
    const touched = new Set();
    product.forEach((variant, i) => {
      this.facts.set(variant, {
        quantity: quantity[i],
        day: day[i],
        coming: coming[i],
        lead: lead[i],
      });
      touched.add(this.getProduct(variant));
    });
    for (const entry of touched) {
      if (entry) {
        entry.state.stockVersion += 1;
      }
    }
  }

  /**
   * What is told of a variant.
   *
   * @returns {Object|null} `icon`, `short` and `text`; null where nothing is told
   */
  tell(variant) {
    const fact = this.facts.get(variant);
    if (!fact) {
      return null;
    }
    const {quantity, day, coming, lead} = fact;
    if (quantity) {
      const pieces = formatQuantity(quantity);
      return {icon: "fa-cubes", short: pieces, text: _t("In stock: %s", pieces)};
    }
    if (day) {
      const pieces = formatQuantity(coming);
      return {
        icon: "fa-truck",
        short: formatDate(day),
        text: _t("%(pieces)s expected on %(day)s", {pieces, day: formatDate(day)}),
      };
    }
    if (lead) {
      return {
        icon: "fa-clock-o",
        short: lead === 1 ? _t("1 day") : _t("%s days", lead),
        text: lead === 1 ? _t("Comes within 1 day") : _t("Comes within %s days", lead),
      };
    }
    return {icon: "fa-ban", short: _t("sold out"), text: _t("Sold out")};
  }

  isInStock(product) {
    return product.variants.some((variant) => this.facts.get(variant)?.quantity > 0);
  }
}

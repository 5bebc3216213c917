import {reactive} from "@odoo/owl";

/**
 * Codes that were scanned, and what they stand for.
 *
 * The server knows most: what was replaced, and codes of products that are not on sale
 * here. Without it, the catalog must do.
 */
export class Scans {
  /**
   * @param {Object} options
   * @param {(code: String) => Promise<Object>} options.ask asks the server
   * @param {(code: String) => Number} options.findHere looks into the catalog
   * @param {(variant: Number) => String} options.getName
   */
  constructor({ask, findHere, getName}) {
    this.ask = ask;
    this.findHere = findHere;
    this.getName = getName;
    this.state = reactive({
      // The last code found: `code`, `name`, `replaced` (the old product's name).
      found: null,
      // Codes without a product here, `code` and `problem`, to be seen to later.
      unknown: [],
    });
  }

  /** @returns {Promise<Number>} the variant of a code; 0 if it has none here */
  async find(code) {
    let answer = null;
    try {
      answer = await this.ask(code);
    } catch {
      answer = {product: this.findHere(code) || 0, replaced: "", problem: ""};
    }
    const {product, replaced, problem} = answer;
    if (product) {
      this.forget(code);
      this.state.found = {code, name: this.getName(product), replaced};
    } else {
      this.state.found = null;
      this.state.unknown = [
        {code, problem},
        ...this.state.unknown.filter((each) => each.code !== code),
      ];
    }
    return product;
  }

  forget(code) {
    this.state.unknown = this.state.unknown.filter((each) => each.code !== code);
  }
}

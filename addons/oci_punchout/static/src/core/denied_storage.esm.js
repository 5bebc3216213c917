import {browser} from "@web/core/browser/browser";

/**
 * In a frame of another site a browser may deny a page its storage: asking for it is an
 * error. Odoo's own `browser` keeps things in memory then; what asks the window itself,
 * as the shop's product page does, is given the same.
 */
for (const name of ["sessionStorage", "localStorage"]) {
  try {
    window[name].getItem(name);
  } catch {
    Object.defineProperty(window, name, {value: browser[name], configurable: true});
  }
}

import {formatFloat} from "@web/core/utils/numbers";

/** A quantity with as many decimals as it has; nothing for null. */
export function formatQuantity(quantity) {
  return quantity === null
    ? ""
    : formatFloat(quantity, {digits: [false, 4], trailingZeros: false});
}

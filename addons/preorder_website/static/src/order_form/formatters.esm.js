import {deserializeDate, formatDate as formatLocalDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {formatCurrency} from "@web/core/currency";
import {formatFloat} from "@web/core/utils/numbers";

/** An amount with its currency's symbol, as the language writes it. */
export function formatMoney(amount, currencyId) {
  return formatCurrency(amount, currencyId);
}

/** An ISO date as the language writes it. */
export function formatDate(date) {
  return formatLocalDate(deserializeDate(date));
}

/** A quantity: no decimals where there are none. */
export function formatQuantity(quantity) {
  return Number.isInteger(quantity)
    ? formatFloat(quantity, {digits: [16, 0]})
    : formatFloat(quantity, {digits: [16, 2], trailingZeros: false});
}

/** A quantity in pieces. */
export function formatPieces(quantity) {
  return quantity === 1 ? _t("1 piece") : _t("%s pieces", formatQuantity(quantity));
}

/** A percentage: no decimals where there are none. */
export function formatPercentage(percentage) {
  return `${formatQuantity(percentage)}\u00a0%`;
}

/** A discount tier with its name and discount. */
export function formatTier({name, discount}) {
  return `${name} (${formatPercentage(discount)})`;
}

/**
 * Read a quantity as a person types it.
 *
 * @param {String} text digits, at most one decimal comma or point; empty means none
 * @returns {Number} NaN if it is no quantity
 */
export function parseQuantity(text) {
  const cleaned = text.trim().replace(",", ".");
  if (!cleaned) {
    return 0;
  }
  return /^\d{1,7}(\.\d{0,4})?$/.test(cleaned) ? Number(cleaned) : NaN;
}

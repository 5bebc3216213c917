const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = [
  ["days", DAY],
  ["hours", HOUR],
  ["minutes", MINUTE],
];

/**
 * How much time is left, as exactly as it matters.
 *
 * @param {Number} milliseconds
 * @returns {Object|null} `unit` (`days`, `hours`, `minutes` or `seconds`), `count`;
 *  `urgent` within the last day; null when the time is over
 */
export function getRemaining(milliseconds) {
  if (milliseconds <= 0) {
    return null;
  }
  const [unit, length] = UNITS.find(([, each]) => milliseconds >= 2 * each) || [
    "seconds",
    SECOND,
  ];
  return {
    unit,
    count: Math.floor(milliseconds / length),
    urgent: milliseconds < DAY,
  };
}

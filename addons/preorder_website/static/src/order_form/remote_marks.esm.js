import {browser} from "@web/core/browser/browser";

/** How long a cell that somebody else has changed is marked, in milliseconds. */
const MARKED = 8000;

/** Marks of the cells that somebody else has just changed, by cell. */
export class RemoteMarks {
  /** @param {Object} marks reactive; keeps them by key */
  constructor(marks) {
    this.marks = marks;
  }

  /**
   * @param {String} key
   * @param {Object} mark who has changed it (`by`), what stood there (`before`), and
   *  whether that was typed here (`own`)
   */
  add(key, mark) {
    this.marks[key] = mark;
    browser.setTimeout(() => {
      delete this.marks[key];
    }, MARKED);
  }
}

/**
 * A plan's lines as matrices: what is shown of them, added up. Free of OWL.
 *
 * The server says where each variant stands (`get_matrix`); which lines are shown, and
 * which of their figures, is chosen here without asking it again.
 */

/** Heights of a product's parts in pixels; `plan_matrix.scss` has the same. */
export const HEIGHTS = {head: 72, sizes: 30, row: 32, foot: 28};

/** Quantities closer than this are the same. */
const EPSILON = 1e-6;

/** @typedef {[Number, Number, Number, Number, String, Number[], String[]]} RawLine */

function readLine([id, row, column, supplier, unit, figures, marks]) {
  return {id, row, column, supplier, unit, figures, marks};
}

function readProduct(product) {
  return {
    ...product,
    text: [product.name, product.code, product.supplier_code].join(" ").toLowerCase(),
    lines: product.lines.map(readLine),
  };
}

/** Whether a product comes in sizes: a single variant needs no heading. */
function hasSizes({columns}) {
  return columns.some(Boolean);
}

function getHeight(product, rows) {
  const {head, sizes, row, foot} = HEIGHTS;
  return (
    head + (hasSizes(product) ? sizes : 0) + row * (rows > 1 ? rows + 1 : rows) + foot
  );
}

/** What a run of lines adds up to; null where their units differ. */
function addUp(lines, measure, unitOf) {
  if (new Set(lines.map(unitOf)).size > 1) {
    return null;
  }
  return lines.reduce((sum, line) => sum + line.figures[measure], 0);
}

export class MatrixModel {
  /**
   * @param {Object} data as `get_matrix` gives it
   */
  constructor(data) {
    this.measures = data.measures;
    this.suppliers = data.suppliers;
    this.products = data.products.map(readProduct);
    this.measure = 0;
    this.supplier = null;
    this.search = "";
  }

  /** Put products in the place of what was read of them before. */
  replace(data) {
    const fresh = new Map(data.products.map((product) => [product.id, product]));
    // Places in the fresh answer's list of suppliers mean others than in ours.
    const places = data.suppliers.map(({id, name}) => {
      const place = this.suppliers.findIndex((supplier) => supplier.id === id);
      return place < 0 ? this.suppliers.push({id, name}) - 1 : place;
    });
    this.products = this.products.flatMap((product) => {
      if (!fresh.has(product.id)) {
        return [product];
      }
      const read = readProduct(fresh.get(product.id));
      for (const line of read.lines) {
        line.supplier = line.supplier < 0 ? -1 : places[line.supplier];
      }
      return [read];
    });
  }

  /** In the supplier's unit is only what is to be ordered. */
  isInSuppliersUnit() {
    return this.measures[this.measure].name === "quantity_to_order";
  }

  matches(line) {
    return this.supplier === null || line.supplier === this.supplier;
  }

  /**
   * The products that have something to show, in their order.
   *
   * @returns {Object[]} each with `product`, `lines` and `height` in pixels
   */
  getEntries() {
    const words = this.search.toLowerCase().split(/\s+/).filter(Boolean);
    const entries = [];
    for (const product of this.products) {
      if (!words.every((word) => product.text.includes(word))) {
        continue;
      }
      const lines = product.lines.filter((line) => this.matches(line));
      if (lines.some((line) => Math.abs(line.figures[this.measure]) > EPSILON)) {
        entries.push({
          key: product.id,
          product,
          lines,
          height: getHeight(product, new Set(lines.map((line) => line.row)).size),
        });
      }
    }
    return entries;
  }

  /** A product's matrix: only rows and columns in which there is a line. */
  getMatrix({product, lines}) {
    const unitOf = (line) => (this.isInSuppliersUnit() ? line.unit : product.unit);
    const add = (its) => addUp(its, this.measure, unitOf);
    const numbers = (key) =>
      [...new Set(lines.map((line) => line[key]))].sort((a, b) => a - b);
    const columns = numbers("column");
    const rows = numbers("row").map((row) => {
      const its = lines.filter((line) => line.row === row);
      return {
        ...product.rows[row],
        key: row,
        total: add(its),
        cells: columns.map((column) => {
          const cell = its.filter((line) => line.column === column);
          return {
            key: column,
            lines: cell,
            quantity: cell.length ? add(cell) : 0,
            marks: [...new Set(cell.flatMap((line) => line.marks))],
          };
        }),
      };
    });
    const units = [...new Set(lines.map(unitOf))];
    return {
      hasSizes: hasSizes(product),
      columns: columns.map((column) => ({
        key: column,
        name: product.columns[column],
        total: add(lines.filter((line) => line.column === column)),
      })),
      rows,
      total: add(lines),
      unit: units.length === 1 ? units[0] : "",
      suppliers: [...new Set(lines.map((line) => line.supplier))].map((place) =>
        place < 0 ? null : this.suppliers[place]
      ),
    };
  }
}

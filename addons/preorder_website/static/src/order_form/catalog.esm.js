import {reactive} from "@odoo/owl";

/** Text as it is searched: without case and accents. */
export function normalize(text) {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase();
}

/** A product's rows by what they have besides the axis that one looks for first. */
function getLayers({rows, axes, axis}) {
  if (axes.length < 2) {
    return [{label: "", rows}];
  }
  const layers = new Map();
  for (const row of rows) {
    const label = row.parts.filter((part, i) => part && i !== axis).join(" / ");
    if (!layers.has(label)) {
      layers.set(label, {label, rows: []});
    }
    layers.get(label).rows.push({...row, label: row.parts[axis]});
  }
  return [...layers.values()];
}

/**
 * The catalog as the order form uses it, read from the columns that the server sends.
 *
 * A product has *layers*: one for each combination of the attributes that are neither
 * its columns nor what one looks for first (lengths, beside colours and sizes). Most
 * products have a single layer without a name.
 */
export class Catalog {
  /**
   * @param {Object} columns as the server sends them
   * @param {Map} [customerCodes] variant → the codes that the customer uses for it
   */
  constructor(
    {products = {}, variants = {}, categories, brands, tags, values},
    customerCodes = new Map()
  ) {
    this.customerCodes = customerCodes;
    this.categories = categories.name.map((name, i) => ({
      id: i,
      name,
      parent: categories.parent[i],
    }));
    this.brands = brands;
    this.tags = tags;
    this.values = values.name.map((name, i) => ({
      id: i,
      name,
      attribute: values.attribute[i],
      color: values.color[i],
      sequence: values.sequence[i],
    }));
    this.products = (products.id || []).map((id, i) => this.readProduct(products, i));
    this.productById = new Map(this.products.map((product) => [product.id, product]));
    this.productByVariant = new Map();
    this.variantByCode = new Map();
    (variants.id || []).forEach((id, i) => this.readVariant(variants, i));
    for (const product of this.products) {
      product.layers = getLayers(product);
      product.text = normalize(
        [
          product.name,
          product.code,
          product.brand,
          ...this.getCategoryPath(product).map((category) => category.name),
          ...product.tags.map((tag) => tags[tag]),
          ...product.codes,
        ].join(" ")
      );
    }
  }

  readProduct(columns, i) {
    const code = columns.code[i];
    const brand = this.brands[columns.brand[i]] || "";
    return {
      id: columns.id[i],
      name: columns.name[i],
      code,
      brand,
      codeAndBrand: [code, brand].filter(Boolean).join(" · "),
      category: columns.category[i],
      tags: columns.tags[i],
      unit: columns.unit[i],
      picture: columns.picture[i],
      isNew: Boolean(columns.new[i]),
      axes: columns.axes[i],
      axis: columns.axis[i],
      columns: columns.columns[i],
      rows: columns.rows[i].map((parts, row) => ({
        parts,
        label: parts.filter(Boolean).join(" / "),
        swatch: columns.swatches[i][row],
        cells: columns.columns[i].map(() => null),
      })),
      variants: [],
      values: new Set(),
      codes: [],
      state: reactive({
        pieces: 0,
        priceVersion: 0,
        cellVersion: 0,
        stockVersion: 0,
        layer: 0,
      }),
    };
  }

  readVariant(columns, i) {
    const product = this.products[columns.product[i]];
    const id = columns.id[i];
    product.rows[columns.row[i]].cells[columns.column[i]] = id;
    product.variants.push(id);
    for (const value of columns.values[i]) {
      product.values.add(value);
    }
    const own = this.customerCodes.get(id) || [];
    for (const code of [columns.code[i], columns.barcode[i], ...own]) {
      if (code) {
        this.variantByCode.set(normalize(code), id);
        product.codes.push(code);
      }
    }
    product.codes.push(columns.supplier[i]);
    this.productByVariant.set(id, product);
  }

  /** A product's category and those above it, from the top. */
  getCategoryPath(product) {
    const path = [];
    let category = this.categories[product.category];
    while (category) {
      path.unshift(category);
      category = this.categories[category.parent];
    }
    return path;
  }

  /** A variant in the words of the form: product, row and column. */
  getVariantName(variant) {
    const product = this.productByVariant.get(variant);
    if (!product) {
      return "";
    }
    const row = product.rows.find(({cells}) => cells.includes(variant));
    const column = product.columns[row.cells.indexOf(variant)];
    return [product.name, row.label, column].filter(Boolean).join(", ");
  }
}

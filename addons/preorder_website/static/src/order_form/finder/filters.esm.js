import {normalize} from "../catalog.esm";

function sortProducts(products, sort, {getPieces}) {
  const collator = new Intl.Collator(undefined, {numeric: true});
  const byText = (key) => (a, b) => collator.compare(a[key], b[key]);
  const orders = {
    name: byText("name"),
    code: byText("code"),
    brand: byText("brand"),
    ordered: (a, b) => getPieces(b) - getPieces(a),
  };
  return orders[sort] ? [...products].sort(orders[sort]) : products;
}

function groupValues(catalog, values) {
  const groups = new Map();
  for (const value of values) {
    const {attribute} = catalog.values[value];
    groups.set(attribute, [...(groups.get(attribute) || []), value]);
  }
  return [...groups.values()];
}

/** A category with all below it; null for no choice. */
function getSubCategories(catalog, category) {
  if (category === null) {
    return null;
  }
  const found = new Set([category]);
  // Parents stand before their children.
  for (const {id, parent} of catalog.categories) {
    if (found.has(parent)) {
      found.add(id);
    }
  }
  return found;
}

function getTree(categories, parent = null, depth = 0) {
  return categories
    .filter((category) => category.parent === parent)
    .flatMap((category) => [
      {...category, depth},
      ...getTree(categories, category.id, depth + 1),
    ]);
}

/** What is looked for: nothing in particular, to begin with. */
export function makeFilters() {
  return {
    query: "",
    category: null,
    brands: [],
    tags: [],
    values: [],
    inStock: false,
    isNew: false,
    ordered: false,
    season: false,
    sort: "category",
  };
}

/** How many filters are set, the search text and the order apart. */
export function countFilters({category, brands, tags, values, ...filters}) {
  const flags = ["inStock", "isNew", "ordered", "season"];
  return (
    (category === null ? 0 : 1) +
    brands.length +
    tags.length +
    values.length +
    flags.filter((flag) => filters[flag]).length
  );
}

/**
 * The products that pass the filters, in the order wanted.
 *
 * Values of one attribute widen the choice, different attributes narrow it; the same
 * variant need not have them all.
 *
 * @param {Catalog} catalog
 * @param {Object} filters as `makeFilters` makes them
 * @param {Object} facts `getPieces`, `isInStock`, `getSeason`: of a product
 * @returns {Object[]}
 */
export function filterProducts(catalog, filters, facts) {
  const words = normalize(filters.query).split(/\s+/).filter(Boolean);
  const brands = new Set(filters.brands);
  const attributes = groupValues(catalog, filters.values);
  const categories = getSubCategories(catalog, filters.category);
  const tests = [
    words.length && ((product) => words.every((word) => product.text.includes(word))),
    categories && ((product) => categories.has(product.category)),
    brands.size && ((product) => brands.has(product.brand)),
    filters.tags.length &&
      ((product) => filters.tags.some((tag) => product.tags.includes(tag))),
    attributes.length &&
      ((product) =>
        attributes.every((values) =>
          values.some((value) => product.values.has(value))
        )),
    filters.inStock && facts.isInStock,
    filters.isNew && ((product) => product.isNew),
    filters.ordered && ((product) => facts.getPieces(product) > 0),
    filters.season && ((product) => facts.getSeason(product) > 0),
  ].filter(Boolean);
  const found = catalog.products.filter((product) =>
    tests.every((test) => test(product))
  );
  return sortProducts(found, filters.sort, facts);
}

/**
 * The choices that a catalog offers: those that would leave out at least one product.
 *
 * @returns {Object} `categories` (with `depth`, in the order of a tree), `brands`,
 *  `tags`, `attributes` (`name`, `values`), `hasNew`
 */
export function getFacets(catalog) {
  const used = (list) => list.length > 1 && list;
  const attributes = new Map();
  const collator = new Intl.Collator(undefined, {numeric: true});
  for (const value of catalog.values) {
    attributes.set(value.attribute, [
      ...(attributes.get(value.attribute) || []),
      value,
    ]);
  }
  return {
    categories: used(getTree(catalog.categories)) || [],
    brands: used([...catalog.brands].sort(collator.compare)) || [],
    tags: catalog.tags.map((name, id) => ({id, name})),
    attributes: [...attributes]
      .filter(([, values]) => values.length > 1)
      .map(([name, values]) => ({
        name,
        values: values.sort(
          (a, b) => a.sequence - b.sequence || collator.compare(a.name, b.name)
        ),
      })),
    hasNew:
      catalog.products.some(({isNew}) => isNew) &&
      catalog.products.some(({isNew}) => !isNew),
  };
}

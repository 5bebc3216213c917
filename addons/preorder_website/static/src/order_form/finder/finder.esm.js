import {Component, useRef, useState} from "@odoo/owl";
import {countFilters, getFacets, makeFilters} from "./filters.esm";
import {_t} from "@web/core/l10n/translation";

/** Search, filters and order of the product list. */
export class Finder extends Component {
  static template = "preorder_website.Finder";
  static props = {
    model: Object,
    filters: Object,
    found: Number,
    onChange: Function,
    onCode: Function,
    slots: {type: Object, optional: true},
  };

  setup() {
    this.filters = useState(this.props.filters);
    this.local = useState({open: false});
    this.search = useRef("search");
    this.facets = getFacets(this.props.model.catalog);
  }

  get count() {
    return countFilters(this.filters);
  }

  get hasFilters() {
    return Boolean(this.count || this.filters.query);
  }

  get hasSeason() {
    return this.props.model.season.size > 0;
  }

  get sorts() {
    return [
      {key: "category", name: _t("Category")},
      {key: "name", name: _t("Name")},
      {key: "code", name: _t("Reference")},
      {key: "brand", name: _t("Brand")},
      {key: "ordered", name: _t("Most ordered")},
    ];
  }

  get flags() {
    return [
      {key: "ordered", name: _t("Already ordered"), shown: true},
      {
        key: "inStock",
        name: _t("In stock"),
        shown: this.props.model.props.stock,
      },
      {key: "season", name: _t("Ordered last season"), shown: this.hasSeason},
      {key: "isNew", name: _t("New"), shown: this.facets.hasNew},
    ].filter(({shown}) => shown);
  }

  /** The filters that are set, each with a way to take it off. */
  get chips() {
    const {catalog} = this.props.model;
    const {category, brands, tags, values} = this.filters;
    const toggle = (name, value) => () => this.toggle(name, value);
    return [
      ...(category === null
        ? []
        : [
            {
              key: "category",
              name: catalog.categories[category].name,
              remove: () => this.set("category", null),
            },
          ]),
      ...brands.map((brand) => ({
        key: `brand-${brand}`,
        name: brand,
        remove: toggle("brands", brand),
      })),
      ...tags.map((tag) => ({
        key: `tag-${tag}`,
        name: catalog.tags[tag],
        remove: toggle("tags", tag),
      })),
      ...values.map((value) => ({
        key: `value-${value}`,
        name: catalog.values[value].name,
        remove: toggle("values", value),
      })),
      ...this.flags
        .filter(({key}) => this.filters[key])
        .map(({key, name}) => ({key, name, remove: () => this.set(key, false)})),
    ];
  }

  get foundText() {
    const {found} = this.props;
    return found === 1 ? _t("1 product") : _t("%s products", found);
  }

  getTakeOffText(chip) {
    return _t("Take off: %s", chip.name);
  }

  set(name, value) {
    this.filters[name] = value;
    this.props.onChange();
  }

  toggle(name, value) {
    const chosen = this.filters[name];
    this.set(
      name,
      chosen.includes(value)
        ? chosen.filter((each) => each !== value)
        : [...chosen, value]
    );
  }

  onQuery(ev) {
    this.set("query", ev.target.value);
  }

  /** A whole code and Enter, typed or by a hand scanner, goes to the variant. */
  onKeydown(ev) {
    if (ev.key === "Enter" && ev.target.value.trim()) {
      ev.preventDefault();
      this.props.onCode(ev.target.value.trim(), {typed: true});
    }
  }

  chooseCategory(ev) {
    this.set("category", ev.target.value === "" ? null : Number(ev.target.value));
  }

  clear() {
    const {sort} = this.filters;
    Object.assign(this.filters, makeFilters(), {sort});
    this.props.onChange();
    this.search.el.focus();
  }

  indent({depth, name}) {
    return `${"\u00a0\u00a0".repeat(depth)}${name}`;
  }
}

import {advanceTime, describe, expect, mockFetch, test} from "@odoo/hoot";
import {PriceBook} from "@preorder_website/order_form/price_book.esm";

describe.current.tags("headless");

function makeProducts(...sizes) {
  let next = 1;
  return sizes.map((count) => ({
    variants: Array.from({length: count}, () => next++),
    state: {priceVersion: 0},
  }));
}

/** A book of products, and the pages that it has asked for. */
function openBook(products, answer = () => true) {
  const pages = [];
  mockFetch((url, {body}) => {
    const {params} = JSON.parse(body);
    pages.push([url, ...params.products]);
    if (!answer(pages.length)) {
      throw new TypeError("Failed to fetch");
    }
    return {
      result: {
        product: params.products,
        price: params.products.map((variant) => 10 * variant),
        discount: params.products.map((variant) => (variant === 1 ? 25 : 0)),
        previous: params.products.map(() => 2),
      },
    };
  });
  const find = (variant) => products.find(({variants}) => variants.includes(variant));
  return {book: new PriceBook(() => "/form", find), pages};
}

test("products that come into sight together are asked for together", async () => {
  const products = makeProducts(2, 1, 1);
  const {book, pages} = openBook(products);
  products.forEach((product) => book.request(product));
  book.cancel(products[2]);
  await advanceTime(100);
  expect(pages).toEqual([["/form/prices", 1, 2, 3]]);
  expect(products.map(({state}) => state.priceVersion)).toEqual([1, 1, 0]);
  book.request(products[0]);
  await advanceTime(100);
  expect(pages.length).toBe(1);
});

test("a hundred variants are a page", async () => {
  const products = makeProducts(101);
  const {book, pages} = openBook(products);
  book.request(products[0]);
  await advanceTime(100);
  expect(pages.map((page) => page.length - 1)).toEqual([100, 1]);
});

test("a product costs what its variants cost, net and before discounts", async () => {
  const products = makeProducts(2, 1);
  const {book} = openBook(products);
  expect(book.getRange(products[0])).toBe(null);
  products.forEach((product) => book.request(product));
  await advanceTime(100);
  expect(book.getRange(products[0])).toEqual({low: 7.5, high: 20, list: null});
  expect(book.getPreviousSales(products[0])).toBe(4);
  expect(book.getFigures(3)).toEqual({previous: 2, average: 0});
  expect(book.getFigures(99)).toEqual({previous: 0, average: 0});
});

test("the price before discounts is told where it is higher", async () => {
  const products = makeProducts(1);
  const {book} = openBook(products);
  book.request(products[0]);
  await advanceTime(100);
  expect(book.getRange(products[0])).toEqual({low: 7.5, high: 7.5, list: 10});
});

test("prices come once the network is back", async () => {
  const products = makeProducts(1);
  const {book, pages} = openBook(products, (count) => count > 2);
  book.request(products[0]);
  await advanceTime(100);
  expect(book.getRange(products[0])).toBe(null);
  await advanceTime(5000);
  await advanceTime(5000);
  expect(pages.length).toBe(3);
  expect(book.getRange(products[0]).high).toBe(7.5);
});

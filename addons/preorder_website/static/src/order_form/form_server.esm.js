import {rpc} from "@web/core/network/rpc";

/** What an order form asks the server. */
export class FormServer {
  /** @param {Object} props `form` (null before its first saved cell), `campaign`,
   *  `customer` if the form is somebody else's */
  constructor({form, campaign, customer}) {
    this.form = form;
    this.campaign = campaign;
    this.customer = customer;
  }

  get baseUrl() {
    if (this.form) {
      return `/preorder/form/${this.form}`;
    }
    const {campaign, customer} = this;
    return `/preorder/campaign/${campaign}${customer ? `/for/${customer}` : ""}`;
  }

  async readCatalog() {
    const response = await fetch(`/preorder/campaign/${this.campaign}/catalog`);
    if (!response.ok) {
      throw new Error(response.statusText);
    }
    return response.json();
  }

  readProduct(product) {
    return rpc(`${this.baseUrl}/product/${product}`, {}, {silent: true});
  }

  scan(code) {
    return rpc(`${this.baseUrl}/scan`, {code}, {silent: true});
  }

  /** Rejects when there is no answer, with `signedOut` where that is why. */
  async save(batch, cells) {
    try {
      return await rpc(`${this.baseUrl}/save`, {batch, cells}, {silent: true});
    } catch (error) {
      const name = error.exceptionName || "";
      error.signedOut = name.includes("SessionExpired");
      throw error;
    }
  }

  /** What others have changed since, as `LiveCells` asks. */
  askLive(params) {
    return rpc(`${this.baseUrl}/live`, params, {silent: true});
  }

  /** The limits, and the changes that would keep them. */
  proposeLimits() {
    return rpc(`${this.baseUrl}/limits`, {});
  }

  review() {
    return rpc(`${this.baseUrl}/review`, {});
  }

  submit(reviewedTotal, details) {
    return rpc(`${this.baseUrl}/submit`, {reviewed_total: reviewedTotal, details});
  }
}

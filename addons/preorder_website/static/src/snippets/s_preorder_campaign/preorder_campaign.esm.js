import {Interaction} from "@web/public/interaction";
import {markup} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {rpc} from "@web/core/network/rpc";
import {setElementContent} from "@web/core/utils/html";

/**
 * Shows the card of the campaign that the page's author chose, as its reader may see
 * it; nothing to readers who may not know of the campaign.
 */
export class PreorderCampaignCard extends Interaction {
  static selector = ".s_preorder_campaign";

  setup() {
    this.cardEl = this.el.querySelector(".s_preorder_campaign_card");
    this.card = "";
  }

  async willStart() {
    const campaign = parseInt(this.el.dataset.campaignId, 10);
    if (campaign) {
      this.card = await this.waitFor(rpc(`/preorder/snippet/${campaign}`, {}));
    }
  }

  start() {
    const placeholder = [...this.cardEl.childNodes];
    this.registerCleanup(() => this.cardEl.replaceChildren(...placeholder));
    if (this.card) {
      setElementContent(this.cardEl, markup(this.card));
    } else {
      this.showNothing();
    }
  }

  showNothing() {
    this.cardEl.replaceChildren();
    this.el.classList.add("d-none");
    this.registerCleanup(() => this.el.classList.remove("d-none"));
  }
}

registry
  .category("public.interactions")
  .add("preorder_website.campaign_card", PreorderCampaignCard);

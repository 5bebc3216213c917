import {PreorderCampaignCard} from "./preorder_campaign.esm";
import {registry} from "@web/core/registry";

/** While the page is edited, a block without a campaign stays visible. */
const PreorderCampaignCardEdit = (Base) =>
  class extends Base {
    showNothing() {
      return undefined;
    }
  };

registry.category("public.interactions.edit").add("preorder_website.campaign_card", {
  Interaction: PreorderCampaignCard,
  mixin: PreorderCampaignCardEdit,
});

import {BaseOptionComponent} from "@html_builder/core/utils";
import {BuilderAction} from "@html_builder/core/builder_action";
import {Plugin} from "@html_editor/plugin";
import {SNIPPET_SPECIFIC} from "@html_builder/utils/option_sequence";
import {registry} from "@web/core/registry";
import {withSequence} from "@html_editor/utils/resource";

export class PreorderCampaignOption extends BaseOptionComponent {
  static template = "preorder_website.PreorderCampaignOption";
  static selector = ".s_preorder_campaign";
}

/** Notes on the block which campaign it shows. */
export class ChoosePreorderCampaignAction extends BuilderAction {
  static id = "choosePreorderCampaign";

  getValue({editingElement}) {
    const id = parseInt(editingElement.dataset.campaignId, 10);
    return id ? JSON.stringify({id}) : undefined;
  }

  apply({editingElement, value}) {
    editingElement.dataset.campaignId = JSON.parse(value).id;
  }

  clean({editingElement}) {
    delete editingElement.dataset.campaignId;
  }
}

class PreorderCampaignOptionPlugin extends Plugin {
  static id = "preorderCampaignOption";
  resources = {
    builder_options: [withSequence(SNIPPET_SPECIFIC, PreorderCampaignOption)],
    builder_actions: {ChoosePreorderCampaignAction},
  };
}

registry
  .category("website-plugins")
  .add(PreorderCampaignOptionPlugin.id, PreorderCampaignOptionPlugin);

import {onMounted} from "@odoo/owl";
import {useChildRef} from "@web/core/utils/hooks";

/**
 * Name a dialog by its title for those who hear the page: Odoo's own have no name.
 *
 * @returns {Function} the dialog's `modalRef`
 */
export function useNamedDialog() {
  const modal = useChildRef();
  onMounted(() => {
    const title = modal.el.querySelector(".modal-title");
    modal.el.setAttribute("aria-label", title.textContent.trim());
    modal.el.setAttribute("aria-modal", "true");
  });
  return modal;
}

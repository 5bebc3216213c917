"""The one way from a request to a campaign or an order form.

Every route of the suite's website goes through here. What a user may not see is
answered exactly like what does not exist.
"""

from dataclasses import dataclass

from werkzeug.exceptions import BadRequest, NotFound

from odoo import fields
from odoo.http import request
from odoo.tools import SQL

from odoo.addons.preorder_campaign.cells import (
    MalformedBatch,
    is_record_id,
    parse_batch,
)


@dataclass(frozen=True)
class Filling:
    """Somebody fills an order form: whose it is, in which campaign, and how.

    ``campaign`` and ``order`` have the rights of the system (the guard has checked the
    user's), the campaign's company, and the moment at which the request began.
    ``order`` is empty before its first saved cell. ``channel`` is ``representative``
    when somebody fills it for the customer (``on_behalf``); ``by_office``, when that is
    the office and no agent. ``opened`` is what opening the form for saving said.
    """

    campaign: object
    order: object
    partner: object
    channel: str
    can_edit: bool
    by_office: bool
    opened: object = None

    @property
    def on_behalf(self):
        return self.channel == "representative"


def _get_channel(on_behalf):
    """How quantities come in.

    :raise NotFound: where the visit may fill nobody else's form
    """
    channel = request.env["preorder.order"]._get_visit_channel()
    if not on_behalf:
        return channel
    if channel != "website":
        raise NotFound()
    return "representative"


def get_request_start():
    """The moment at which this request began, naive UTC.

    Kept for the request's whole life, repetitions after a conflict between
    transactions included.
    """
    environ = request.httprequest.environ
    if "preorder.request_start" not in environ:
        environ["preorder.request_start"] = fields.Datetime.now()
    return environ["preorder.request_start"]


def _search(model, domain, field_names):
    """What the user's own rights let it find: nothing, if it has none at all."""
    records = request.env[model]
    if not records.has_access("read"):
        return records
    return records.search_fetch(domain, field_names)


def _check_id(record_id):
    """Let nothing through that is no record's id.

    Where an address leaves one out, a client can send anything of its name.
    """
    if not is_record_id(record_id):
        raise NotFound()


def find_campaign(campaign_id, kind=None):
    """The campaign, if the user may see it on this website.

    :raise NotFound: if it is not there, or not for this user
    """
    _check_id(campaign_id)
    if not request.env["preorder.order"].has_access("read"):
        # Who has no part in order forms, though a purchaser reads campaigns.
        raise NotFound()
    # Of these wide rows, only what every route needs.
    campaign = _search(
        "preorder.campaign",
        fields.Domain("id", "=", campaign_id)
        & request.env["preorder.campaign"]._get_website_domain(request.website),
        ["kind", "state", "date_start", "date_end", "company_id"],
    )
    if not campaign or (kind and campaign.kind != kind):
        raise NotFound()
    campaign = campaign.sudo().with_context(preorder_now=get_request_start())
    return campaign.with_company(campaign.company_id)


def find_filling(campaign_id, kind=None, customer_id=None):
    """An order form in a campaign, begun or not: the user's own, or a customer's.

    :param customer_id: the contact for whom a salesperson or an agent fills; ``None``:
        the user's own form
    :raise NotFound: if the campaign or the customer is not there, or not for this user
    """
    campaign = find_campaign(campaign_id, kind)
    user = request.env.user
    partner = user.partner_id.sudo()
    if customer_id is not None:
        _check_id(customer_id)
    on_behalf = customer_id not in (None, partner.id)
    if on_behalf:
        partner = partner.browse(customer_id).exists()
        if not (
            partner
            and partner.company_id
            in (campaign.company_id, campaign.company_id.browse())
            and partner._is_preorder_customer_of(user)
            and campaign._is_for(partner)
        ):
            raise NotFound()
    return Filling(
        campaign=campaign,
        order=campaign.env["preorder.order"]._find_current(campaign, partner),
        partner=partner,
        channel=_get_channel(on_behalf),
        # The office looks at the form as customers see it, without being one.
        can_edit=on_behalf or campaign._is_for(partner),
        by_office=on_behalf and user._is_internal(),
    )


def find_form(order_id):
    """An order form that is there, of the user's company or of the user's customers.

    :raise NotFound: if it is not there, or not for this user
    """
    _check_id(order_id)
    order = _search(
        "preorder.order",
        fields.Domain("id", "=", order_id)
        & request.env["preorder.order"]._get_visit_domain(),
        ["campaign_id", "partner_id"],
    )
    if not order:
        raise NotFound()
    campaign = find_campaign(order.sudo().campaign_id.id)
    return _get_filling(campaign, order)


def is_replicated(_controller, _rule, args):
    """Whether a route that only reads may ask a replica of the database.

    Not about a form that the replica has not heard of yet: the customer's first saved
    cell has begun it a moment ago. Without a replica, nothing is asked here.

    :param args: the route's arguments
    """
    order_id = args.get("order_id")
    cr = request.env.cr
    if order_id is None or not cr.readonly or not is_record_id(order_id):
        return True
    cr.execute(SQL("SELECT FROM preorder_order WHERE id = %s", order_id))
    return bool(cr.rowcount)


def find_offer(campaign_id=None, order_id=None):
    """The campaign whose products and stock the user may see, by itself or by a form.

    :raise NotFound: if it is not there, or not for this user, or not yet
    """
    if order_id is not None:
        campaign = find_form(order_id).campaign
    else:
        campaign = find_campaign(campaign_id)
    _check_has_begun(campaign)
    return campaign


def has_begun(campaign):
    """Whether the user may know what a campaign offers: before it begins, the office.

    :param campaign: one that the user may see
    """
    return (
        request.env.user._is_internal()
        or campaign._get_phase(get_request_start()) != "coming"
    )


def _check_has_begun(campaign):
    if not has_begun(campaign):
        raise NotFound()


def get_addresses(suffix):
    """The addresses of what is done with an order form, whether it is begun or not.

    :param suffix: what is done
    :return: of the user's own, of a customer's, and of one that is begun: routes whose
        arguments :func:`find_place` takes
    """
    return [
        f"/preorder/campaign/<int:campaign_id>{suffix}",
        f"/preorder/campaign/<int:campaign_id>/for/<int:customer_id>{suffix}",
        f"/preorder/form/<int:order_id>{suffix}",
    ]


def find_place(campaign_id=None, customer_id=None, order_id=None):
    """The order form that one of :func:`get_addresses` leads to.

    :raise NotFound: if it is not there, or not for this user, or has not begun
    """
    if order_id is not None:
        filling = find_form(order_id)
    else:
        filling = find_filling(campaign_id, customer_id=customer_id)
    _check_has_begun(filling.campaign)
    return filling


def open_form(order_id, batch, cells):
    """As :func:`find_form`, opened for saving, in one query.

    :param batch: id of the batch that will be saved
    :param cells: the batch itself, as the browser sent it
    :raise BadRequest: when the batch is not what the protocol says
    """
    _check_id(order_id)
    orders = request.env["preorder.order"]
    try:
        product_ids = {key.product_id for key in parse_batch(batch, cells)}
    except MalformedBatch as error:
        # Of a form that is not there, nothing else is told.
        find_form(order_id)
        raise BadRequest() from error
    opened = orders._open_for_user(order_id, batch, product_ids, request.website)
    if not opened:
        raise NotFound()
    order = orders.browse(order_id)
    campaign = order.sudo().campaign_id
    campaign = campaign.with_context(preorder_now=get_request_start())
    return _get_filling(campaign.with_company(campaign.company_id), order, opened)


def _get_filling(campaign, order, opened=None):
    """Who fills a form, of one that the user may see.

    :param order: with the user's own rights
    """
    user = request.env.user
    internal = user._is_internal()
    form = campaign.env["preorder.order"].browse(order.id)
    partner = form.partner_id
    own_company = user.partner_id._get_preorder_company()
    on_behalf = internal or own_company != partner._get_preorder_company()
    return Filling(
        campaign=campaign,
        order=form,
        partner=partner,
        channel=_get_channel(on_behalf),
        can_edit=not internal or order.has_access("write"),
        by_office=internal,
        opened=opened,
    )


def _get_forms_domain(domain):
    forms = request.env["preorder.order"]
    return (
        fields.Domain(domain or fields.Domain.TRUE)
        & forms._get_portal_domain(request.env.user, request.website)
        & forms._get_visit_domain()
    )


def count_forms(domain=None):
    """How many order forms there are on the user's own pages."""
    forms = request.env["preorder.order"]
    if not forms.has_access("read"):
        return 0
    return forms.search_count(_get_forms_domain(domain))


def find_forms(domain=None, **options):
    """The order forms on the user's own pages, with the rights of the system.

    :param options: order, limit and offset, as ``search`` takes them
    """
    forms = request.env["preorder.order"]
    if not forms.has_access("read"):
        return forms.sudo()
    found = forms.search(_get_forms_domain(domain), **options)
    return found.sudo().with_context(preorder_now=get_request_start())


def find_teaser(campaign_id, kind):
    """The campaign, if its teaser is for everybody; else an empty record."""
    return (
        request.env["preorder.campaign"]
        .with_context(preorder_now=get_request_start())
        ._find_teaser(campaign_id, kind, request.website)
    )


def find_card(campaign_id):
    """What a campaign's card shows to the user, a visitor's teaser included.

    :return: values of the card's template; ``None`` where the user may not know of the
        campaign
    """
    user = request.env.user
    campaigns = request.env["preorder.campaign"].with_context(
        preorder_now=get_request_start()
    )
    if user._is_public():
        campaign = campaigns.sudo().browse(campaign_id).exists()
        campaign = campaign and find_teaser(campaign.id, campaign.kind)
        values = {"orders": {}, "colleagues": {}}
    else:
        try:
            campaign = find_campaign(campaign_id)
        except NotFound:
            return None
        values = campaigns._get_landing_forms(campaign)
    if not campaign:
        return None
    return {
        **values,
        "campaign": campaign,
        "signed_in": not user._is_public(),
        "now": get_request_start(),
    }


def find_sale_order(order_id):
    """An order of the user's company, or for salespersons of their customers.

    :return: (``sale.order`` with the rights of the system, the contact for whom a
        representative orders or ``None``)
    :raise NotFound: if it is not there, or not for this user
    """
    order = _search(
        "sale.order", fields.Domain("id", "=", order_id), ["partner_id", "company_id"]
    )
    if not order or order.sudo().company_id != request.website.company_id:
        raise NotFound()
    order = order.sudo()
    own = order.partner_id._get_preorder_company()
    on_behalf = request.env.user.partner_id._get_preorder_company() != own
    return order, order.partner_id if on_behalf else None


def find_running_campaigns(customer=None):
    """The campaigns in which the user can order now, for itself or for a customer.

    :param customer: a contact; whether the user may order for it, ``find_filling`` says
    :return: with the rights of the system
    """
    campaigns = request.env["preorder.campaign"]
    if not (
        campaigns.has_access("read")
        and request.env["preorder.order"].has_access("read")
    ):
        return campaigns
    return campaigns.with_context(
        preorder_now=get_request_start()
    )._get_reorder_campaigns(
        customer or request.env.user.partner_id.sudo(),
        request.website,
        get_request_start(),
    )


def find_represented_campaigns():
    """The running campaigns of a salesperson's or an agent's customers.

    :return: with the rights of the system
    :raise NotFound: for who represents nobody
    """
    user = request.env.user
    if not (
        user.has_group("sales_team.group_sale_salesman")
        if user._is_internal()
        else user.partner_id._is_preorder_agent()
    ):
        raise NotFound()
    campaigns = request.env["preorder.campaign"].with_context(
        preorder_now=get_request_start()
    )
    return campaigns._get_running(request.website, get_request_start()).sudo()

"""Who gets which answer from every route: read by ``test_access_table``.

An addon whose users are one more kind of actor adds a line to :data:`ACTORS`; where
nothing else is said, it is answered as if the record were not there.
"""

from dataclasses import dataclass, field

OK = "ok"
SIGN_IN = "sign in"
NOT_THERE = "not there"
REFUSED = "refused"


@dataclass(frozen=True)
class Actor:
    """Somebody who calls.

    ``make`` is the test's method that makes the log-in, ``website`` the one that is
    called. ``kept_apart``: the customer's company lets each see own forms only.
    """

    make: str = ""
    website: str = "website"
    kept_apart: bool = False


ACTORS = {
    "visitor": Actor(),
    "customer": Actor("_make_buyer"),
    "colleague": Actor("_make_colleague"),
    "colleague kept apart": Actor("_make_colleague", kept_apart=True),
    "customer kept apart": Actor("_make_buyer", kept_apart=True),
    "other customer": Actor("_make_other_customer"),
    "stranger": Actor("_make_stranger"),
    "other company": Actor("_make_other_company_customer"),
    "other company's salesperson": Actor("_make_other_company_salesperson"),
    "other website": Actor("_make_buyer", website="other_website"),
    "other company's website": Actor("_make_buyer", website="other_company_website"),
    "agent": Actor("_make_agent"),
    "agent of others": Actor("_make_agent_of_others"),
    "purchaser": Actor("_make_purchaser"),
    "employee": Actor("_make_employee"),
    "salesperson": Actor("_make_salesperson"),
    "other salesperson": Actor("_make_other_salesperson"),
}


@dataclass(frozen=True)
class Route:
    """A route as it is called, and who gets which answer.

    ``rule`` and ``url`` may name the test's records in ``{}``: ``url`` is called, with
    the values that the test's method ``values`` gives. ``kind``: how; ``writes``: a
    good answer is one that has changed something, otherwise nothing may change.
    ``answers`` is by actor; ``otherwise`` of those not named.
    """

    rule: str
    url: str
    kind: str
    answers: dict = field(default_factory=dict)
    values: str = ""
    writes: bool = False
    otherwise: str = NOT_THERE

    def get_answer(self, actor):
        return self.answers.get(actor, self.otherwise)


def _answer(*actors, visitor=SIGN_IN, **others):
    """Answers by actor: good ones, and others by name of the answer."""
    answers = {"visitor": visitor, **dict.fromkeys(actors, OK)}
    for answer, names in others.items():
        answers |= dict.fromkeys(names, answer.replace("_", " "))
    unknown = answers.keys() - ACTORS.keys()
    if unknown:
        raise ValueError(f"No such actors: {unknown}")
    return answers


#: An order form's own people, who also fill it.
_OWN = ("customer", "customer kept apart", "colleague")
_FORM = (*_OWN, "agent", "salesperson")
#: Whom the campaign is for, with a form of their own in it or none.
_DEALERS = (*_OWN, "colleague kept apart", "other customer")
#: Who sees the campaign without being a customer in it.
_LOOKERS = ("agent", "salesperson", "other salesperson")
#: Who fills the form by way of the customer's page.
_FOR = ("customer", "customer kept apart", "agent", "salesperson")

_see_form = _answer(*_FORM)
_see_campaign = _answer(*_DEALERS, *_LOOKERS)
_fill_campaign = _answer(*_DEALERS, refused=_LOOKERS)
_see_customer = _answer(*_FOR)

_CAMPAIGN = "/preorder/campaign/<int:campaign_id>"
_CUSTOMER = f"{_CAMPAIGN}/for/<int:customer_id>"
_FORM_RULE = "/preorder/form/<int:order_id>"
_campaign = "/preorder/campaign/{campaign}"
_customer = f"{_campaign}/for/{{partner}}"
_form = "/preorder/form/{form}"


def _rows(suffix, kind, url="", **values):
    """A thing's three routes: before the form is begun, for a customer, and of it.

    What is called before the form is begun is called of a campaign where none is.
    """
    url = url or suffix
    writes = values.get("writes", False)
    return [
        Route(
            f"{_CAMPAIGN}{suffix}",
            f"{_campaign}{url}",
            kind,
            _fill_campaign if writes else _see_campaign,
            **values,
        ),
        Route(
            f"{_CUSTOMER}{suffix}", f"{_customer}{url}", kind, _see_customer, **values
        ),
        Route(f"{_FORM_RULE}{suffix}", f"{_form}{url}", kind, _see_form, **values),
    ]


#: Of the pages of the customer's own: everybody who has signed in has some.
_mine = {"visitor": SIGN_IN}
#: Quotations are Odoo's: seen by the customer's company and by its salesperson, and by
#: customers wherever they look. Not by agents.
_QUOTATION = (*_OWN, "other website", "other company's website", "salesperson")

ROUTES = [
    # Pages for everybody
    Route("/preorder", "/preorder", "page", otherwise=OK),
    Route("/outlet", "/outlet", "page", otherwise=OK),
    Route(
        "/preorder/snippet/<int:campaign_id>",
        "/preorder/snippet/{campaign}",
        "json",
        _answer(*_DEALERS, *_LOOKERS, visitor=NOT_THERE),
    ),
    # The campaign's page
    Route(
        "/<any(preorder, outlet):kind>/<string:slug>",
        "/preorder/winter-{campaign}",
        "page",
        _see_campaign,
    ),
    Route(
        "/<any(preorder, outlet):kind>/<string:slug>/",
        "/preorder/winter-{campaign}/",
        "page",
        _see_campaign,
    ),
    Route(_CUSTOMER, _customer, "page", _see_customer),
    Route(_FORM_RULE, _form, "page", _see_form),
    # What the form shows
    Route(f"{_CAMPAIGN}/catalog", f"{_campaign}/catalog", "page", _see_campaign),
    Route(f"{_FORM_RULE}/catalog", f"{_form}/catalog", "page", _see_form),
    Route(
        f"{_CAMPAIGN}/picture/<int:template_id>",
        f"{_campaign}/picture/{{template}}",
        "page",
        _see_campaign,
    ),
    Route(
        f"{_CAMPAIGN}/document/<int:document_id>",
        f"{_campaign}/document/{{document}}",
        "page",
        _see_campaign,
    ),
    Route(f"{_CAMPAIGN}/stock", f"{_campaign}/stock", "json", _see_campaign),
    *_rows("/prices", "json", values="_get_products"),
    *_rows("/scan", "json", values="_get_code"),
    *_rows("/product/<int:product_id>", "json", url="/product/{template}"),
    *_rows("/xlsx", "page"),
    # Entry
    *_rows("/save", "json", values="_get_cells", writes=True),
    *_rows("/xlsx/import", "upload", values="_get_workbook", writes=True),
    Route(
        f"{_FORM_RULE}/live",
        f"{_form}/live",
        "json",
        _see_form,
        values="_get_tab",
        writes=True,
    ),
    Route(f"{_FORM_RULE}/review", f"{_form}/review", "json", _see_form),
    Route(f"{_FORM_RULE}/limits", f"{_form}/limits", "json", _see_form),
    Route(
        f"{_FORM_RULE}/submit",
        f"{_form}/submit",
        "json",
        _see_form,
        values="_get_submission",
        writes=True,
    ),
    # Services
    Route(f"{_FORM_RULE}/pdf", f"{_form}/pdf", "page", _see_form),
    Route(
        f"{_FORM_RULE}/ask",
        f"{_form}/ask",
        "json",
        _answer(*_OWN, "agent", refused=["salesperson"]),
        values="_get_question",
        writes=True,
    ),
    Route(
        f"{_FORM_RULE}/propose",
        f"{_form}/propose",
        "json",
        _answer("agent", "salesperson", refused=_OWN),
        writes=True,
    ),
    Route(
        f"{_FORM_RULE}/again",
        "/preorder/form/{submitted}/again",
        "post",
        _see_form,
        values="_get_again",
        writes=True,
    ),
    # The form is of no shop of ours.
    Route(
        f"{_FORM_RULE}/reservations",
        f"{_form}/reservations",
        "json",
        _answer(refused=_FORM),
    ),
    # Second thoughts
    Route(
        f"{_FORM_RULE}/reopen",
        "/preorder/form/{submitted}/reopen",
        "post",
        _answer(*_OWN, refused=["agent", "salesperson"]),
        writes=True,
    ),
    Route(
        f"{_FORM_RULE}/withdraw",
        "/preorder/form/{submitted}/withdraw",
        "post",
        _answer(*_OWN, refused=["agent", "salesperson"]),
        writes=True,
    ),
    # The user's own pages
    Route("/my/preorders", "/my/preorders", "page", _mine, otherwise=OK),
    Route(
        "/my/preorders/page/<int:page>",
        "/my/preorders/page/2",
        "page",
        _mine,
        otherwise=OK,
    ),
    Route(
        "/my/preorders/customers",
        "/my/preorders/customers",
        "page",
        _answer(
            "agent",
            "agent of others",
            "salesperson",
            "other salesperson",
            "other company's salesperson",
        ),
    ),
    # Quotations
    Route(
        "/my/orders/<int:order_id>/preorder/again",
        "/my/orders/{quotation}/preorder/again",
        "post",
        # On another website the order is theirs still, and no campaign runs there.
        _answer(*_OWN, "salesperson", refused=["other website"]),
        values="_get_again",
        writes=True,
    ),
    Route(
        "/my/orders/<int:order_id>/preorder/confirm",
        "/my/orders/{clicked}/preorder/confirm",
        "post",
        _answer(*_QUOTATION, visitor=REFUSED),
        otherwise=REFUSED,
        writes=True,
    ),
    Route(
        "/my/orders/<int:order_id>/accept",
        "/my/orders/{quotation}/accept",
        "json",
        _answer(*_QUOTATION, visitor=REFUSED),
        otherwise=REFUSED,
        values="_get_signature",
        writes=True,
    ),
    Route(
        "/my/orders/<int:order_id>/transaction",
        "/my/orders/{paid}/transaction",
        "json",
        _answer(*_QUOTATION, visitor=REFUSED),
        otherwise=REFUSED,
        values="_get_payment",
        writes=True,
    ),
]

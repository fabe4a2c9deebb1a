"""Addresses of funds: a partner's under /funds/, the vendor's side under the programs that the money is of."""

from django.urls import path

from funds.views import allocations, asking, budgets, deposits, extending, grants, plans, regranting, terms

app_name = "funds"
urlpatterns = [
    path("funds/", allocations.index, name="list"),
    path("funds/<int:pk>/", allocations.allocation, name="allocation"),
    path("funds/<int:pk>/withdraw/", allocations.move, {"name": "withdraw"}, name="withdraw"),
    path("funds/<int:pk>/reserve/", allocations.move, {"name": "reserve"}, name="reserve"),
    path("funds/<int:pk>/release/", allocations.move, {"name": "release"}, name="release"),
    path("funds/<int:pk>/reoffer/", allocations.move, {"name": "reoffer"}, name="reoffer"),
    path("funds/<int:pk>/extend/", extending.extend, name="extend"),
    path("funds/extend/", extending.extend_many, name="extend_many"),
    path("funds/<int:pk>/more-time/", asking.ask_for_time, name="ask_for_time"),
    path("funds/more-time/", asking.requests, name="requests"),
    path("funds/more-time/<int:pk>/", asking.answer_request, name="answer_request"),
    path("funds/more-time/<int:pk>/withdraw/", asking.withdraw_request, name="withdraw_request"),
    path("funds/<int:pk>/transfer/", regranting.transfer, name="transfer"),
    path("funds/plans/", plans.index, name="proposals"),
    path("funds/plans/<int:pk>/", plans.proposal, name="proposal"),
    path("funds/plans/<int:pk>/decline/", plans.decline, name="decline_proposal"),
    path("funds/plans/<int:pk>/withdraw/", plans.withdraw, name="withdraw_proposal"),
    path("programs/<int:pk>/plan/", plans.propose, name="propose"),
    path("funds/<int:pk>/terms/", terms.answer_terms, name="answer_terms"),
    path("programs/<int:pk>/terms/funds/", terms.renew_terms, name="renew_terms"),
    path("programs/<int:pk>/budgets/new/", budgets.budget_add, name="budget_add"),
    path("programs/budgets/<int:pk>/", budgets.budget, name="budget"),
    path("programs/budgets/<int:pk>/history/", budgets.history, name="budget_history"),
    path("programs/budgets/<int:pk>/fund/", budgets.fund, name="fund"),
    path("programs/budgets/<int:pk>/defund/", budgets.defund, name="defund"),
    path("programs/budgets/<int:pk>/close/", budgets.close_period, name="close_period"),
    path("programs/budgets/<int:pk>/deposit/", deposits.deposit, name="deposit"),
    path("programs/budgets/<int:pk>/regrant/", regranting.regrant, name="regrant"),
    path("programs/budgets/<int:pk>/allocate/", grants.allocate, name="allocate"),
    path("programs/budgets/<int:pk>/allocate/file/", grants.allocate_file, name="allocate_file"),
    path("programs/budgets/<int:pk>/allocate/template/", grants.allocate_template, name="allocate_template"),
]

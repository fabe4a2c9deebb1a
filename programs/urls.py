"""Addresses of programs."""

from django.urls import path

from programs.views import activities, editor, joining, links, programs, resources, standing, taking, terms

app_name = "programs"
urlpatterns = [
    path("programs/", programs.index, name="list"),
    path("programs/new/", editor.create, name="create"),
    path("programs/<int:pk>/", programs.detail, name="detail"),
    path("programs/<int:pk>/edit/", editor.edit, name="edit"),
    path("programs/<int:pk>/preview/", editor.preview, name="preview"),
    path("programs/<int:pk>/activities/", activities.activities, name="activities"),
    path("programs/<int:pk>/activities/new/", activities.add_activity, name="add_activity"),
    path("programs/<int:pk>/activities/<int:activity>/", activities.edit_activity, name="edit_activity"),
    path("programs/<int:pk>/activities/<int:activity>/remove/", activities.remove_activity, name="remove_activity"),
    path("programs/<int:pk>/terms/", terms.revise, name="revise"),
    path("programs/<int:pk>/terms/publish/", terms.publish_terms, name="publish_terms"),
    path("programs/<int:pk>/terms/drop/", terms.drop_terms, name="drop_terms"),
    path("companies/<int:pk>/link/", links.link_vendor, name="link_vendor"),
    path("vendors/links/<int:pk>/answer/", links.answer_link, name="answer_link"),
    path("programs/<int:pk>/publish/", programs.move, {"name": "publish"}, name="publish"),
    path("programs/<int:pk>/close/", programs.move, {"name": "close"}, name="close"),
    path("programs/<int:pk>/reopen/", programs.move, {"name": "reopen"}, name="reopen"),
    path("programs/<int:pk>/ask/", joining.ask, name="ask"),
    path("programs/<int:pk>/leave/", joining.leave, name="leave"),
    path("partners/<int:pk>/standing/", standing.partner_standing, name="standing"),
    path("partners/tiers/", standing.tiers, name="tiers"),
    path("partners/tiers/<int:pk>/", standing.tier, name="tier"),
    path("partners/tiers/<int:pk>/up/", standing.tier_up, name="tier_up"),
    path("partners/tiers/<int:pk>/remove/", standing.tier_remove, name="tier_remove"),
    path("partners/certifications/", standing.certifications, name="certifications"),
    path("partners/certifications/<int:pk>/", standing.certification, name="certification"),
    path("partners/certifications/<int:pk>/remove/", standing.certification_remove, name="certification_remove"),
    path("partners/file/", standing.standing_file, name="standing_file"),
    path("partners/file/template/", standing.standing_template, name="standing_template"),
    path("resources/", resources.index, name="resources"),
    path("resources/new/", resources.create, name="add_resource"),
    path("resources/<int:pk>/", resources.detail, name="resource"),
    path("resources/<int:pk>/edit/", resources.edit, name="edit_resource"),
    path("resources/<int:pk>/publish/", resources.move, {"name": "publish"}, name="publish_resource"),
    path("resources/<int:pk>/retire/", resources.move, {"name": "retire"}, name="retire_resource"),
    path("resources/<int:pk>/delete/", resources.delete, name="delete_resource"),
    path("resources/<int:pk>/partners/", resources.partners, name="resource_partners"),
    path("resources/<int:pk>/file/", taking.file, name="resource_file"),
    path("resources/<int:pk>/open/", taking.follow, name="open_resource"),
    path("resources/<int:pk>/used/", taking.used, name="use_resource"),
]

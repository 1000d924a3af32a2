"""Where the demo's own pages live."""

from django.urls import path

from homeward.demo import views

app_name = "demo"
urlpatterns = [path("demo/sign-in/<slug:key>/", views.sign_in, name="sign_in")]

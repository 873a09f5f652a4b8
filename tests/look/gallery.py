"""Views of the gallery."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language

from look import samples

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ROOMS = {"resident": "public", "office": "office", "body": "public", "print": "public", "map": "office"}


def strict_policy(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The policy under which every page must work."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return answer


def _frame(name: str) -> dict[str, object]:
    user = SimpleNamespace(is_authenticated=name == "office", get_full_name="林晓", get_username="lin")
    return {
        "user": user,
        "user_office": samples.TOWN_OFFICE,
        "synthetic": True,
        "nav": samples.nav(name),
        "house": "commons" if name == "body" else "grid",
        "room": ROOMS.get(name, "public"),
    }


def page(request: HttpRequest, name: str) -> HttpResponse:
    """One page of the gallery."""
    rows = Paginator(range(731), 20).page(4)
    facts = samples.everything(get_language() or "zh-hans")
    return render(request, f"gallery/{name}.html", {**_frame(name), **facts, "page": rows})


def error(request: HttpRequest, code: int) -> HttpResponse:
    """An error page as Django would show it."""
    name = "403_csrf" if code == 419 else str(code)
    return render(request, f"{name}.html", _frame("error"), status=200)


class Report(forms.Form):
    """A form with every kind of field."""

    what = forms.CharField(
        label="What do you see?", widget=forms.Textarea(attrs={"rows": 3}), help_text="In your own words."
    )
    kind = forms.ChoiceField(
        label="What is it about?", choices=[("", "…"), ("road", "Road"), ("light", "Street light")]
    )
    phone = forms.CharField(label="Telephone", required=False, help_text="Only if you want an answer by telephone.")
    photo = forms.FileField(label="Photo", required=False)
    answer = forms.ChoiceField(
        label="How shall we answer?",
        widget=forms.RadioSelect,
        choices=[("code", "I look with the code"), ("sms", "By message"), ("none", "No answer needed")],
    )
    hidden = forms.BooleanField(label="The handler may know who I am", required=False)
    lat = forms.CharField(required=False, widget=forms.HiddenInput)
    lon = forms.CharField(required=False, widget=forms.HiddenInput)


ZH = {
    "what": ("您看到了什么？", "用您自己的话说就可以。"),
    "kind": ("属于哪一类？", ""),
    "phone": ("联系电话", "只有希望电话答复时才需要填写。"),
    "photo": ("照片", ""),
    "answer": ("希望怎样得到答复？", ""),
    "hidden": ("承办人可以知道是我反映的", ""),
}


def form(request: HttpRequest) -> HttpResponse:
    """The form, with mistakes in it."""
    shown = Report({"phone": "123", "answer": "code"}) if "wrong" in request.GET else Report()
    if (get_language() or "").startswith("zh"):
        for key, (label, help_text) in ZH.items():
            shown.fields[key].label, shown.fields[key].help_text = label, help_text
        shown.fields["kind"].choices = [("", "请选择"), ("road", "道路"), ("light", "路灯")]
        shown.fields["answer"].choices = [("code", "凭查询码自己查看"), ("sms", "短信答复"), ("none", "不需要答复")]
    return render(request, "gallery/form.html", {**_frame("form"), **samples.everything("en"), "form": shown})


def areas(request: HttpRequest) -> JsonResponse:
    """The synthetic areas as GeoJSON."""
    return JsonResponse({"type": "FeatureCollection", "features": samples.features()})


def finer(request: HttpRequest) -> JsonResponse:
    """One grid as large as the area that it lies in."""
    below = [one for one in samples.features() if one["properties"]["code"] == request.GET["below"]]
    features = [
        {**one, "properties": {**one["properties"], "name": f"{one['properties']['name']}网格"}} for one in below
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def locate(request: HttpRequest) -> JsonResponse:
    """The area that holds a place."""
    found = samples.locate(float(request.GET["lat"]), float(request.GET["lon"]))
    return JsonResponse({"name": found}, status=200 if found else 404)


def refusal(request: HttpRequest) -> HttpResponse:
    """A refusal as the front shows it."""
    facts = {"refusal": SimpleNamespace(code="area.unknown"), "sentence": "没有代码为“3399”的区域，请核对代码。"}
    return render(request, "pieces/refusal.html", {**_frame("error"), **facts})

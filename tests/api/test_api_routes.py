"""What holds for every route, and the routes about the server itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from api import web_pages
from api.application import Application
from api.blueprint import PathPlugin


def test_every_route_declares_its_permission(app: Application) -> None:
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert routes
    assert routes == set(app.declared)


def test_every_documented_path_is_public_api(client: Any) -> None:
    document = client.get("/v2/openapi.json").json
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/v2/") for path in document["paths"])
    assert "/v2/api-tokens/{tokenKey}" in document["paths"]


def test_the_documentation_page_needs_no_script_and_no_other_address(client: Any) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "/v2/api-tokens/{tokenKey}" in page.text
    assert "csrf" in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


def test_probes_answer_without_signing_in(client: Any) -> None:
    assert client.get("/livez").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_metrics_count_requests_by_route_not_by_path(client: Any) -> None:
    client.delete("/v2/api-tokens/123", by="lin.yue")
    text = client.get("/metrics").text
    assert 'guicheng_request_seconds_count{method="DELETE",route="/v2/api-tokens/<key:token_key>",status="404"} 1.0' in text


def test_the_topology_is_one_healthy_broker(client: Any) -> None:
    topology = client.get("/v2/topology", by="lin.yue").json
    assert topology["brokers"][0]["partitions"][0]["health"] == "healthy"
    assert topology["clusterSize"] == 1


def test_a_slash_at_the_end_does_not_redirect(client: Any) -> None:
    assert client.get("/v2/license/").status_code == 200


def test_a_key_that_is_none_is_not_found(client: Any) -> None:
    for key in ("abc", "-1", "99999999999999999999", str(2**63)):
        assert client.delete(f"/v2/api-tokens/{key}", by="lin.yue").status_code == 404


def test_the_first_page_is_there_before_the_web_is_built_and_after(client: Any) -> None:
    assert client.get("/").mimetype == "text/html"
    assert client.get("/tasks/123").mimetype == "text/html"
    assert client.get("/assets/missing.js").status_code == 404


def test_files_stay_inside_the_build(client: Any) -> None:
    for path in ("/../setup.cfg", "/..%2f..%2fsetup.cfg", "/assets/../../../setup.cfg", "//etc/passwd"):
        answer = client.get(path)
        assert b"guicheng" not in answer.data or answer.mimetype == "text/html"
        assert b"root:" not in answer.data


def test_pages_may_only_load_what_is_here() -> None:
    policy = web_pages.CONTENT_SECURITY_POLICY
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert not Path(web_pages.__file__).with_name("static").exists()


def test_the_reference_names_every_documented_route_with_its_scope(client: Any, app: Application) -> None:
    reference = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "rest.md").read_text("utf-8")
    scopes = {
        (method, PathPlugin.flaskpath2openapi(rule.rule)): app.declared[rule.endpoint].permission.name
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    document = client.get("/v2/openapi.json").json
    for path, item in document["paths"].items():
        for method in item.keys() & {"get", "post", "put", "patch", "delete"}:
            assert f"| `{method.upper()} {path}` | {scopes[method.upper(), path]} |" in reference

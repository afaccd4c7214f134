"""Is the house alive, ready, measured: probes for machines, and what the published clients ask of a cluster."""

from __future__ import annotations

import time
from typing import Any

import prometheus_client
from flask import Flask, Response, g, request

from api.application import application, engine
from api.blueprint import Blueprint, Pages
from api.json_text import answer, no_content
from api.permissions import OPEN, SIGNED_IN
from api.problems import problem
from api.shapes import answer_shape, flag, list_of, moment, text, whole
from engine.version import VERSION

pages = Pages("health")
blueprint = Blueprint("cluster", "What a client may know of the server itself.")

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_PARTITION = answer_shape("Partition", {"partitionId": whole(), "role": text(), "health": text(), "state": text()})
_BROKER = answer_shape(
    "Broker",
    {
        "nodeId": whole(),
        "brokerId": text(),
        "host": text(),
        "port": whole(),
        "version": text(),
        "partitions": list_of(_PARTITION),
    },
)
TOPOLOGY = answer_shape(
    "Topology",
    {
        "brokers": list_of(_BROKER),
        "clusterId": text(null=True),
        "clusterSize": whole(),
        "partitionsCount": whole(),
        "replicationFactor": whole(),
        "gatewayVersion": text(),
        "lastCompletedChangeId": text(),
    },
)
LICENSE = answer_shape(
    "License", {"validLicense": flag(), "licenseType": text(), "isCommercial": flag(), "expiresAt": moment(null=True)}
)


@pages.page("/livez", OPEN)
def livez() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@pages.page("/readyz", OPEN)
def readyz() -> Response:
    """The database answers too; 503 while it does not."""
    is_ready = _is_ready()
    return Response("ready\n" if is_ready else "not ready\n", 200 if is_ready else 503, mimetype="text/plain")


@pages.page("/metrics", OPEN)
def metrics() -> Response:
    """Prometheus text: requests by route, and what the process uses."""
    registry = application().extensions["guicheng.metrics"]
    return Response(prometheus_client.generate_latest(registry), content_type=prometheus_client.CONTENT_TYPE_LATEST)


@blueprint.get("/status", OPEN)
def status() -> Response:
    """Whether requests can be answered

    204 when they can, 503 when the database does not answer.
    """
    if _is_ready():
        return no_content()
    detail = "Expected a database that answers, but it does not."
    return problem(503, "RESOURCE_EXHAUSTED", detail, code="not_ready", headers={"Retry-After": "1"})


@blueprint.get("/topology", SIGNED_IN, gives=TOPOLOGY)
def topology() -> Response:
    """The one broker with one partition that this server is to the published clients"""
    settings = engine().settings
    partition = {"partitionId": 1, "role": "leader", "health": "healthy", "state": "active"}
    broker = {
        "nodeId": 0,
        "brokerId": "0",
        "host": settings.host,
        "port": settings.port,
        "version": VERSION,
        "partitions": [partition],
    }
    return answer(
        {
            "brokers": [broker],
            "clusterId": None,
            "clusterSize": 1,
            "partitionsCount": 1,
            "replicationFactor": 1,
            "gatewayVersion": VERSION,
            "lastCompletedChangeId": "-1",
        }
    )


@blueprint.get("/license", OPEN, gives=LICENSE)
def license_of_this() -> Response:
    """Free software: always valid, never commercial"""
    return answer({"validLicense": True, "licenseType": "Apache-2.0", "isCommercial": False, "expiresAt": None})


def measure(app: Flask) -> None:
    """Counts and times every request by its route (never by its path: paths hold keys)."""
    registry = prometheus_client.CollectorRegistry()
    prometheus_client.ProcessCollector(registry=registry)
    seconds = prometheus_client.Histogram(
        "guicheng_request_seconds", "Time to answer", ["method", "route", "status"], buckets=_BUCKETS, registry=registry
    )
    app.extensions["guicheng.metrics"] = registry

    def begin() -> None:
        g.began = time.perf_counter()

    def end(response: Any) -> Any:
        route = request.url_rule.rule if request.url_rule else "none"
        seconds.labels(request.method, route, response.status_code).observe(time.perf_counter() - g.began)
        return response

    app.before_request(begin)
    app.after_request(end)


def _is_ready() -> bool:
    try:
        with engine().database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever the database says: the answer is "not ready", and the next probe asks again
        return False
    return True

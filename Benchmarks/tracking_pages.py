"""What a browser waits for before a run's page shows its charts: the page and the history of each metric, drawn together to a few hundred points.

Ours: the page's HTML and its series. MLflow's page asks for the run and, for each metric, for a sample of its history, as here; its own program of
several megabytes is not counted. FastTrackML draws nothing together: a page over it asks for the run and for the histories."""
import itertools
from urllib.parse import quote

from load import encode
from tracking_runs import START

METRICS = 20
POINTS = 10_000
BATCH = 1000


def fill(loader, server):
    """A run with those points; gives its identifier."""
    run = server.call("POST", "runs/create", {"experiment_id": server.small, "start_time": START, "run_name": "page"})["run"]["info"]["run_id"]
    points = [
        {"key": f"metric-{metric}", "value": (step * 31 + metric) % 977 / 977, "timestamp": START + step, "step": step}
        for metric, step in itertools.product(range(METRICS), range(POINTS))
    ]
    loader.replay(server, [
        server.request("POST", "runs/log-batch", {"run_id": run, "metrics": points[first:first + BATCH]}) for first in range(0, len(points), BATCH)
    ])
    return run


def requests(server, run):
    names = [quote(f"metric-{metric}") for metric in range(METRICS)]
    if server.name.startswith("Martlet"):
        page = f"/experiments/{server.small}/runs/{run}"
        return [encode("GET", page)] + [encode("GET", f"{page}/series?metric={name}&points=400") for name in names]
    first = server.request("GET", f"runs/get?run_id={run}")
    if server.name == "MLflow":
        sampled = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
        return [first] + [encode("GET", f"{sampled}?run_ids={run}&metric_key={name}&max_results=320") for name in names]
    return [first] + [server.request("GET", f"metrics/get-history?run_id={run}&metric_key={name}") for name in names]


def milliseconds(loader, server, asked):
    """Of all its requests, one after the other."""
    return 1000 * loader.replay(server, asked).seconds

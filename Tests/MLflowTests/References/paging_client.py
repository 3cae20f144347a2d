"""Lists and histories longer than a page, by MLflow's Python client.

usage: paging_client.py URL FOLDER; prints one JSON object.
"""

import json
import sys

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
told = {}


def pages(search, name):
    """The names on each page, and whether the last page says that it is the last."""
    names, token = [], None
    while True:
        page = search(page_token=token)
        names.append([name(entry) for entry in page])
        token = page.token
        if not token:
            return names


for number in range(7):
    client.create_experiment(f"e{number}", tags={"team": "red" if number % 2 else "blue"})
    client.create_registered_model(f"m{number}")
experiment = client.get_experiment_by_name("e0").experiment_id
told["experiments"] = pages(lambda **page: client.search_experiments(filter_string="name LIKE 'e%'", order_by=["name DESC"], max_results=3, **page), lambda e: e.name)
told["tagged"] = [e.name for e in client.search_experiments(filter_string="tags.team = 'red'", order_by=["name ASC"])]
told["models"] = pages(lambda **page: client.search_registered_models(max_results=3, **page), lambda m: m.name)
for number in range(5):
    client.create_model_version("m0", f"s3://bucket/{number}")
told["versions"] = pages(lambda **page: client.search_model_versions("name = 'm0'", order_by=["version_number ASC"], max_results=2, **page), lambda v: v.version)

run = client.create_run(experiment)
for part in range(30):
    client.log_batch(run.info.run_id, [Metric("long", float(i), 1000 + i, i) for i in range(part * 1000, part * 1000 + 1000)])
history = client.get_metric_history(run.info.run_id, "long")
told["history"] = [point.step for point in history] == list(range(30000))
told["latest"] = client.get_run(run.info.run_id).data.metrics["long"]

for number in range(5):
    client.create_logged_model(experiment, name=f"l{number}", source_run_id=run.info.run_id)
order = [{"field_name": "name", "ascending": True}]
told["logged"] = pages(lambda **page: client.search_logged_models([experiment], max_results=2, order_by=order, **page), lambda m: m.name)
print(json.dumps(told))

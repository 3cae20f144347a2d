"""Tells a server of jobs by OpenLineage's own client, which knows nothing but the usual variables of the environment."""
import json
import os
import sys
import uuid

os.environ["OPENLINEAGE_URL"] = sys.argv[1]
if len(sys.argv) > 3 and sys.argv[3]:
    os.environ["OPENLINEAGE_API_KEY"] = sys.argv[3]

import attr
from openlineage.client import OpenLineageClient, event_v2, facet_v2
from openlineage.client.transport.http import HttpCompression

folder = sys.argv[2]
NIGHTLY = str(uuid.uuid4())
client = OpenLineageClient()
packed = OpenLineageClient()
packed.transport.compression = HttpCompression.GZIP


def tell(by, state, job, run, at, inputs=(), outputs=()):
    by.emit(event_v2.RunEvent(
        eventTime=at, eventType=state, run=event_v2.Run(run, {
            "parent": facet_v2.parent_run.ParentRunFacet(
                run=facet_v2.parent_run.Run(runId=NIGHTLY), job=facet_v2.parent_run.Job(namespace="airflow", name="nightly"))}),
        job=event_v2.Job("airflow", job), inputs=[event_v2.InputDataset(*name) for name in inputs],
        outputs=[event_v2.OutputDataset(*name, facets={
            "schema": facet_v2.schema_dataset.SchemaDatasetFacet([facet_v2.schema_dataset.SchemaDatasetFacetFields("id", "VARCHAR")])}) for name in outputs]))


table = ("postgres://db.example.org:5432", "bank.public.loans")
export, dump = str(uuid.uuid4()), str(uuid.uuid4())
tell(client, event_v2.RunState.START, "nightly.load", dump, "2026-01-01T00:00:00Z", outputs=[table])
tell(packed, event_v2.RunState.COMPLETE, "nightly.load", dump, "2026-01-01T00:10:00+00:00", inputs=[("s3://bank", "raw/loans.parquet")], outputs=[table])
tell(client, event_v2.RunState.START, "nightly.export", export, "2026-01-01T01:00:00Z")
for _ in range(2):
    tell(packed, event_v2.RunState.COMPLETE, "nightly.export", export, "2026-01-01T01:05:00.25Z", inputs=[table], outputs=[("file", folder + "/loans.csv")])
# A run that failed wrote nothing that counts, and a later one came after the data was read.
tell(client, event_v2.RunState.FAIL, "nightly.broken", str(uuid.uuid4()), "2026-01-01T02:00:00Z", outputs=[("file", folder + "/loans.csv")])
tell(client, event_v2.RunState.COMPLETE, "nightly.later", str(uuid.uuid4()), "2999-01-01T02:00:00Z", outputs=[("file", folder + "/loans.csv")])
client.emit(event_v2.DatasetEvent(eventTime="2026-01-01T03:00:00Z", dataset=event_v2.StaticDataset(*table)))
client.emit(event_v2.JobEvent(eventTime="2026-01-01T03:00:00Z", job=event_v2.Job("dbt", "model.loans"), outputs=[event_v2.OutputDataset(*table)]))
print(json.dumps({"export": export, "load": dump}))

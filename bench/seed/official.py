"""Fills the official server's SQLite file, before the server starts, with records read from standard input.

Each line is a JSON array: a kind and its fields. Creating 10,000 runs through its API would take minutes.
"""

import json
import sys
import uuid

from mlflow.entities import ExperimentTag  # noqa: F401  (registers the entity modules that the models refer to)
from mlflow.store.model_registry.dbmodels import models as registry
from mlflow.store.tracking.dbmodels import models as tracking
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

FLUSH_AT = 20_000


class Seeder:
    """Turns records into rows and inserts them in bulk, parents first."""

    TABLES = (
        tracking.SqlRun, tracking.SqlTag, tracking.SqlParam, tracking.SqlMetric, tracking.SqlLatestMetric,
        registry.SqlRegisteredModel, registry.SqlModelVersion, registry.SqlRegisteredModelAlias,
    )

    def __init__(self, store):
        self.store = store
        self.rows = {table: [] for table in self.TABLES}
        self.waiting = 0
        self.experiments = {}

    def add(self, table, **row):
        self.rows[table].append(row)
        self.waiting += 1
        if self.waiting >= FLUSH_AT:
            self.flush()

    def flush(self):
        with self.store.engine.begin() as connection:
            for table, rows in self.rows.items():
                if rows:
                    connection.execute(table.__table__.insert(), rows)
                    rows.clear()
        self.waiting = 0

    def experiment(self, name):
        self.experiments[name] = self.store.create_experiment(name)

    def run(self, experiment, name, start, end, metrics, params, tags):
        run_id = uuid.uuid4().hex
        experiment_id = self.experiments[experiment]
        self.add(
            tracking.SqlRun, run_uuid=run_id, name=name, user_id="", source_type="UNKNOWN", source_name="",
            entry_point_name="", source_version="", status="FINISHED" if end else "RUNNING", start_time=start,
            end_time=end, lifecycle_stage="active", experiment_id=int(experiment_id),
            artifact_uri=f"mlflow-artifacts:/{experiment_id}/{run_id}/artifacts",
        )
        for key, value in {**tags, "mlflow.runName": name}.items():
            self.add(tracking.SqlTag, run_uuid=run_id, key=key, value=value)
        for key, value in params.items():
            self.add(tracking.SqlParam, run_uuid=run_id, key=key, value=value)
        for key, value in metrics.items():
            self.point(run_id, key, 0, start, value)
            self.latest(run_id, key, 0, start, value)
        return run_id

    def history(self, experiment, name, key, points):
        if not points:
            return
        run_id = self.run(experiment, name, 1, None, {}, {}, {})
        for step, timestamp, value in points:
            self.point(run_id, key, step, timestamp, value)
        self.latest(run_id, key, *points[-1])

    def point(self, run_id, key, step, timestamp, value):
        self.add(tracking.SqlMetric, run_uuid=run_id, key=key, step=step, timestamp=timestamp, value=value, is_nan=False)

    def latest(self, run_id, key, step, timestamp, value):
        self.add(
            tracking.SqlLatestMetric, run_uuid=run_id, key=key, step=step, timestamp=timestamp, value=value, is_nan=False
        )

    def model(self, name, created, sources, alias):
        self.add(registry.SqlRegisteredModel, name=name, creation_time=created, last_updated_time=created)
        for version, source in enumerate(sources, start=1):
            self.add(
                registry.SqlModelVersion, name=name, version=version, creation_time=created + version,
                last_updated_time=created + version, current_stage="None", source=source, status="READY",
                run_id="", run_link="", description="",
            )
        self.add(registry.SqlRegisteredModelAlias, name=name, alias=alias, version=1)


def main(folder):
    seeder = Seeder(SqlAlchemyStore(f"sqlite:///{folder}/mlflow.db", "mlflow-artifacts:/"))
    for line in sys.stdin:
        kind, *fields = json.loads(line)
        getattr(seeder, kind)(*fields)
    seeder.flush()


main(sys.argv[1])

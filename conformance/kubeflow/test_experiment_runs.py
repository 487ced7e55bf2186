"""Experiments and runs of v1alpha3, and what is logged to a run."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from capabilities import needs_experiments
from support import MISSING, artifact, changes, props, upstream_defect

pytestmark = needs_experiments


@pytest.fixture
def logs(run) -> str:
    return f"/experiment_runs/{run['id']}/artifacts"


@pytest.fixture
def history(run) -> str:
    return f"/experiment_runs/{run['id']}/metric_history"


def point(name: str, value: float, step: int, timestamp: int = 1_700_000_000_000) -> dict:
    return artifact("metric", name, value=value, step=step, timestamp=str(timestamp))


def points(api, path: str, **query) -> list[tuple]:
    return [(item["name"], item["value"], item["step"]) for item in api.get(path, **query)["items"]]


class TestExperiments:
    def test_every_field(self, api, unique):
        fields = {
            "name": unique("experiment"),
            "description": "d",
            "externalId": unique("external"),
            "owner": "Ada",
            "state": "ARCHIVED",
            "customProperties": props(team="supply"),
        }
        created = api.create("/experiments", fields)
        assert created.items() >= fields.items()
        assert api.get(f"/experiments/{created['id']}") == created

    def test_defaults(self, experiment):
        assert experiment["state"] == "LIVE"
        assert not experiment.keys() & {"owner", "description", "externalId"}

    def test_name_that_is_taken(self, api, experiment):
        assert experiment["name"] in api.refused(409, "POST", "/experiments", {"name": experiment["name"]})

    def test_a_model_may_have_its_name(self, api, experiment):
        assert api.create("/registered_models", {"name": experiment["name"]})["name"] == experiment["name"]

    def test_runs_of_a_missing_experiment(self, api):
        missing = f"no experiment found for id {MISSING}: not found"
        assert api.refused(404, "GET", f"/experiments/{MISSING}/experiment_runs") == missing
        assert api.refused(404, "POST", "/experiment_runs", {"experimentId": MISSING}).endswith(missing)
        api.refused(400, "POST", "/experiment_runs", {"experimentId": "abc"})

    def test_archived_experiment_takes_runs(self, api, experiment):
        api.update(f"/experiments/{experiment['id']}", {"state": "ARCHIVED"})
        assert api.create("/experiment_runs", {"experimentId": experiment["id"]})["state"] == "LIVE"


class TestRuns:
    def test_every_field(self, api, experiment, unique):
        fields = {
            "name": "run",
            "experimentId": experiment["id"],
            "description": "d",
            "externalId": unique("external"),
            "owner": "Ada",
            "startTimeSinceEpoch": "1700000000000",
            "endTimeSinceEpoch": "1700000001000",
            "state": "ARCHIVED",
            "status": "KILLED",
            "customProperties": props(team="supply"),
        }
        created = api.create("/experiment_runs", fields)
        assert created.items() >= fields.items()
        assert api.get(f"/experiment_runs/{created['id']}") == created

    def test_defaults(self, api, experiment):
        created = api.create("/experiment_runs", {"experimentId": experiment["id"]})
        assert (created["state"], created["status"]) == ("LIVE", "RUNNING")
        assert uuid.UUID(created["name"])
        assert not created.keys() & {"startTimeSinceEpoch", "endTimeSinceEpoch", "owner"}

    @pytest.mark.parametrize("status", ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
    def test_every_status(self, api, run, status):
        path = f"/experiment_runs/{run['id']}"
        assert api.update(path, {"status": status})["status"] == status
        assert api.get(path)["status"] == status

    def test_name_that_is_taken(self, api, run, experiment):
        body = {"name": "run", "experimentId": experiment["id"]}
        assert "run" in api.refused(409, "POST", "/experiment_runs", body)

    def test_end_before_the_start(self, api, experiment):
        body = {"experimentId": experiment["id"], "name": "run", "startTimeSinceEpoch": "100"}
        api.refused(400, "POST", "/experiment_runs", {**body, "endTimeSinceEpoch": "50"})
        path = f"/experiment_runs/{api.create('/experiment_runs', body)['id']}"
        api.refused(400, "PATCH", path, {"endTimeSinceEpoch": "50"})
        api.refused(400, "PATCH", path, {"endTimeSinceEpoch": "soon"})
        assert api.update(path, {"endTimeSinceEpoch": "100"})["endTimeSinceEpoch"] == "100"

    def test_end(self, api, run):
        ended = {"status": "FINISHED", "endTimeSinceEpoch": "1700000000000"}
        assert changes(run, api.update(f"/experiment_runs/{run['id']}", ended)) == set(ended)

    @upstream_defect("1: archiving a run that has ended starts it again")
    def test_archiving_keeps_the_status(self, api, run):
        path = f"/experiment_runs/{run['id']}"
        api.update(path, {"status": "FINISHED"})
        archived = api.update(path, {"state": "ARCHIVED"})
        assert (archived["state"], archived["status"]) == ("ARCHIVED", "FINISHED")


class TestLogs:
    @pytest.mark.parametrize("kind", ["model-artifact", "doc-artifact", "dataset-artifact", "parameter", "metric"])
    def test_say_where_they_belong(self, api, run, logs, kind):
        owner = {"experimentId": run["experimentId"], "experimentRunId": run["id"]}
        created = api.upsert(logs, artifact(kind))
        assert created.items() >= owner.items()
        listed = api.get(logs)["items"]
        assert [item["id"] for item in listed] == [created["id"]]
        assert listed[0].items() >= owner.items()
        assert api.get(f"/artifacts/{created['id']}").items() >= owner.items()

    def test_owner_cannot_be_chosen(self, api, run, logs):
        created = api.upsert(logs, artifact("parameter", experimentId="77", experimentRunId="88"))
        assert (created["experimentId"], created["experimentRunId"]) == (run["experimentId"], run["id"])

    @upstream_defect("a PATCH loses the run")
    def test_owner_after_an_update(self, api, logs):
        created = api.upsert(logs, artifact("parameter", "lr"))
        path = f"/artifacts/{created['id']}"
        updated = api.update(path, {"artifactType": "parameter", "description": "changed"})
        assert changes(created, updated) == {"description"}
        assert api.get(path) == updated

    def test_status(self, api, logs):
        statuses = {kind: api.status("POST", logs, artifact(kind)) for kind in ("model-artifact", "doc-artifact")}
        assert set(statuses.values()) == {201}
        for kind in ("dataset-artifact", "metric", "parameter"):
            assert api.status("POST", logs, artifact(kind, "one")) == 200

    def test_of_one_type(self, api, logs):
        for kind in ("parameter", "metric", "dataset-artifact"):
            api.upsert(logs, artifact(kind, kind))
        assert api.names(logs, artifactType="metric") == ["metric"]
        assert sorted(api.names(logs)) == ["dataset-artifact", "metric", "parameter"]
        assert api.status("GET", logs, artifactType="nope") == 400

    def test_missing_run(self, api):
        path = f"/experiment_runs/{MISSING}/artifacts"
        api.refused(404, "POST", path, artifact("parameter"))
        assert api.get(path)["items"] == []

    def test_of_all_runs(self, api, run, logs):
        api.upsert(logs, artifact("parameter", "lr"))
        for value in (run["id"], f"'{run['id']}'"):
            assert api.names("/artifacts", filterQuery=f"experimentRunId = {value}") == ["lr"]
            owner = f"experimentId = '{run['experimentId']}'"
            assert api.names("/artifacts", filterQuery=f"{owner} AND experimentRunId = {value}") == ["lr"]


class TestMetrics:
    def test_last_point_is_the_value(self, api, logs):
        api.upsert(logs, point("loss", 0.5, 1))
        last = api.upsert(logs, point("loss", 0.25, 2))
        [listed] = api.get(logs)["items"]
        assert (listed["value"], listed["step"], listed["id"]) == (0.25, 2, last["id"])

    def test_post_echoes_the_owner_as_properties(self, api, run, logs):
        created = api.upsert(logs, point("loss", 0.5, 1))
        owner = props(experiment_id=int(run["experimentId"]), experiment_run_id=int(run["id"]))
        assert created["customProperties"] == owner
        assert api.get(logs)["items"][0]["customProperties"] == {}

    def test_history(self, api, logs, history):
        for step in range(4):
            api.upsert(logs, point("loss", 1 / (step + 1), step, 1_700_000_000_000 + step))
        api.upsert(logs, point("accuracy", 0.5, 0))
        assert points(api, history, name="loss") == [("loss", 1 / (step + 1), step) for step in range(4)]
        assert len(points(api, history)) == 5
        assert points(api, history, name="none") == []

    def test_items_of_the_history(self, api, run, logs, history):
        metric = api.upsert(logs, point("loss", 0.5, 3))
        [item] = api.get(history)["items"]
        expected = {
            "artifactType": "metric",
            "name": "loss",
            "value": 0.5,
            "step": 3,
            "timestamp": "1700000000000",
            "experimentId": run["experimentId"],
            "experimentRunId": run["id"],
        }
        assert item.items() >= expected.items()
        assert item["id"] != metric["id"]

    def test_history_does_not_show_among_the_logs(self, api, logs):
        for step in range(3):
            api.upsert(logs, point("loss", 0.5, step, 1_700_000_000_000 + step))
        assert api.names(logs) == ["loss"]

    def test_steps_of_the_history(self, api, logs, history):
        for step in range(5):
            api.upsert(logs, point("loss", 0.5, step, 1_700_000_000_000 + step))
        assert [step for *_, step in points(api, history, stepIds="1,3")] == [1, 3]
        assert [step for *_, step in points(api, history, stepIds="2", name="loss")] == [2]
        assert points(api, history, stepIds="77") == []
        message = api.refused(400, "GET", history, stepIds="1,x")
        assert "x" in message

    def test_pages_of_the_history(self, api, logs, history):
        for step in range(5):
            api.upsert(logs, point("loss", 0.5, step, 1_700_000_000_000 + step))
        pages = list(api.pages(history, name="loss", pageSize=2))
        assert [item["step"] for page in pages for item in page["items"]] == list(range(5))
        assert [page["size"] for page in pages] == [2, 2, 1]
        reverse = api.get(history, pageSize=2, sortOrder="DESC")["items"]
        assert [item["step"] for item in reverse] == [4, 3]

    def test_filter_of_the_history(self, api, logs, history):
        for step in range(4):
            api.upsert(logs, point("loss", step / 4, step, 1_700_000_000_000 + step))
        assert [value for _, value, _ in points(api, history, filterQuery="value > 0.3")] == [0.5, 0.75]
        assert [step for *_, step in points(api, history, filterQuery="step >= 2 AND value < 0.6")] == [2]

    def test_history_of_all_runs(self, api, experiment, run, logs, unique):
        name = unique("loss")
        other = api.create("/experiment_runs", {"experimentId": experiment["id"]})
        api.upsert(logs, point(name, 0.5, 1))
        api.upsert(f"/experiment_runs/{other['id']}/artifacts", point(name, 0.25, 2))
        path = "/experiment_runs/metric_history"
        assert points(api, path, name=name) == [(name, 0.5, 1), (name, 0.25, 2)]
        assert points(api, path, name=name, stepIds="2") == [(name, 0.25, 2)]
        both = f"experimentRunId = {run['id']} OR experimentRunId = '{other['id']}'"
        assert len(points(api, path, filterQuery=both)) == 2
        assert points(api, path, name=name, filterQuery=f"experimentRunId = {run['id']}") == [(name, 0.5, 1)]

    def test_history_of_a_missing_run(self, api):
        assert MISSING in api.refused(404, "GET", f"/experiment_runs/{MISSING}/metric_history")
        assert api.status("GET", "/experiment_runs/abc/metric_history") == 400

    def test_changing_the_metric_adds_no_point(self, api, logs, history):
        metric = api.upsert(logs, point("loss", 0.5, 1))
        api.update(f"/artifacts/{metric['id']}", {"artifactType": "metric", "value": 9, "step": 7})
        assert points(api, history) == [("loss", 0.5, 1)]

    @upstream_defect("3: the name is taken as a part of names")
    def test_history_of_similar_names(self, api, logs, history):
        names = ["loss", "val_loss", "loss_2", "l_ss", "val:loss"]
        for step, name in enumerate(names):
            api.upsert(logs, point(name, step, step, 1_700_000_000_000 + step))
        for step, name in enumerate(names):
            assert points(api, history, name=name) == [(name, step, step)]

    @upstream_defect("5: a step is cut to 32 bits")
    def test_large_steps(self, api, logs, history):
        api.upsert(logs, point("loss", 0.5, 9_999_999_999))
        assert points(api, history, stepIds="9999999999") == [("loss", 0.5, 9_999_999_999)]

    @upstream_defect("4: one of two points of a millisecond is lost")
    def test_points_logged_at_once_are_all_kept(self, api, logs, history):
        def log(step):
            return api.status("POST", logs, point("loss", step, step))

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(log, range(80))) == {200}
        assert sorted(points(api, history, name="loss")) == [("loss", step, step) for step in range(80)]

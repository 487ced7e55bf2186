"""What the server says of files that the libraries themselves have written, beside what these libraries say of them."""

import collections
import io
import pickle
import pickletools
import zipfile

import cloudpickle
import gguf
import joblib
import joblib.numpy_pickle
import numpy
import onnx
import onnx.helper
import onnx.numpy_helper
import pytest
import requests
import safetensors.numpy
import skops.io
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

X = numpy.random.default_rng(0).random((60, 4))
Y = (X[:, 0] > 0.5).astype(int)
CATEGORIES = numpy.array([["a", 1], ["b", 2]], dtype=object)

MODELS = {
    "linear": make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y),
    "forest": RandomForestClassifier(5, random_state=0).fit(X, Y),
    "categories": OneHotEncoder().fit(CATEGORIES),
    "words": CountVectorizer().fit([" ".join(f"word{number}" for number in range(3000))]),
    "arrays": {
        "structure": numpy.zeros(3, dtype=[("a", "f8"), ("b", "U3")]),
        "objects in a structure": numpy.zeros(2, dtype=[("a", "f8"), ("b", "O")]),
        "times": numpy.array(["2020-01-01"], dtype="M8[ns]"),
        "words": numpy.array(["a", "bc"]),
        "objects": numpy.array([1, "x", None, collections.OrderedDict()], dtype=object),
        "columns": numpy.asfortranarray(X),
        "empty": numpy.zeros((0, 3)),
        "scalar": numpy.array(3.0),
    },
}


@pytest.fixture
def facts_of(url, name):
    """Uploads the bytes and returns the facts."""

    def upload(content: bytes, extension: str) -> dict:
        parameters = {"name": name, "file_extension": extension}
        headers = {"content-type": "application/octet-stream"}
        answer = requests.post(f"{url}/api/v1/models", params=parameters, data=content, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["facts"]

    return upload


class Recorder(pickle.Unpickler):
    """Loads a pickle, which these tests have written, and notes what it imports."""

    def __init__(self, file):
        super().__init__(file)
        self.imports = set()

    def find_class(self, module, name):
        self.imports.add(f"{module} {name}")
        return super().find_class(module, name)


def imports_of(content: bytes) -> list[str]:
    recorder = Recorder(io.BytesIO(content))
    recorder.load()
    return sorted(recorder.imports)


CALLS = {"REDUCE", "BUILD", "NEWOBJ", "NEWOBJ_EX", "INST", "OBJ"}


def calls_of(content: bytes) -> dict[str, int]:
    return dict(collections.Counter(opcode.name for opcode, _, _ in pickletools.genops(content) if opcode.name in CALLS))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("model", MODELS)
def test_pickles(facts_of, model, protocol):
    content = pickle.dumps(MODELS[model], protocol=protocol)
    assert facts_of(content, "pkl") == {
        "format": "pickle",
        "scan": "complete",
        "protocol": protocol if protocol >= 2 else 0,
        "imports": imports_of(content),
        "unresolved_imports": 0,
        "calls": calls_of(content),
    }


def test_functions_by_value(facts_of):
    content = cloudpickle.dumps(lambda value: numpy.sum(value))
    assert facts_of(content, "pkl")["imports"] == imports_of(content)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("model", MODELS)
def test_joblib(facts_of, model, protocol, monkeypatch):
    file = io.BytesIO()
    joblib.dump(MODELS[model], file, protocol=protocol)
    imports = set()

    def find_class(self, module, name):
        imports.add(f"{module} {name}")
        return pickle._Unpickler.find_class(self, module, name)

    monkeypatch.setattr(joblib.numpy_pickle.NumpyUnpickler, "find_class", find_class, raising=False)
    joblib.load(io.BytesIO(file.getvalue()))
    facts = facts_of(file.getvalue(), "joblib")
    assert (facts["scan"], facts["unresolved_imports"], facts["imports"]) == ("complete", 0, sorted(imports))
    assert facts["format"] == ("pickle" if model == "words" else "joblib")


@pytest.mark.parametrize(
    ("compress", "scan"), [(("zlib", 3), "complete"), (("gzip", 3), "complete"), (("xz", 3), "unscanned"), (("bz2", 3), "unscanned")]
)
def test_compressed_joblib(facts_of, compress, scan):
    file = io.BytesIO()
    joblib.dump(MODELS["linear"], file, compress=compress)
    facts = facts_of(file.getvalue(), "joblib")
    assert (facts["format"], facts["compression"], facts["scan"]) == ("joblib", compress[0].replace("bz2", "bzip2"), scan)


def test_arrays(facts_of):
    file = io.BytesIO()
    numpy.save(file, CATEGORIES)
    facts = facts_of(file.getvalue(), "npy")
    assert (facts["dtype"], facts["shape"], facts["scan"]) == ("|O", [2, 2], "complete")


@pytest.mark.parametrize("save", [numpy.savez, numpy.savez_compressed])
def test_archives_of_arrays(facts_of, save):
    file = io.BytesIO()
    save(file, features=X, categories=CATEGORIES)
    facts = facts_of(file.getvalue(), "npz")
    assert facts["arrays"] == [
        {"name": "features", "dtype": "<f8", "shape": [60, 4]},
        {"name": "categories", "dtype": "|O", "shape": [2, 2]},
    ]
    assert facts["scan"] == "complete"


def test_skops(facts_of):
    content = skops.io.dumps(MODELS["linear"])
    facts = facts_of(content, "skops")
    assert (facts["scan"], facts["skops_version"]) == ("complete", skops.__version__)
    assert {"sklearn.pipeline Pipeline", "sklearn.linear_model._logistic LogisticRegression"} <= set(facts["imports"])


def test_safetensors(facts_of):
    tensors = {"w": numpy.zeros((3, 4), dtype=numpy.float32), "b": numpy.zeros(4, dtype=numpy.float16), "s": numpy.array(1)}
    content = safetensors.numpy.save(tensors, metadata={"format": "np"})
    assert facts_of(content, "safetensors") == {
        "format": "safetensors",
        "tensors": 3,
        "parameters": 17,
        "dtypes": {"F16": 1, "F32": 1, "I64": 1},
        "metadata": {"format": "np"},
    }


def test_onnx(facts_of):
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"])],
        "a graph",
        [value("x", onnx.TensorProto.FLOAT, ["batch", 4])],
        [value("y", onnx.TensorProto.FLOAT, [None, 2])],
        [onnx.numpy_helper.from_array(numpy.zeros((4, 2), dtype=numpy.float32), "w")],
    )
    opsets = [onnx.helper.make_opsetid("", 21), onnx.helper.make_opsetid("ai.onnx.ml", 4)]
    model = onnx.helper.make_model(graph, opset_imports=opsets, producer_name="test", ir_version=10)
    assert facts_of(model.SerializeToString(), "bin") == {
        "format": "onnx",
        "ir_version": 10,
        "producer": "test",
        "graph": "a graph",
        "inputs": [{"name": "x", "type": "float32", "shape": ["batch", 4]}],
        "outputs": [{"name": "y", "type": "float32", "shape": [None, 2]}],
        "nodes": 1,
        "initializers": 1,
        "parameters": 8,
        "external_data": False,
        "opset_imports": {"ai.onnx": 21, "ai.onnx.ml": 4},
    }


def test_gguf(facts_of, tmp_path):
    path = tmp_path / "model.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(2048)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    writer.add_token_list([f"token{number}" for number in range(5000)])
    writer.add_token_scores([0.5] * 5000)
    writer.add_tensor("output.weight", numpy.zeros((8, 16), dtype=numpy.float32))
    writer.add_tensor("norm.weight", numpy.zeros(16, dtype=numpy.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    facts = facts_of(path.read_bytes(), "gguf")
    assert facts.pop("metadata")["llama.context_length"] == 2048
    assert facts == {
        "format": "gguf",
        "gguf_version": 3,
        "tensors": 2,
        "architecture": "llama",
        "name": "tiny",
        "quantization": "Q8_0",
        "context_length": 2048,
        "parameters": 144,
        "tensor_types": {"F16": 1, "F32": 1},
    }


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_pytorch_archives(facts_of, method):
    content = pickle.dumps(MODELS["linear"], protocol=2)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        # As an entry of unknown size is written, with a data descriptor and the fields of large archives.
        with archive.open("model/data.pkl", "w", force_zip64=True) as entry:
            entry.write(content)
        archive.writestr("model/data/0", bytes(100))
        archive.writestr("model/version", "3\n")
    facts = facts_of(file.getvalue(), "pt")
    assert (facts["format"], facts["tensors"]) == ("pytorch", 1)
    if method == zipfile.ZIP_BZIP2:
        assert facts["scan"] == "unscanned"
    else:
        assert (facts["scan"], facts["imports"]) == ("complete", imports_of(content))

"""Model files up and down, with what is known of them: the client of the registry's binary API. It needs no MLflow.

```python
from modelregistry.client import ModelMetadata, ModelRegistryClient

with ModelRegistryClient("http://localhost:5000") as client:
    model = client.upload_model("model.pkl", ModelMetadata(name="churn", metrics={"auc": 0.91}))
    client.download_model(model.metadata_id, "copy.pkl")
```
"""

from modelregistry.client import exceptions
from modelregistry.client.client import ModelRegistryClient
from modelregistry.client.metadata import ModelMetadata
from modelregistry.client.stored import StoredFile, StoredModel, UploadResponse

__all__ = ["ModelMetadata", "ModelRegistryClient", "StoredFile", "StoredModel", "UploadResponse", "exceptions"]

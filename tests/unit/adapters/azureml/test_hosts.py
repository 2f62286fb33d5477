"""The app's token goes to Azure's own hosts, whatever address an answer holds."""

import pytest
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest

from promotion.adapters.azureml.cloud import CLOUDS
from promotion.adapters.azureml.hosts import KnownHosts
from promotion.domain.errors import BrokenError


def asked(hosts: KnownHosts, url: str) -> None:
    """Let a request to `url` come to the step."""
    hosts.on_request(PipelineRequest(HttpRequest("GET", url), PipelineContext(None)))


def of(name: str) -> KnownHosts:
    """Return the hosts of a public cloud."""
    cloud = CLOUDS[name]
    return KnownHosts(cloud.resource_manager, cloud.registry_discovery_endpoint)


@pytest.mark.parametrize(
    ("cloud", "url"),
    [
        ("AzureCloud", "https://management.azure.com/subscriptions/s?a=b"),
        ("AzureCloud", "https://westeurope.management.azure.com/subscriptions/s"),
        ("AzureCloud", "https://eastus.api.azureml.ms/registrymanagement"),
        ("AzureCloud", "https://westeurope.api.azureml.ms/assetstore/v1.0/operations/1"),
        ("AzureCloud", "https://WESTEUROPE.api.azureml.ms:443/assetstore"),
        ("AzureCloud", "https://a.registry.westeurope.privatelink.api.azureml.ms/mferp"),
        ("AzureChinaCloud", "https://chinanorth3.api.ml.azure.cn/mferp"),
        ("AzureUSGovernment", "https://usgovvirginia.api.ml.azure.us/mferp"),
    ],
)
def test_hosts_of_the_cloud_are_asked(cloud: str, url: str) -> None:
    asked(of(cloud), url)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/",
        "https://management.azure.com.example.com/",
        "https://xmanagement.azure.com/",
        "https://someone.eastus.cloudapp.azure.com/",
        "https://endpoint.inference.ml.azure.com/score",
        "https://someone.azureml.ms/",
        "https://management.azure.com@example.com/",
        "https://example.com\\@management.azure.com/",
        "https://example.com#@management.azure.com/",
        "https://[::1]/",
        "https://[/",
        "/relative",
        "",
    ],
)
def test_any_other_host_is_not(url: str) -> None:
    with pytest.raises(BrokenError, match="no host of this cloud"):
        asked(of("AzureCloud"), url)


def test_a_host_that_discovery_named_is_asked_with_its_siblings() -> None:
    hosts = of("AzureCloud")

    hosts.trust("https://cert-eastus.experiments.azureml.net/")

    asked(hosts, "https://cert-eastus.experiments.azureml.net/mferp")
    asked(hosts, "https://cert-westus.experiments.azureml.net/assetstore")
    with pytest.raises(BrokenError):
        asked(hosts, "https://someone.azureml.net/")

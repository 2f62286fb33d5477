"""The functions of Bicep that templates may use: how many arguments they take and what they give.

Source: "Bicep functions" on Microsoft Learn. A function that is not here is refused: add it with its
arity, and to `evaluate` when it decides what is deployed.
"""

from dataclasses import dataclass
from typing import Final

from tools.infra_check.kinds import ANY, ARRAY, BOOL, INT, OBJECT, STRING, Kind

_MANY: Final = 99

_PLACE: Final = Kind(
    name="object",
    members={"id": STRING, "name": STRING, "location": STRING, "tags": OBJECT, "properties": ANY},
)
_SUBSCRIPTION: Final = Kind(
    name="object",
    members={"id": STRING, "subscriptionId": STRING, "tenantId": STRING, "displayName": STRING},
)
_TENANT: Final = Kind(
    name="object",
    members={"tenantId": STRING, "displayName": STRING, "country": STRING, "countryCode": STRING},
)
_CLOUD: Final = Kind(
    name="object",
    members={
        "name": STRING,
        "portal": STRING,
        "graph": STRING,
        "resourceManager": STRING,
        "authentication": Kind(
            name="object",
            members={"loginEndpoint": STRING, "tenant": STRING, "audiences": ARRAY},
        ),
        "suffixes": Kind(
            name="object",
            members={
                "storage": STRING,
                "keyvaultDns": STRING,
                "sqlServerHostname": STRING,
                "acrLoginServer": STRING,
            },
        ),
    },
)


@dataclass(frozen=True)
class Function:
    """How a function is called."""

    least: int
    most: int
    gives: Kind


KNOWN: Final = {
    "any": Function(1, 1, ANY),
    "array": Function(1, 1, ARRAY),
    "base64": Function(1, 1, STRING),
    "bool": Function(1, 1, BOOL),
    "cidrSubnet": Function(3, 3, STRING),
    "coalesce": Function(1, _MANY, ANY),
    "concat": Function(1, _MANY, ANY),
    "contains": Function(2, 2, BOOL),
    "empty": Function(1, 1, BOOL),
    "endsWith": Function(2, 2, BOOL),
    "environment": Function(0, 0, _CLOUD),
    "filter": Function(2, 2, ARRAY),
    "first": Function(1, 1, ANY),
    "flatten": Function(1, 1, ARRAY),
    "format": Function(1, _MANY, STRING),
    "guid": Function(1, _MANY, STRING),
    "int": Function(1, 1, INT),
    "intersection": Function(2, _MANY, ANY),
    "items": Function(1, 1, ARRAY),
    "join": Function(2, 2, STRING),
    "json": Function(1, 1, ANY),
    "last": Function(1, 1, ANY),
    "length": Function(1, 1, INT),
    "loadJsonContent": Function(1, 3, ANY),
    "loadTextContent": Function(1, 2, STRING),
    "map": Function(2, 2, ARRAY),
    "max": Function(1, _MANY, INT),
    "min": Function(1, _MANY, INT),
    "newGuid": Function(0, 0, STRING),
    "objectKeys": Function(1, 1, ARRAY),
    "range": Function(2, 2, ARRAY),
    "replace": Function(3, 3, STRING),
    "resourceGroup": Function(0, 2, _PLACE),
    "resourceId": Function(2, _MANY, STRING),
    "skip": Function(2, 2, ANY),
    "split": Function(2, 2, Kind(name="array", item=STRING)),
    "startsWith": Function(2, 2, BOOL),
    "string": Function(1, 1, STRING),
    "subscription": Function(0, 1, _SUBSCRIPTION),
    "subscriptionResourceId": Function(2, _MANY, STRING),
    "substring": Function(2, 3, STRING),
    "take": Function(2, 2, ANY),
    "tenant": Function(0, 0, _TENANT),
    "toLower": Function(1, 1, STRING),
    "toObject": Function(2, 3, OBJECT),
    "toUpper": Function(1, 1, STRING),
    "trim": Function(1, 1, STRING),
    "union": Function(2, _MANY, ANY),
    "uniqueString": Function(1, _MANY, STRING),
    "uri": Function(2, 2, STRING),
    "utcNow": Function(0, 1, STRING),
}

#: What may stand above a declaration, with the number of its arguments.
DECORATORS: Final = {
    "description": 1,
    "secure": 0,
    "allowed": 1,
    "minLength": 1,
    "maxLength": 1,
    "minValue": 1,
    "maxValue": 1,
    "metadata": 1,
    "batchSize": 1,
}

#: Only the default of a parameter may call these: their value is new with every deployment.
ONLY_IN_DEFAULTS: Final = frozenset({"newGuid", "utcNow"})

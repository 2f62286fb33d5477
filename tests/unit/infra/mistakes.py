"""Seeded mistakes: where, what is replaced by what, and what the check has to say about it.

Every one of them once deployed, or would have failed to deploy, somewhere: none is caught by the golden
files alone, as the expected text shows.
"""

from typing import NamedTuple


class Mistake(NamedTuple):
    """One replacement in one file."""

    name: str
    file: str
    old: str
    new: str
    says: str


_STORAGE = "infra/modules/storage.bicep"
_FUNCTIONS = "infra/modules/functions.bicep"
_ACCESS = "infra/modules/registry-access.bicep"
_MAIN = "infra/main.bicep"
_EVENTS = "infra/subscription.bicep"

MISTAKES = (
    Mistake("brace", _STORAGE, "sku: { name: sku }", "sku: { name: sku", "no Bicep"),
    Mistake("comma", _STORAGE, "{ enabled: true, days", "{ enabled: true days", "a comma"),
    Mistake(
        "misspelt property",
        _STORAGE,
        "allowSharedKeyAccess",
        "allowSharedKeysAccess",
        "is no property here",
    ),
    Mistake(
        "wrong case",
        _STORAGE,
        "minimumTlsVersion",
        "minimumTLSVersion",
        "did you mean: minimumTlsVersion",
    ),
    Mistake("wrong value", _STORAGE, "'TLS1_2'", "'TLS1.2'", "'TLS1.2' is none of"),
    Mistake(
        "wrong value in a choice",
        _STORAGE,
        "? 'Disabled' :",
        "? 'Disable' :",
        "'Disable' is none of",
    ),
    Mistake("kind missing", _STORAGE, "  kind: 'StorageV2'\n", "", "kind is required"),
    Mistake(
        "text for truth",
        _STORAGE,
        "defaultToOAuthAuthentication: true",
        "defaultToOAuthAuthentication: 'true'",
        "a text where bool",
    ),
    Mistake("number for text", _STORAGE, "accessTier: 'Hot'", "accessTier: 1", "int where"),
    Mistake(
        "keys allowed",
        _STORAGE,
        "allowSharedKeyAccess: false",
        "allowSharedKeyAccess: true",
        "allowSharedKeyAccess has to be False",
    ),
    Mistake(
        "open to the internet",
        _STORAGE,
        "privateNetwork ? 'Disabled' : 'Enabled'",
        "'Enabled'",
        "is reached from the internet",
    ),
    Mistake(
        "unknown type",
        _STORAGE,
        "Microsoft.Storage/storageAccounts/queueServices@",
        "Microsoft.Storage/storageAccounts/queueService@",
        "is no resource type",
    ),
    Mistake(
        "unknown version",
        _STORAGE,
        "storageAccounts@2025-01-01",
        "storageAccounts@2025-13-01",
        "API version 2025-13-01",
    ),
    Mistake(
        "undeclared symbol", _STORAGE, "parent: account", "parent: acount", "acount is not declared"
    ),
    Mistake(
        "unused parameter",
        _STORAGE,
        "@description('Names of the queues",
        "@description('Unused.')\nparam spare string = ''\n\n@description('Names of the queues",
        "spare is never used",
    ),
    Mistake(
        "no such member",
        _STORAGE,
        "primaryEndpoints.blob",
        "primaryEndpoint.blob",
        "there is no .primaryEndpoint",
    ),
    Mistake(
        "unknown function",
        _STORAGE,
        "output id string = account.id",
        "output id string = toLowerCase(account.id)",
        "toLowerCase() is no function",
    ),
    Mistake(
        "declared twice",
        _STORAGE,
        "param location string\n",
        "param location string\n\n@description('Again.')\nparam location string\n",
        "location is declared twice",
    ),
    Mistake(
        "Azure's to set",
        _STORAGE,
        "    accessTier: 'Hot'\n",
        "    accessTier: 'Hot'\n    provisioningState: 'Succeeded'\n",
        "provisioningState is Azure's to set",
    ),
    Mistake(
        "property twice",
        _STORAGE,
        "    accessTier: 'Hot'\n",
        "    accessTier: 'Hot'\n    accessTier: 'Cool'\n",
        "accessTier stands here twice",
    ),
    Mistake(
        "wrong kind of output",
        _STORAGE,
        "output id string",
        "output id int",
        "id is int, this is string",
    ),
    Mistake(
        "module's parameter missing",
        _MAIN,
        "    retentionDays: anchorRetentionDays\n",
        "",
        "is not given",
    ),
    Mistake(
        "module's parameter unknown",
        _MAIN,
        "emailAddress: alertEmail",
        "email: alertEmail",
        "takes no email",
    ),
    Mistake(
        "module's parameter of another kind",
        _MAIN,
        "retentionDays: logRetentionDays",
        "retentionDays: '90'",
        "retentionDays is int, this is string",
    ),
    Mistake(
        "module's output unknown",
        _MAIN,
        "appIdentity.outputs.clientId\n      AzureWebJobsStorage__accountName",
        "appIdentity.outputs.clientID\n      AzureWebJobsStorage__accountName",
        "there is no .clientID",
    ),
    Mistake(
        "module's path",
        _MAIN,
        "'modules/topic.bicep'",
        "'modules/topics.bicep'",
        "leads to no file",
    ),
    Mistake(
        "module without scope",
        _MAIN,
        "module workbook 'modules/workbook.bicep' = {\n  scope: group\n",
        "module workbook 'modules/workbook.bicep' = {\n",
        "it needs a scope",
    ),
    Mistake(
        "parameter below its minimum",
        _MAIN,
        "param anchorRetentionDays int = 365",
        "param anchorRetentionDays int = '365'",
        "anchorRetentionDays is int",
    ),
    Mistake(
        "output of what is not deployed",
        _MAIN,
        "systemTopicId: makeSystemTopic ? systemTopic!.outputs.id : ''",
        "systemTopicId: network!.outputs.functionsSubnetId",
        "a module that is not deployed",
    ),
    Mistake(
        "guid outside of a default",
        _MAIN,
        "var central = topology == 'central'",
        "var central = topology == newGuid()",
        "may stand in the default",
    ),
    Mistake(
        "setting not set",
        _MAIN,
        "      PROMOTION_TENANT_ID: tenant().tenantId\n",
        "",
        "the app reads PROMOTION_TENANT_ID",
    ),
    Mistake(
        "setting misspelt",
        _MAIN,
        "PROMOTION_MAIL_SENDER:",
        "PROMOTION_MAIL_FROM:",
        "PROMOTION_MAIL_FROM is set, and nothing reads it",
    ),
    Mistake(
        "setting forbidden on Flex",
        _MAIN,
        "      AZURE_CLIENT_ID:",
        "      FUNCTIONS_WORKER_RUNTIME: 'python'\n      AZURE_CLIENT_ID:",
        "FUNCTIONS_WORKER_RUNTIME has no place",
    ),
    Mistake(
        "secret in a setting",
        _MAIN,
        "PROMOTION_CSRF_KEY: secrets.outputs.csrfReference",
        "PROMOTION_CSRF_KEY: csrfKey",
        "PROMOTION_CSRF_KEY is a secret",
    ),
    Mistake(
        "key of the topic",
        _MAIN,
        "      PROMOTION_TENANT_ID:",
        "      PROMOTION_TOPIC_KEY: 'key'\n      PROMOTION_TENANT_ID:",
        "PROMOTION_TOPIC_KEY must not be set",
    ),
    Mistake(
        "policy that is not there",
        _MAIN,
        "'docs/policies/central.yaml'",
        "'docs/policies/centre.yaml'",
        "there is no policy file",
    ),
    Mistake("queue not made", _MAIN, "      'promotions'\n", "", "queue promotions is not made"),
    Mistake(
        "output that a hook needs",
        _MAIN,
        "output PROMOTION_APP_ID ",
        "output PROMOTION_APPID ",
        "PROMOTION_APP_ID",
    ),
    Mistake(
        "development writes production", _MAIN, "central ? devGroup : [],\n", "[],\n", "Changed"
    ),
    Mistake(
        "endpoint missing",
        _MAIN,
        "        { name: 'vault', targetId: vault.outputs.id, group: 'vault', zones: [zones.vault] }\n",
        "",
        "has no private endpoint for vault",
    ),
    Mistake(
        "endpoint in another zone",
        _MAIN,
        "group: 'topic', zones: [zones.events]",
        "group: 'topic', zones: [zones.vault]",
        "topic needs the zones",
    ),
    Mistake(
        "name too long",
        _MAIN,
        "name: 'stapp${plain}'",
        "name: 'stapplication${plain}'",
        "does not fit",
    ),
    Mistake(
        "older Python", _FUNCTIONS, "version: '3.13'", "version: '3.11'", "has to be python 3.13"
    ),
    Mistake(
        "linuxFxVersion",
        _FUNCTIONS,
        "      ftpsState:",
        "      linuxFxVersion: 'Python|3.13'\n      ftpsState:",
        "linuxFxVersion has no place",
    ),
    Mistake(
        "another plan",
        _FUNCTIONS,
        "name: 'FC1', tier: 'FlexConsumption'",
        "name: 'Y1', tier: 'Dynamic'",
        "Flex Consumption is sku FC1",
    ),
    Mistake(
        "webhooks behind the sign-in",
        _FUNCTIONS,
        "      excludedPaths: ['/runtime/webhooks/*']\n",
        "",
        "excludedPaths has to be",
    ),
    Mistake(
        "pages without the sign-in",
        _FUNCTIONS,
        "excludedPaths: ['/runtime/webhooks/*']",
        "excludedPaths: ['/*']",
        "excludedPaths has to be",
    ),
    Mistake(
        "azd's tag",
        _FUNCTIONS,
        "'azd-service-name': 'app'",
        "'azd-service': 'app'",
        "azd finds the app by its tag",
    ),
    Mistake(
        "always ready for nothing",
        _FUNCTIONS,
        "'function:on_model_registered'",
        "'function:on_model_registred'",
        "there is no such function",
    ),
    Mistake(
        "open in the private network",
        _FUNCTIONS,
        "ipSecurityRestrictionsDefaultAction: privateNetwork ? 'Deny' : 'Allow'\n      ipSec",
        "ipSecurityRestrictionsDefaultAction: 'Allow'\n      ipSec",
        "ipSecurityRestrictionsDefaultAction has to be Deny",
    ),
    Mistake("misspelt event", _EVENTS, "ModelRegistered'", "ModelRegistred'", "subscribe to"),
    Mistake(
        "misspelt function",
        _EVENTS,
        "functions/on_model_registered'",
        "functions/on_model_register'",
        "is no function of the app",
    ),
    Mistake(
        "no dead letters",
        _EVENTS,
        "blobContainerName: deadLetterContainer",
        "blobContainerName: take(deadLetterContainer, 0)",
        "events are dropped",
    ),
    Mistake(
        "too many attempts",
        _EVENTS,
        "maxDeliveryAttempts: 30",
        "maxDeliveryAttempts: 100",
        "has to be 1 to 30",
    ),
    Mistake(
        "unknown endpoint type",
        _EVENTS,
        "endpointType: 'AzureFunction'",
        "endpointType: 'Function'",
        "endpointType has to be one of",
    ),
    Mistake(
        "another event schema",
        "infra/modules/topic.bicep",
        "'CloudEventSchemaV1_0'",
        "'EventGridSchema'",
        "facts are CloudEvents",
    ),
    Mistake(
        "role that is none",
        "infra/roles.json",
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955c",
        "Storage Blob Data Owner is not",
    ),
    Mistake(
        "role that deletes",
        _ACCESS,
        "          'Microsoft.MachineLearningServices/registries/assets/write'\n",
        "          'Microsoft.MachineLearningServices/registries/assets/*'\n",
        "no custom role here allows that",
    ),
    Mistake(
        "role name unknown",
        "infra/modules/topic.bicep",
        "roles['EventGrid Data Sender']",
        "roles['Event Grid Data Sender']",
        "Event Grid Data Sender",
    ),
    Mistake(
        "anchors not immutable",
        "infra/modules/anchors.bicep",
        "immutabilityPeriodSinceCreationInDays",
        "immutabilityPeriod",
        "is no property here",
    ),
    Mistake(
        "principal's type",
        "infra/modules/key-vault.bicep",
        "'ServicePrincipal'",
        "'ManagedIdentity'",
        "'ManagedIdentity' is none of",
    ),
    Mistake(
        "metric's severity",
        "infra/modules/alerts.bicep",
        "severity: alert.severity\n      scopes: [alert.scope]",
        "severity: alert.severty\n      scopes: [alert.scope]",
        "there is no .severty",
    ),
    Mistake(
        "hook that is not there",
        "azure.yaml",
        "infra/hooks/subscribe.py",
        "infra/hooks/subscription.py",
        "there is no infra/hooks/subscription.py",
    ),
    Mistake(
        "parameter that is not there",
        "infra/main.parameters.json",
        '"topology":',
        '"topologies":',
        "has no parameter topologies",
    ),
    Mistake("scope", _EVENTS, "'resourceGroup'", "'resorceGroup'", "is none of resourceGroup"),
    Mistake(
        "type of a parameter",
        _STORAGE,
        "param location string",
        "param location strin",
        "strin is no type",
    ),
    Mistake(
        "tags",
        _MAIN,
        "'azd-env-name': environmentName",
        "'azd-env': environmentName",
        "has no tag azd-env-name",
    ),
)

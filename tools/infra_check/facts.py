"""What Azure and azd fix, as facts: real role ids, settings of the platform, forbidden ones.

Sources: "Azure built-in roles", "App settings reference for Azure Functions", "Flex Consumption plan"
(deprecated settings) and "Environment variables" of azd, on Microsoft Learn.
"""

from typing import Final

#: Built-in roles that a template may assign.
BUILT_IN_ROLES: Final = {
    "AzureML Data Scientist": "f6c7c914-8db3-469d-8ca1-694a8f32e121",
    "Communication and Email Service Owner": "09976791-48a7-449e-bb21-39d1a415f350",
    "EventGrid Data Sender": "d5a91429-5739-47e2-a06b-3470a27159e7",
    "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
    "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
    "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
    "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
}

#: Settings that the Functions host or App Service reads, not the app.
PLATFORM_READS: Final = frozenset(
    {
        "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
        "AzureWebJobsStorage__accountName",
        "AzureWebJobsStorage__clientId",
        "AzureWebJobsStorage__credential",
        "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID",
        "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY",
        "PYTHON_THREADPOOL_THREAD_COUNT",
    }
)

#: Settings that the platform sets itself.
PLATFORM_SETS: Final = frozenset({"WEBSITE_AUTH_ENABLED", "WEBSITE_HOSTNAME"})

#: Settings that a template must not set, and why.
NOT_IN_AZURE: Final = {
    "AzureWebJobsStorage": "a connection string holds a key; the account is used with an identity",
    "PROMOTION_ALLOW_LOOPBACK": "only a sandbox has its services on loopback",
    "PROMOTION_CLOUD_METADATA": "only clouds that are not public ones need it",
    "PROMOTION_SHARE_FROM_WORKSPACES": "weakens what holds before a version exists; set by hand, knowingly",
    "PROMOTION_SIGNING_KEY_FILE": "a key in a file is for one machine; in Azure it stays in the vault",
    "PROMOTION_SMTP_HOST": "Communication Services sends; an own server is set by hand",
    "PROMOTION_SMTP_PASSWORD": "see PROMOTION_SMTP_HOST; belongs into the vault then",
    "PROMOTION_SMTP_PORT": "see PROMOTION_SMTP_HOST",
    "PROMOTION_SMTP_SECURITY": "see PROMOTION_SMTP_HOST",
    "PROMOTION_SMTP_USER": "see PROMOTION_SMTP_HOST",
    "PROMOTION_TOPIC_KEY": "the topic takes identities alone",
    "PYTHON_ENABLE_OPENTELEMETRY": "sends to an own collector, in the place of Application Insights",
}

#: What Flex Consumption refuses or ignores; the runtime belongs into functionAppConfig.
FORBIDDEN_ON_FLEX: Final = frozenset(
    {
        "ENABLE_ORYX_BUILD",
        "FUNCTIONS_EXTENSION_VERSION",
        "FUNCTIONS_WORKER_RUNTIME",
        "FUNCTIONS_WORKER_RUNTIME_VERSION",
        "SCM_DO_BUILD_DURING_DEPLOYMENT",
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "WEBSITE_CONTENTOVERVNET",
        "WEBSITE_CONTENTSHARE",
        "WEBSITE_RUN_FROM_PACKAGE",
        "WEBSITE_VNET_ROUTE_ALL",
        "linuxFxVersion",
        "pythonVersion",
        "alwaysOn",
        "netFrameworkVersion",
        "use32BitWorkerProcess",
    }
)

#: What azd brings along itself.
AZD_SETS: Final = frozenset(
    {
        "AZURE_ENV_NAME",
        "AZURE_LOCATION",
        "AZURE_PRINCIPAL_ID",
        "AZURE_SUBSCRIPTION_ID",
        "AZURE_TENANT_ID",
    }
)

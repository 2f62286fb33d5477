// Everything of a deployment: two registries or one, made or brought along, public or private.
// `azd up` asks for what has no default; docs/deploy.md tells each parameter.
targetScope = 'subscription'

@description('Name of the deployment (the azd environment); part of every name.')
@minLength(1)
@maxLength(14)
param environmentName string

@description('Region of everything that is made.')
param location string

@description('Two registries with a copy between them, or one central registry behind the same gates.')
@allowed(['two-registries', 'central'])
param topology string = 'two-registries'

@description('Whether everything is reached through private endpoints alone.')
param privateNetwork bool = false

@description('Address space of the network, /24 or wider; used with privateNetwork.')
param addressPrefix string = '10.90.0.0/24'

@description('Resource id of a development registry to use; empty makes one. Not used with the central topology.')
param devRegistryId string = ''

@description('Resource id of the production (or central) registry to use; empty makes one.')
param targetRegistryId string = ''

@description('Resource id of a development workspace to use; empty makes one.')
param devWorkspaceId string = ''

@description('Resource id of a production workspace to use; empty makes one.')
param prodWorkspaceId string = ''

@description('Region of the development workspace that is brought along; empty means location.')
param devWorkspaceLocation string = ''

@description('Name of a system topic that a workspace brought along has already (there can be one); empty makes one.')
param systemTopicName string = ''

@description('Object id of the identity of that system topic; it has to have one.')
param systemTopicPrincipalId string = ''

@description('Further regions, comma-separated, that registries made here replicate to.')
param registryReplicaRegions string = ''

@description('Object id of the group of the development people; empty for no group.')
param devGroupId string = ''

@description('Object id of the group of the production people; empty for no group.')
param prodGroupId string = ''

@description('Application (client) id of the Entra app registration; infra/hooks/sign_in.py makes it.')
param authClientId string

@description('Address under which people reach the app; empty for the one Azure gives.')
param publicUrl string = ''

@description('Policy file, relative to the root of the app; empty for the one of the topology.')
param policyFile string = ''

@description('Who gets mails, comma-separated; empty for no mail.')
param mailRecipients string = ''

@description('Where Communication Services keeps its data.')
param mailDataLocation string = 'Europe'

@description('Address of a Teams workflow; empty for no Teams.')
@secure()
param teamsWebhook string = ''

@description('Signs forms; the default is new with every provisioning.')
@secure()
param csrfKey string = '${newGuid()}${newGuid()}'

@description('Who is told of alerts; empty for nobody.')
param alertEmail string = ''

@description('Seconds between two looks at an operation of Azure ML.')
@minValue(1)
param azureMLPollSeconds int = 5

@description('Instances kept warm for events, and for pages; 0 for none.')
param alwaysReadyInstances int = 1

@description('Memory of an instance in MB: 512, 2048 or 4096.')
param instanceMemory int = 2048

@description('Most instances of any function group.')
param maximumInstances int = 40

@description('Days for which anchors of the audit trail cannot be changed.')
param anchorRetentionDays int = 365

@description('Days for which logs are kept.')
param logRetentionDays int = 90

var token = take(uniqueString(subscription().id, environmentName, location), 6)
var suffix = '${toLower(replace(environmentName, '_', '-'))}-${token}'
// Storage accounts and container registries take letters and digits alone.
var plain = '${take(replace(toLower(replace(environmentName, '-', '')), '_', ''), 8)}${token}'
var tags = { 'azd-env-name': environmentName, product: 'azureml-promotion' }

var central = topology == 'central'
var makeDevRegistry = !central && empty(devRegistryId)
var makeTargetRegistry = empty(targetRegistryId)
var makeDevWorkspace = empty(devWorkspaceId)
var makeProdWorkspace = empty(prodWorkspaceId)
var makeSystemTopic = empty(systemTopicName)
var useMail = !empty(mailRecipients)

// Where things are: made in this group, or wherever the id says that they are.
var groupName = 'rg-${suffix}'
var here = { subscription: subscription().subscriptionId, group: groupName }
var devRegistryName = makeDevRegistry || central ? 'mlr-dev-${suffix}' : split(devRegistryId, '/')[8]
var targetRegistryName = makeTargetRegistry ? 'mlr-${central ? 'central' : 'prod'}-${suffix}' : split(targetRegistryId, '/')[8]
var devWorkspaceName = makeDevWorkspace ? 'mlw-dev-${suffix}' : split(devWorkspaceId, '/')[8]
var prodWorkspaceName = makeProdWorkspace ? 'mlw-prod-${suffix}' : split(prodWorkspaceId, '/')[8]
var devWorkspacePlace = makeDevWorkspace ? here : { subscription: split(devWorkspaceId, '/')[2], group: split(devWorkspaceId, '/')[4] }
var prodWorkspacePlace = makeProdWorkspace ? here : { subscription: split(prodWorkspaceId, '/')[2], group: split(prodWorkspaceId, '/')[4] }
var devRegistryPlace = makeDevRegistry || central ? here : { subscription: split(devRegistryId, '/')[2], group: split(devRegistryId, '/')[4] }
var targetRegistryPlace = makeTargetRegistry ? here : { subscription: split(targetRegistryId, '/')[2], group: split(targetRegistryId, '/')[4] }

var appName = 'func-${suffix}'
var appUrl = empty(publicUrl) ? 'https://${appName}.azurewebsites.net' : publicUrl
var topicName = 'evgt-${suffix}'
var devTopicName = makeSystemTopic ? 'evgst-${suffix}' : systemTopicName
var replicaRegions = empty(registryReplicaRegions) ? [] : split(registryReplicaRegions, ',')
var deadLetterContainer = 'undelivered'
var packageContainer = 'packages'
var anchorContainer = 'anchors'

var zones = {
  ml: 'privatelink.api.azureml.ms'
  notebooks: 'privatelink.notebooks.azure.net'
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  file: 'privatelink.file.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  events: 'privatelink.eventgrid.azure.net'
  sites: 'privatelink.azurewebsites.net'
  images: 'privatelink.azurecr.io'
}

var devGroup = empty(devGroupId) ? [] : [{ id: devGroupId, type: 'Group' }]
var prodGroup = empty(prodGroupId) ? [] : [{ id: prodGroupId, type: 'Group' }]

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: groupName
  location: location
  tags: tags
}

// Who the app is, and who deploys it.

module appIdentity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-app-${suffix}', location: location, tags: tags }
}

module deployIdentity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-deploy-${suffix}', location: location, tags: tags }
}

// The app adds anchors under an identity of its own, which may do nothing else.
module anchorIdentity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-anchor-${suffix}', location: location, tags: tags }
}

// What the app keeps.

module stateStorage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'stapp${plain}'
    location: location
    tags: tags
    privateNetwork: privateNetwork
    containers: ['evidence', 'receipts', 'deadletters', 'watermarks', deadLetterContainer]
    queues: [
      'validations'
      'promotions'
      'deliveries'
      'validations-poison'
      'promotions-poison'
      'deliveries-poison'
    ]
    tables: ['promotions', 'promotionindex']
  }
}

module anchorStorage 'modules/storage.bicep' = {
  scope: group
  params: { name: 'stanc${plain}', location: location, tags: tags, privateNetwork: privateNetwork }
}

module anchors 'modules/anchors.bicep' = {
  scope: group
  params: {
    accountName: anchorStorage.outputs.name
    containerName: anchorContainer
    writerPrincipalId: anchorIdentity.outputs.principalId
    retentionDays: anchorRetentionDays
  }
}

module packageStorage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'stpkg${plain}'
    location: location
    tags: tags
    privateNetwork: privateNetwork
    containers: [packageContainer]
  }
}

module storageAccess 'modules/storage-access.bicep' = {
  scope: group
  params: {
    stateAccountName: stateStorage.outputs.name
    packageAccountName: packageStorage.outputs.name
    appPrincipalId: appIdentity.outputs.principalId
    deployPrincipalId: deployIdentity.outputs.principalId
  }
}

module vault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    name: 'kv-${plain}'
    location: location
    tags: tags
    privateNetwork: privateNetwork
    readerPrincipalIds: [appIdentity.outputs.principalId]
  }
}

module secrets 'modules/secrets.bicep' = {
  scope: group
  params: { vaultName: vault.outputs.name, csrfKey: csrfKey, teamsWebhook: teamsWebhook }
}

module signingKey 'modules/signing-key.bicep' = {
  scope: group
  params: { vaultName: vault.outputs.name, signerPrincipalId: appIdentity.outputs.principalId }
}

// What the app is seen by, and whom it tells.

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-${suffix}'
    insightsName: 'appi-${suffix}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    senderPrincipalIds: [appIdentity.outputs.principalId]
  }
}

module topic 'modules/topic.bicep' = {
  scope: group
  params: {
    name: topicName
    location: location
    tags: tags
    privateNetwork: privateNetwork
    senderPrincipalIds: [appIdentity.outputs.principalId]
  }
}

module mail 'modules/mail.bicep' = if (useMail) {
  scope: group
  params: {
    name: 'acs-${suffix}'
    dataLocation: mailDataLocation
    tags: tags
    senderPrincipalId: appIdentity.outputs.principalId
  }
}

module diagnostics 'modules/diagnostics.bicep' = {
  scope: group
  params: {
    workspaceId: monitoring.outputs.workspaceId
    vaultName: vault.outputs.name
    topicName: topicName
    stateAccountName: stateStorage.outputs.name
  }
  dependsOn: [topic]
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    topicId: topic.outputs.id
    systemTopicId: makeSystemTopic ? systemTopic!.outputs.id : ''
    emailAddress: alertEmail
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

// Azure ML: two sides.

module devRegistry 'modules/ml-registry.bicep' = if (makeDevRegistry) {
  scope: group
  params: {
    name: devRegistryName
    location: location
    replicaRegions: replicaRegions
    tags: tags
    privateNetwork: privateNetwork
  }
}

module targetRegistry 'modules/ml-registry.bicep' = if (makeTargetRegistry) {
  scope: group
  params: {
    name: targetRegistryName
    location: location
    replicaRegions: replicaRegions
    tags: tags
    privateNetwork: privateNetwork
  }
}

module devWorkspaceStorage 'modules/storage.bicep' = if (makeDevWorkspace) {
  scope: group
  params: { name: 'stdev${plain}', location: location, tags: tags, privateNetwork: privateNetwork }
}

module devWorkspaceVault 'modules/key-vault.bicep' = if (makeDevWorkspace) {
  scope: group
  params: { name: 'kvdev-${plain}', location: location, tags: tags, privateNetwork: privateNetwork }
}

module devWorkspace 'modules/ml-workspace.bicep' = if (makeDevWorkspace) {
  scope: group
  params: {
    name: devWorkspaceName
    location: location
    tags: tags
    privateNetwork: privateNetwork
    storageId: devWorkspaceStorage!.outputs.id
    vaultId: devWorkspaceVault!.outputs.id
    insightsId: monitoring.outputs.insightsId
    containerRegistryName: 'crdev${plain}'
  }
}

module prodWorkspaceStorage 'modules/storage.bicep' = if (makeProdWorkspace) {
  scope: group
  params: { name: 'stprod${plain}', location: location, tags: tags, privateNetwork: privateNetwork }
}

module prodWorkspaceVault 'modules/key-vault.bicep' = if (makeProdWorkspace) {
  scope: group
  params: { name: 'kvprod-${plain}', location: location, tags: tags, privateNetwork: privateNetwork }
}

module prodWorkspace 'modules/ml-workspace.bicep' = if (makeProdWorkspace) {
  scope: group
  params: {
    name: prodWorkspaceName
    location: location
    tags: tags
    privateNetwork: privateNetwork
    storageId: prodWorkspaceStorage!.outputs.id
    vaultId: prodWorkspaceVault!.outputs.id
    insightsId: monitoring.outputs.insightsId
    containerRegistryName: 'crprod${plain}'
  }
}

// Who may do what there. The development side never writes where production reads.

module devRegistryAccess 'modules/registry-access.bicep' = if (!central) {
  scope: resourceGroup(devRegistryPlace.subscription, devRegistryPlace.group)
  params: {
    registryName: devRegistryName
    readers: [{ id: appIdentity.outputs.principalId, type: 'ServicePrincipal' }]
    writers: devGroup
  }
  dependsOn: [devRegistry]
}

module targetRegistryAccess 'modules/registry-access.bicep' = {
  scope: resourceGroup(targetRegistryPlace.subscription, targetRegistryPlace.group)
  params: {
    registryName: targetRegistryName
    readers: concat(
      prodGroup,
      central ? devGroup : [],
      makeProdWorkspace ? [{ id: prodWorkspace!.outputs.principalId, type: 'ServicePrincipal' }] : []
    )
    writers: [{ id: appIdentity.outputs.principalId, type: 'ServicePrincipal' }]
  }
  dependsOn: [targetRegistry]
}

module devWorkspaceAccess 'modules/workspace-access.bicep' = {
  scope: resourceGroup(devWorkspacePlace.subscription, devWorkspacePlace.group)
  params: {
    workspaceName: devWorkspaceName
    appPrincipalId: appIdentity.outputs.principalId
    groupId: devGroupId
  }
  dependsOn: [devWorkspace]
}

module prodWorkspaceAccess 'modules/workspace-access.bicep' = {
  scope: resourceGroup(prodWorkspacePlace.subscription, prodWorkspacePlace.group)
  params: { workspaceName: prodWorkspaceName, appPrincipalId: '', groupId: prodGroupId }
  dependsOn: [prodWorkspace]
}

// With one registry the app reads the files of a model in the development workspace itself.
module devStorageAccess 'modules/workspace-storage-access.bicep' = if (makeDevWorkspace) {
  scope: group
  params: {
    accountName: devWorkspaceStorage!.outputs.name
    readerPrincipalIds: central ? [appIdentity.outputs.principalId] : []
    groupIds: empty(devGroupId) ? [] : [devGroupId]
  }
}

module prodStorageAccess 'modules/workspace-storage-access.bicep' = if (makeProdWorkspace) {
  scope: group
  params: {
    accountName: prodWorkspaceStorage!.outputs.name
    readerPrincipalIds: []
    groupIds: empty(prodGroupId) ? [] : [prodGroupId]
  }
}

// What makes it start.

module systemTopic 'modules/system-topic.bicep' = if (makeSystemTopic) {
  scope: resourceGroup(devWorkspacePlace.subscription, devWorkspacePlace.group)
  params: {
    name: devTopicName
    location: empty(devWorkspaceLocation) ? location : devWorkspaceLocation
    tags: tags
    workspaceId: makeDevWorkspace ? devWorkspace!.outputs.id : devWorkspaceId
  }
}

module deadLetterAccess 'modules/dead-letter-access.bicep' = {
  scope: group
  params: {
    accountName: stateStorage.outputs.name
    containerName: deadLetterContainer
    topicPrincipalId: makeSystemTopic ? systemTopic!.outputs.principalId : systemTopicPrincipalId
  }
}

module functions 'modules/functions.bicep' = {
  scope: group
  params: {
    planName: 'plan-${suffix}'
    appName: appName
    location: location
    tags: tags
    appIdentityId: appIdentity.outputs.id
    deployIdentityId: deployIdentity.outputs.id
    anchorIdentityId: anchorIdentity.outputs.id
    packageContainerUrl: '${packageStorage.outputs.blobEndpoint}${packageContainer}'
    settings: {
      // Whom the host and the app are, where they keep what.
      AZURE_CLIENT_ID: appIdentity.outputs.clientId
      AzureWebJobsStorage__accountName: stateStorage.outputs.name
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: appIdentity.outputs.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=${appIdentity.outputs.clientId}'
      OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: appIdentity.outputs.clientId
      // What the app reads: docs/settings.md.
      PROMOTION_ANCHOR_ACCOUNT: anchorStorage.outputs.name
      PROMOTION_ANCHOR_CLIENT_ID: anchorIdentity.outputs.clientId
      PROMOTION_ANCHOR_CONTAINER: anchorContainer
      PROMOTION_AZUREML_POLL_SECONDS: string(azureMLPollSeconds)
      PROMOTION_CSRF_KEY: secrets.outputs.csrfReference
      PROMOTION_MAIL_ENDPOINT: useMail ? mail!.outputs.endpoint : ''
      PROMOTION_MAIL_RECIPIENTS: mailRecipients
      PROMOTION_MAIL_SENDER: useMail ? mail!.outputs.senderAddress : ''
      PROMOTION_POLICY_FILE: !empty(policyFile) ? policyFile : (central ? 'docs/policies/central.yaml' : 'policy.yaml')
      PROMOTION_PUBLIC_URL: appUrl
      PROMOTION_SIGNING_KEY: signingKey.outputs.keyUri
      PROMOTION_STORAGE_SUFFIX: environment().suffixes.storage
      PROMOTION_TEAMS_WEBHOOK: secrets.outputs.teamsReference
      PROMOTION_TENANT_ID: tenant().tenantId
      PROMOTION_TOPIC_ENDPOINT: topic.outputs.endpoint
      // Traces from the event to the copy; the worker reads it, too.
      PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY: 'true'
      // As many as host.json hands an instance at once: what waits for a thread uses up its functionTimeout.
      PYTHON_THREADPOOL_THREAD_COUNT: instanceMemory < 2048 ? '4' : '12'
    }
    authClientId: authClientId
    authAudiences: [authClientId, 'api://${authClientId}']
    instanceMemory: instanceMemory
    maximumInstances: maximumInstances
    alwaysReadyInstances: alwaysReadyInstances
    subnetId: privateNetwork ? network!.outputs.functionsSubnetId : ''
    privateNetwork: privateNetwork
  }
  // The host reads its storage and the secrets of its settings as soon as it is made.
  dependsOn: [storageAccess, anchors, endpoints]
}

// Off the internet.

module network 'modules/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: 'vnet-${suffix}'
    location: location
    tags: tags
    addressPrefix: addressPrefix
    zones: map(items(zones), zone => zone.value)
  }
}

module endpoints 'modules/endpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    subnetId: network!.outputs.endpointsSubnetId
    targets: concat(
      [
        { name: 'state-blob', targetId: stateStorage.outputs.id, group: 'blob', zones: [zones.blob] }
        { name: 'state-queue', targetId: stateStorage.outputs.id, group: 'queue', zones: [zones.queue] }
        { name: 'state-table', targetId: stateStorage.outputs.id, group: 'table', zones: [zones.table] }
        { name: 'packages', targetId: packageStorage.outputs.id, group: 'blob', zones: [zones.blob] }
        { name: 'anchors', targetId: anchorStorage.outputs.id, group: 'blob', zones: [zones.blob] }
        { name: 'vault', targetId: vault.outputs.id, group: 'vault', zones: [zones.vault] }
        { name: 'topic', targetId: topic.outputs.id, group: 'topic', zones: [zones.events] }
        {
          name: 'target-registry'
          targetId: makeTargetRegistry ? targetRegistry!.outputs.id : targetRegistryId
          group: 'amlregistry'
          zones: [zones.ml]
        }
        {
          name: 'dev-workspace'
          targetId: makeDevWorkspace ? devWorkspace!.outputs.id : devWorkspaceId
          group: 'amlworkspace'
          zones: [zones.ml, zones.notebooks]
        }
        {
          name: 'prod-workspace'
          targetId: makeProdWorkspace ? prodWorkspace!.outputs.id : prodWorkspaceId
          group: 'amlworkspace'
          zones: [zones.ml, zones.notebooks]
        }
      ],
      central ? [] : [
        {
          name: 'dev-registry'
          targetId: makeDevRegistry ? devRegistry!.outputs.id : devRegistryId
          group: 'amlregistry'
          zones: [zones.ml]
        }
      ],
      makeDevWorkspace ? [
        { name: 'dev-blob', targetId: devWorkspaceStorage!.outputs.id, group: 'blob', zones: [zones.blob] }
        { name: 'dev-file', targetId: devWorkspaceStorage!.outputs.id, group: 'file', zones: [zones.file] }
        { name: 'dev-vault', targetId: devWorkspaceVault!.outputs.id, group: 'vault', zones: [zones.vault] }
        { name: 'dev-images', targetId: devWorkspace!.outputs.containerRegistryId, group: 'registry', zones: [zones.images] }
      ] : [],
      makeProdWorkspace ? [
        { name: 'prod-blob', targetId: prodWorkspaceStorage!.outputs.id, group: 'blob', zones: [zones.blob] }
        { name: 'prod-file', targetId: prodWorkspaceStorage!.outputs.id, group: 'file', zones: [zones.file] }
        { name: 'prod-vault', targetId: prodWorkspaceVault!.outputs.id, group: 'vault', zones: [zones.vault] }
        { name: 'prod-images', targetId: prodWorkspace!.outputs.containerRegistryId, group: 'registry', zones: [zones.images] }
      ] : []
    )
  }
}

// The app itself cannot be in the list above: it waits for those endpoints.
module appEndpoint 'modules/endpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    location: location
    tags: tags
    subnetId: network!.outputs.endpointsSubnetId
    targets: [{ name: 'app', targetId: functions.outputs.id, group: 'sites', zones: [zones.sites] }]
  }
}

// What azd and its hooks go on with.

@description('Group that azd looks for the app in.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Name of the function app.')
output PROMOTION_APP_NAME string = functions.outputs.name

@description('Resource id of the function app.')
output PROMOTION_APP_ID string = functions.outputs.id

@description('Where people reach the app: where they are sent back to after the sign-in.')
output PROMOTION_APP_URL string = appUrl

@description('Object id of the identity of the app: what the sign-in trusts.')
output PROMOTION_APP_PRINCIPAL_ID string = appIdentity.outputs.principalId

@description('Account of what could not be delivered.')
output PROMOTION_DEAD_LETTER_ACCOUNT_ID string = stateStorage.outputs.id

@description('Container of what could not be delivered.')
output PROMOTION_DEAD_LETTER_CONTAINER string = deadLetterContainer

@description('System topic of the development workspace.')
output PROMOTION_SYSTEM_TOPIC string = devTopicName

@description('Subscription of that topic.')
output PROMOTION_SYSTEM_TOPIC_SUBSCRIPTION string = devWorkspacePlace.subscription

@description('Resource group of that topic.')
output PROMOTION_SYSTEM_TOPIC_GROUP string = devWorkspacePlace.group

@description('Registry that production reads: policy.yaml names it as target.')
output PROMOTION_TARGET_REGISTRY string = targetRegistryName

@description('Registry that development writes: policy.yaml names it as source; empty with one registry.')
output PROMOTION_DEV_REGISTRY string = central ? '' : devRegistryName

@description('Workspace that announces models: policy.yaml names it.')
output PROMOTION_DEV_WORKSPACE string = devWorkspaceName

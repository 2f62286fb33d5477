// An Azure ML workspace over storage, vault and container registry that were made for it.
targetScope = 'resourceGroup'

@description('Name of the workspace.')
param name string

@description('Region of the workspace.')
param location string

@description('Tags of every resource.')
param tags object

@description('Whether the workspace is reached through a private endpoint alone.')
param privateNetwork bool

@description('Resource id of its storage account.')
param storageId string

@description('Resource id of its key vault.')
param vaultId string

@description('Resource id of Application Insights.')
param insightsId string

@description('Name of its container registry: 5 to 50 letters and digits.')
@minLength(5)
@maxLength(50)
param containerRegistryName string

resource containerRegistry 'Microsoft.ContainerRegistry/registries@2025-04-01' = {
  name: containerRegistryName
  location: location
  tags: tags
  // Private endpoints need Premium.
  sku: { name: privateNetwork ? 'Premium' : 'Standard' }
  properties: {
    adminUserEnabled: false
    anonymousPullEnabled: false
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkRuleBypassOptions: 'AzureServices'
  }
}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'Default'
  identity: { type: 'SystemAssigned' }
  sku: { name: 'Basic', tier: 'Basic' }
  properties: {
    friendlyName: name
    storageAccount: storageId
    keyVault: vaultId
    applicationInsights: insightsId
    containerRegistry: containerRegistry.id
    // The storage has no keys. A signature per use is what whoever reads files for others is given.
    systemDatastoresAuthMode: 'UserDelegationSAS'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    managedNetwork: { isolationMode: privateNetwork ? 'AllowOnlyApprovedOutbound' : 'Disabled' }
  }
}

@description('Resource id of the workspace.')
output id string = workspace.id

@description('Object id of the identity of the workspace.')
output principalId string = workspace.identity.principalId

@description('Resource id of its container registry.')
output containerRegistryId string = containerRegistry.id

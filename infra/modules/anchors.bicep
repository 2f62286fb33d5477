// The container of the audit trail's anchors: written once, deleted by nobody before its time.
targetScope = 'resourceGroup'

@description('Name of the account that holds the container.')
param accountName string

@description('Name of the container.')
param containerName string

@description('Object id of the identity that adds anchors; what it added it cannot change either.')
param writerPrincipalId string

@description('Days for which what was written cannot be changed or deleted, not even by the owner.')
@minValue(1)
@maxValue(146000)
param retentionDays int

var roles = loadJsonContent('../roles.json')

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: accountName
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' existing = {
  parent: account
  name: 'default'
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobService
  name: containerName
  properties: { publicAccess: 'None' }
}

// Made unlocked: an operator locks it once the deployment is kept (docs/deploy.md), and that cannot be undone.
resource policy 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-01-01' = {
  parent: container
  name: 'default'
  properties: {
    allowProtectedAppendWrites: true
    immutabilityPeriodSinceCreationInDays: retentionDays
  }
}

resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: container
  name: guid(container.id, writerPrincipalId, 'Storage Blob Data Contributor')
  properties: {
    principalId: writerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Contributor'])
  }
}

// Who uses the blobs of a workspace's storage account: the app reads, the people of that side work.
targetScope = 'resourceGroup'

@description('Name of the account, in this resource group.')
param accountName string

@description('Object ids of identities that read.')
param readerPrincipalIds array

@description('Object ids of groups that read and write.')
param groupIds array

var roles = loadJsonContent('../roles.json')

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: accountName
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in readerPrincipalIds: {
    scope: account
    name: guid(account.id, principalId, 'Storage Blob Data Reader')
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Reader'])
    }
  }
]

// The account has no keys: whoever works in the workspace needs the role, not only the workspace.
resource worker 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for groupId in groupIds: {
    scope: account
    name: guid(account.id, groupId, 'Storage Blob Data Contributor')
    properties: {
      principalId: groupId
      principalType: 'Group'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Contributor'])
    }
  }
]

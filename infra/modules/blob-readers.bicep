// Who reads the blobs of one storage account.
targetScope = 'resourceGroup'

@description('Name of the account, in this resource group.')
param accountName string

@description('Object ids of identities that read.')
param readerPrincipalIds array

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

// Who may use the data of the two storage accounts: the host, the deployment.
targetScope = 'resourceGroup'

@description('Name of the account with the state of the app.')
param stateAccountName string

@description('Name of the account with the packages of the app.')
param packageAccountName string

@description('Object id of the identity of the app.')
param appPrincipalId string

@description('Object id of the identity that reads and builds packages.')
param deployPrincipalId string

var roles = loadJsonContent('../roles.json')

// What the Functions host needs of AzureWebJobsStorage with an identity, and the app of its tables and queues.
var stateRoles = [
  'Storage Blob Data Owner'
  'Storage Queue Data Contributor'
  'Storage Table Data Contributor'
]

resource stateAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: stateAccountName
}

resource packageAccount 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: packageAccountName
}

resource appOnState 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in stateRoles: {
    scope: stateAccount
    name: guid(stateAccount.id, appPrincipalId, role)
    properties: {
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[role])
    }
  }
]

// Another identity than the app's: the app cannot replace its own code.
resource deployOnPackages 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: packageAccount
  name: guid(packageAccount.id, deployPrincipalId, 'Storage Blob Data Contributor')
  properties: {
    principalId: deployPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Storage Blob Data Contributor'])
  }
}

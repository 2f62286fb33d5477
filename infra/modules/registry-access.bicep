// Who may do what on one Azure ML registry. Nobody here may delete: what was promoted stays.
targetScope = 'resourceGroup'

@description('Name of the registry, in this resource group.')
param registryName string

@description('Who reads: objects of id and type (ServicePrincipal or Group).')
param readers array

@description('Who reads and writes versions: objects of id and type.')
param writers array

var suffix = '${registryName} ${uniqueString(resourceGroup().id)}'

resource registry 'Microsoft.MachineLearningServices/registries@2025-06-01' existing = {
  name: registryName
}

// The built-in "AzureML Registry User" allows registries/assets/*, which includes delete.
resource readerRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(registry.id, 'registry-reader')
  properties: {
    roleName: 'Promotion registry reader: ${suffix}'
    description: 'Reads the assets of one registry and asks for access to their files.'
    type: 'CustomRole'
    assignableScopes: array(resourceGroup().id)
    permissions: [
      {
        actions: [
          'Microsoft.MachineLearningServices/registries/read'
          'Microsoft.MachineLearningServices/registries/assets/read'
        ]
        notActions: []
      }
    ]
  }
}

resource writerRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(registry.id, 'registry-writer')
  properties: {
    roleName: 'Promotion registry writer: ${suffix}'
    description: 'Reads the assets of one registry and writes versions; cannot delete.'
    type: 'CustomRole'
    assignableScopes: array(resourceGroup().id)
    permissions: [
      {
        actions: [
          'Microsoft.MachineLearningServices/registries/read'
          'Microsoft.MachineLearningServices/registries/assets/read'
          'Microsoft.MachineLearningServices/registries/assets/write'
        ]
        notActions: ['Microsoft.MachineLearningServices/registries/assets/delete']
      }
    ]
  }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in readers: {
    scope: registry
    name: guid(registry.id, principal.id, 'registry-reader')
    properties: {
      principalId: principal.id
      principalType: principal.type
      roleDefinitionId: readerRole.id
    }
  }
]

resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in writers: {
    scope: registry
    name: guid(registry.id, principal.id, 'registry-writer')
    properties: {
      principalId: principal.id
      principalType: principal.type
      roleDefinitionId: writerRole.id
    }
  }
]

// An Azure ML registry with its own storage and container registry in every region.
targetScope = 'resourceGroup'

@description('Name of the registry: 3 to 33 letters, digits, hyphens and underscores.')
@minLength(3)
@maxLength(33)
param name string

@description('Primary region.')
param location string

@description('Further regions that the assets are replicated to.')
param replicaRegions array

@description('Tags of every resource.')
param tags object

@description('Whether the registry is reached through a private endpoint alone.')
param privateNetwork bool

var regions = union([location], replicaRegions)

resource registry 'Microsoft.MachineLearningServices/registries@2025-06-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    regionDetails: [
      for region in regions: {
        location: region
        acrDetails: [
          {
            systemCreatedAcrAccount: { acrAccountSku: 'Premium' }
          }
        ]
        storageAccountDetails: [
          {
            systemCreatedStorageAccount: {
              allowBlobPublicAccess: false
              storageAccountHnsEnabled: false
              storageAccountType: 'Standard_LRS'
            }
          }
        ]
      }
    ]
  }
}

@description('Resource id of the registry.')
output id string = registry.id

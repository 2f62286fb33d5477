// One user-assigned identity: who someone is, not what they may do.
targetScope = 'resourceGroup'

@description('Name of the identity.')
param name string

@description('Region of the identity.')
param location string

@description('Tags of every resource.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

@description('Resource id: what a resource is given the identity with.')
output id string = identity.id

@description('Object id: what roles are assigned to.')
output principalId string = identity.properties.principalId

@description('Application id: what a program asks for its tokens with.')
output clientId string = identity.properties.clientId

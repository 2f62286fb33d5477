// The custom topic on which every fact is published as a CloudEvent.
targetScope = 'resourceGroup'

@description('Name of the topic.')
@minLength(3)
@maxLength(50)
param name string

@description('Region of the topic.')
param location string

@description('Tags of every resource.')
param tags object

@description('Whether the topic is reached through a private endpoint alone.')
param privateNetwork bool

@description('Object ids of identities that publish.')
param senderPrincipalIds array

var roles = loadJsonContent('../roles.json')

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    disableLocalAuth: true
    minimumTlsVersionAllowed: '1.2'
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in senderPrincipalIds: {
    scope: topic
    name: guid(topic.id, principalId, 'EventGrid Data Sender')
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['EventGrid Data Sender'])
    }
  }
]

@description('Resource id of the topic.')
output id string = topic.id

@description('Where facts are published.')
output endpoint string = topic.properties.endpoint

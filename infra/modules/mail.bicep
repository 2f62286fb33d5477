// Communication Services with a domain that Azure manages: mail without a server and without a key.
targetScope = 'resourceGroup'

@description('Name of the Communication Services resource.')
param name string

@description('Where its data rests.')
param dataLocation string

@description('Tags of every resource.')
param tags object

@description('Object id of the identity that sends.')
param senderPrincipalId string

var roles = loadJsonContent('../roles.json')

resource emailService 'Microsoft.Communication/emailServices@2025-05-01' = {
  name: '${name}-mail'
  location: 'global'
  tags: tags
  properties: { dataLocation: dataLocation }
}

resource domain 'Microsoft.Communication/emailServices/domains@2025-05-01' = {
  parent: emailService
  name: 'AzureManagedDomain'
  location: 'global'
  tags: tags
  properties: {
    domainManagement: 'AzureManaged'
    userEngagementTracking: 'Disabled'
  }
}

resource communication 'Microsoft.Communication/communicationServices@2025-05-01' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    dataLocation: dataLocation
    linkedDomains: [domain.id]
  }
}

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: communication
  name: guid(communication.id, senderPrincipalId, 'Communication and Email Service Owner')
  properties: {
    principalId: senderPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Communication and Email Service Owner'])
  }
}

@description('Where mails are handed in.')
output endpoint string = 'https://${communication.properties.hostName}'

@description('Sender of the mails, at the domain that Azure manages.')
output senderAddress string = 'DoNotReply@${domain.properties.mailFromSenderDomain}'

// The Event Grid system topic of the development workspace, beside that workspace.
targetScope = 'resourceGroup'

@description('Name of the topic.')
param name string

@description('Region of the workspace: the topic has to be in the same one.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the workspace.')
param workspaceId string

resource systemTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: workspaceId
    topicType: 'Microsoft.MachineLearningServices.Workspaces'
  }
}

@description('Resource id of the topic.')
output id string = systemTopic.id

@description('Object id of the identity that writes dead letters.')
output principalId string = systemTopic.identity.principalId

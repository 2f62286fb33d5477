// The subscription of on_model_registered. Deployed after the code: Event Grid shakes hands with the function,
// which has to be there, and its key (eventgrid_extension) too. infra/hooks/subscribe.py waits for both.
targetScope = 'resourceGroup'

@description('Name of the system topic of the development workspace, in this resource group.')
param systemTopicName string

@description('Resource id of the function app.')
param functionAppId string

@description('Resource id of the storage account for what could not be delivered.')
param deadLetterAccountId string

@description('Container for what could not be delivered.')
param deadLetterContainer string

resource systemTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: systemTopicName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: systemTopic
  name: 'promotion-on-model-registered'
  properties: {
    destination: {
      endpointType: 'AzureFunction'
      properties: {
        resourceId: '${functionAppId}/functions/on_model_registered'
        maxEventsPerBatch: 1
        preferredBatchSizeInKilobytes: 64
      }
    }
    eventDeliverySchema: 'EventGridSchema'
    filter: {
      includedEventTypes: ['Microsoft.MachineLearningServices.ModelRegistered']
      subjectBeginsWith: 'models/'
      isSubjectCaseSensitive: false
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
    deadLetterWithResourceIdentity: {
      identity: { type: 'SystemAssigned' }
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccountId
          blobContainerName: deadLetterContainer
        }
      }
    }
  }
}

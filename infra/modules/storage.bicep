// One storage account without shared keys, and what stands in it before anybody writes to it.
targetScope = 'resourceGroup'

@description('Name of the account: 3 to 24 lower-case letters and digits.')
@minLength(3)
@maxLength(24)
param name string

@description('Region of the account.')
param location string

@description('Tags of every resource.')
param tags object

@description('Whether the account is reached through private endpoints alone.')
param privateNetwork bool

@description('Redundancy: Standard_ZRS survives a zone, Standard_GZRS a region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param sku string = 'Standard_ZRS'

@description('Names of the containers to make.')
param containers array = []

@description('Names of the queues to make.')
param queues array = []

@description('Names of the tables to make.')
param tables array = []

@description('Days for which deleted blobs and containers can be brought back.')
@minValue(1)
@maxValue(365)
param recoveryDays int = 30

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Event Grid writes dead letters as a trusted service, with its topic's identity.
      bypass: 'AzureServices'
      defaultAction: privateNetwork ? 'Deny' : 'Allow'
    }
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: recoveryDays }
    containerDeleteRetentionPolicy: { enabled: true, days: recoveryDays }
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = [
  for each in containers: {
    parent: blobService
    name: each
    properties: { publicAccess: 'None' }
  }
]

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = [
  for each in queues: {
    parent: queueService
    name: each
  }
]

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-01-01' = [
  for each in tables: {
    parent: tableService
    name: each
  }
]

@description('Resource id of the account.')
output id string = account.id

@description('Name of the account.')
output name string = account.name

@description('Address of its blobs, with a slash at the end.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

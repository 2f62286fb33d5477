// The workbook of operators: the queries stand in infra/workbook.json.
targetScope = 'resourceGroup'

@description('Region of the workbook.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the Log Analytics workspace that is asked.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'promotion-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'Promotions'
    serializedData: loadTextContent('../workbook.json')
    sourceId: workspaceId
    version: '1.0'
  }
}

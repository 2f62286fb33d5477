// Who may do what on one Azure ML workspace: the app reads, the people of that side work.
targetScope = 'resourceGroup'

@description('Name of the workspace, in this resource group.')
param workspaceName string

@description('Object id of the identity of the app; empty when it has no business here.')
param appPrincipalId string

@description('Object id of the group that works in the workspace; empty for nobody.')
param groupId string

var roles = loadJsonContent('../roles.json')

resource workspace 'Microsoft.MachineLearningServices/workspaces@2025-06-01' existing = {
  name: workspaceName
}

resource readerRole 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (!empty(appPrincipalId)) {
  name: guid(workspace.id, 'workspace-reader')
  properties: {
    roleName: 'Promotion workspace reader: ${workspaceName} ${uniqueString(resourceGroup().id)}'
    description: 'Reads the assets of one workspace and where their files are.'
    type: 'CustomRole'
    assignableScopes: array(resourceGroup().id)
    permissions: [
      {
        actions: [
          'Microsoft.MachineLearningServices/workspaces/read'
          'Microsoft.MachineLearningServices/workspaces/*/read'
          // A datastore says with this whether its files are read with a signature or with the caller's identity.
          'Microsoft.MachineLearningServices/workspaces/datastores/listSecrets/action'
        ]
        notActions: []
      }
    ]
  }
}

resource appReads 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(appPrincipalId)) {
  scope: workspace
  name: guid(workspace.id, appPrincipalId, 'workspace-reader')
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: readerRole.id
  }
}

resource groupWorks 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(groupId)) {
  scope: workspace
  name: guid(workspace.id, groupId, 'AzureML Data Scientist')
  properties: {
    principalId: groupId
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['AzureML Data Scientist'])
  }
}

// The key that signs what was promoted. It never leaves the vault; who may sign is named here.
targetScope = 'resourceGroup'

@description('Name of the vault.')
param vaultName string

@description('Object id of the identity that signs.')
param signerPrincipalId string

var roles = loadJsonContent('../roles.json')

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

// Provisioning again keeps the version that is there: old statements stay verifiable.
resource key 'Microsoft.KeyVault/vaults/keys@2024-11-01' = {
  parent: vault
  name: 'promotion-statements'
  properties: {
    kty: 'EC'
    curveName: 'P-256'
    keyOps: ['sign', 'verify']
  }
}

resource signer 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: key
  name: guid(key.id, signerPrincipalId, 'Key Vault Crypto User')
  properties: {
    principalId: signerPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Crypto User'])
  }
}

@description('Identifier of the key with its version: what PROMOTION_SIGNING_KEY holds.')
output keyUri string = key.properties.keyUriWithVersion

// The secrets of the app; each is read through a Key Vault reference, none stands in a setting.
targetScope = 'resourceGroup'

@description('Name of the vault.')
param vaultName string

@description('Signs the forms of the pages. New with every provisioning: open forms ask to be sent again.')
@secure()
param csrfKey string

@description('Address of the Teams workflow, which holds a signature; empty for no Teams.')
@secure()
param teamsWebhook string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource csrfSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = {
  parent: vault
  name: 'csrf-key'
  properties: {
    contentType: 'text/plain'
    value: csrfKey
  }
}

resource teamsSecret 'Microsoft.KeyVault/vaults/secrets@2024-11-01' = if (!empty(teamsWebhook)) {
  parent: vault
  name: 'teams-webhook'
  properties: {
    contentType: 'text/plain'
    value: teamsWebhook
  }
}

@description('Value of PROMOTION_CSRF_KEY: a reference, not the key.')
output csrfReference string = '@Microsoft.KeyVault(SecretUri=${csrfSecret.properties.secretUri})'

@description('Value of PROMOTION_TEAMS_WEBHOOK: a reference, or empty.')
output teamsReference string = empty(teamsWebhook) ? '' : '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/teams-webhook)'

// The function app on Flex Consumption: plan, app, who gets in, nobody by password.
targetScope = 'resourceGroup'

@description('Name of the plan.')
param planName string

@description('Name of the app.')
param appName string

@description('Region of both.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the identity that the app works as.')
param appIdentityId string

@description('Resource id of the identity that packages are read and built with.')
param deployIdentityId string

@description('Resource id of the identity that adds anchors of the audit trail.')
param anchorIdentityId string

@description('Container of the packages: its whole address.')
param packageContainerUrl string

@description('Application settings.')
param settings object

@description('Application (client) id of the Entra app registration that people sign in to.')
param authClientId string

@description('Application id URIs that tokens may be issued for.')
param authAudiences array

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int

@description('Most instances of any function group.')
@minValue(40)
@maxValue(1000)
param maximumInstances int

@description('Instances kept warm for events, and for pages.')
@minValue(0)
param alwaysReadyInstances int

@description('Subnet that calls leave through; empty without a network.')
param subnetId string

@description('Whether people come through the private endpoint alone.')
param privateNetwork bool

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: appName
  location: location
  // azd finds by this tag where to deploy the service of azure.yaml.
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${appIdentityId}': {}
      '${deployIdentityId}': {}
      '${anchorIdentityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: appIdentityId
    // Event Grid cannot push through a private endpoint: its service tag alone gets in from outside (below).
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: privateNetwork ? subnetId : null
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: deployIdentityId
          }
        }
      }
      runtime: { name: 'python', version: '3.13' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemory
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReadyInstances == 0 ? [] : [
          // A cold start can answer Event Grid's first delivery before the system key is loaded.
          { name: 'function:on_model_registered', instanceCount: alwaysReadyInstances }
          { name: 'http', instanceCount: alwaysReadyInstances }
        ]
        triggers: { http: { perInstanceConcurrency: 4 } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: privateNetwork ? 'Deny' : 'Allow'
      ipSecurityRestrictionsDefaultAction: privateNetwork ? 'Deny' : 'Allow'
      ipSecurityRestrictions: privateNetwork ? [
        {
          name: 'event-grid'
          priority: 100
          action: 'Allow'
          tag: 'ServiceTag'
          ipAddress: 'AzureEventGrid'
        }
      ] : []
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'appsettings'
  properties: settings
}

resource authentication 'Microsoft.Web/sites/config@2024-11-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      // Event Grid brings a function key and no token.
      excludedPaths: ['/runtime/webhooks/*']
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: authClientId
          // No secret: the app's identity vouches for the registration (federated credential).
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: authAudiences }
      }
    }
    // The app needs to know who somebody is, not their tokens.
    login: { tokenStore: { enabled: false } }
  }
  dependsOn: [appSettings]
}

resource noFtp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource noPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

@description('Resource id of the app.')
output id string = app.id

@description('Name of the app.')
output name string = app.name

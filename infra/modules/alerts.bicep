// What wakes an operator. Every alert names the page of the runbook in its description.
targetScope = 'resourceGroup'

@description('Region of the query alerts.')
param location string

@description('Tags of every resource.')
param tags object

@description('Resource id of the Log Analytics workspace that is asked.')
param workspaceId string

@description('Resource id of the custom topic.')
param topicId string

@description('Resource id of the system topic; empty when it is not looked after here.')
param systemTopicId string

@description('Who is told; empty for nobody, then the alerts show in the portal alone.')
param emailAddress string

// name, what it means, the query (a row is a finding), severity, minutes between two looks.
var queries = [
  {
    name: 'sweep-silent'
    meaning: 'The sweep has not run for 15 minutes: nothing is reminded, expired or resumed. docs/operations.md'
    query: 'AppRequests | where OperationName == "sweep" | summarize runs = count() | where runs == 0'
    severity: 1
  }
  {
    name: 'function-failures'
    meaning: 'A function failed more than five times in 15 minutes. docs/operations.md'
    query: 'AppRequests | where Success == false and OperationName in ("on_model_registered", "validate_model", "execute_promotion", "deliver_facts", "sweep", "reconcile", "anchor") | summarize failures = count() by OperationName | where failures > 5'
    severity: 2
  }
  {
    name: 'work-given-up'
    meaning: 'Work on a request was given up, or an event was kept as a dead letter. docs/operations.md'
    query: 'AppTraces | where Message in ("work on a request was given up", "event kept as dead letter", "fact cannot be told")'
    severity: 1
  }
  {
    name: 'bypass-found'
    meaning: 'A version is in a target registry that nobody approved. docs/operations.md'
    query: 'AppTraces | where Message == "bypass detected"'
    severity: 1
  }
  {
    name: 'emergency-withdrawal'
    meaning: 'An operator withdrew a version without those who decide. docs/operations.md'
    query: 'AppTraces | where Message == "emergency withdrawal ordered"'
    severity: 1
  }
  {
    name: 'facts-late'
    meaning: 'Facts were told more than 15 minutes after they happened: a channel is or was down. docs/operations.md'
    query: 'AppMetrics | where Name == "promotion.outbox.lag" | summarize seconds = max(Max) | where seconds > 900'
    severity: 3
  }
  {
    name: 'pages-failing'
    meaning: 'Pages or the API answered 5xx more than ten times in 15 minutes. docs/operations.md'
    query: 'AppRequests | where OperationName == "web" and toint(ResultCode) >= 500 | summarize failures = count() | where failures > 10'
    severity: 2
  }
]

// Metrics of Event Grid: which resource, which metric, above which sum in 15 minutes.
var topicMetrics = [
  { name: 'facts-not-published', scope: topicId, type: 'Microsoft.EventGrid/topics', metric: 'PublishFailCount', above: 5, severity: 2 }
  { name: 'facts-not-delivered', scope: topicId, type: 'Microsoft.EventGrid/topics', metric: 'DroppedEventCount', above: 0, severity: 2 }
]
var eventMetrics = [
  { name: 'events-dead-lettered', scope: systemTopicId, type: 'Microsoft.EventGrid/systemTopics', metric: 'DeadLetteredCount', above: 0, severity: 1 }
  { name: 'events-dropped', scope: systemTopicId, type: 'Microsoft.EventGrid/systemTopics', metric: 'DroppedEventCount', above: 0, severity: 1 }
]
var metrics = empty(systemTopicId) ? topicMetrics : concat(topicMetrics, eventMetrics)

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emailAddress)) {
  name: 'promotion-operators'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'promotion'
    enabled: true
    emailReceivers: [
      {
        name: 'operators'
        emailAddress: emailAddress
        useCommonAlertSchema: true
      }
    ]
  }
}

resource queryAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in queries: {
    name: 'promotion-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'promotion: ${alert.name}'
      description: alert.meaning
      enabled: true
      severity: alert.severity
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(emailAddress) ? [] : [operators.id] }
    }
  }
]

resource metricAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metrics: {
    name: 'promotion-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: '${alert.metric} above ${alert.above}. docs/operations.md'
      enabled: true
      severity: alert.severity
      scopes: [alert.scope]
      targetResourceType: alert.type
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.metric
            metricName: alert.metric
            operator: 'GreaterThan'
            threshold: alert.above
            timeAggregation: 'Total'
          }
        ]
      }
      actions: empty(emailAddress) ? [] : [{ actionGroupId: operators.id }]
    }
  }
]

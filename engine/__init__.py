"""The product: BPMN cases, approvals, rules and people. Knows nothing of HTTP."""

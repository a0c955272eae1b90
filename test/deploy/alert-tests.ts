import { filesOf, yamlOf } from './project.ts';
import { alertRules } from './figures.ts';

interface AlertTest {
  readonly alertname: string;
  readonly exp_alerts?: readonly unknown[];
}

/** Each alert must be seen to fire and to stay away in deploy/prometheus/tests; and say what is wrong and what to do. */
export function alertProblems(): string[] {
  const tests = filesOf('deploy/prometheus/tests', '.yml').flatMap((file) =>
    (yamlOf(file) as { tests: Array<{ alert_rule_test?: AlertTest[] }> }).tests.flatMap(
      ({ alert_rule_test = [] }) => alert_rule_test,
    ),
  );
  const problems: string[] = [];
  for (const { alert, expr, labels, annotations } of alertRules()) {
    const own = tests.filter(({ alertname }) => alertname === alert);
    const isConstant = expr.startsWith('vector(');
    if (!own.some(({ exp_alerts = [] }) => exp_alerts.length > 0)) problems.push(`${alert} is never seen to fire`);
    if (!isConstant && !own.some(({ exp_alerts = [] }) => exp_alerts.length === 0))
      problems.push(`${alert} is never seen to stay away`);
    if (!['page', 'ticket', 'none'].includes(labels?.['severity'] ?? '')) problems.push(`${alert} has no severity`);
    if (!annotations?.['summary'] || !annotations['action']) problems.push(`${alert} does not say what to do`);
  }
  const known = new Set(alertRules().map(({ alert }) => alert));
  for (const { alertname } of tests) if (!known.has(alertname)) problems.push(`there is no alert ${alertname}`);
  return problems;
}
